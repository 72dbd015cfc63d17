import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { workerEntry } from "../../src/core/worker-entry.ts";

const source = new URL("../../src/", import.meta.url);
const built = new URL("../../dist/", import.meta.url);

describe("worker entry", () => {
  it("answers a module of src with its build", () => {
    expect(workerEntry(new URL("world/in-worker-entry.ts", source)).href).toBe(
      new URL("world/in-worker-entry.js", built).href,
    );
    expect(workerEntry(new URL("./fleet/worker.js", source)).href).toBe(
      new URL("fleet/worker.js", built).href,
    );
  });

  it("answers any other module as it is", () => {
    const elsewhere = new URL("file:///home/someone/src/my-world.mjs");
    expect(workerEntry(elsewhere)).toBe(elsewhere);
  });

  it("names a file that the build made", () => {
    expect(existsSync(workerEntry(new URL("world/in-worker-entry.ts", source)))).toBe(true);
  });
});
