import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, platform } from "node:os";

const require = createRequire(import.meta.url);

export const SIMGATE_VERSION = versionAt(new URL("../../package.json", import.meta.url));

/** simgate's own version and those of the packages that decide numbers. */
export function packageVersions(): Record<string, string> {
  const versions: Record<string, string> = { simgate: SIMGATE_VERSION };
  for (const name of ["@mujoco/mujoco", "onnxruntime-node", "mathjs", "ml-matrix"]) {
    const folders = require.resolve.paths(name) ?? [];
    for (const folder of folders) {
      try {
        versions[name] = versionAt(`${folder}/${name}/package.json`);
        break;
      } catch {
        continue;
      }
    }
  }
  return versions;
}

export function machine(): Record<string, string> {
  return {
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model ?? "unknown",
    node: process.versions.node,
  };
}

function versionAt(path: string | URL): string {
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
