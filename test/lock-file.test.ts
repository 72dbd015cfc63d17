import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the lock file names no install script, so that npm ci fetches nothing but packages", () => {
  // onnxruntime-node's postinstall downloads GPU libraries from elsewhere; npm runs no script that the lock file does
  // not announce. `npm run lock` writes the lock file that way.
  const lock = readFileSync(new URL("../package-lock.json", import.meta.url), "utf8");
  expect(lock).not.toContain("hasInstallScript");
});
