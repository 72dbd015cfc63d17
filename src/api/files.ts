import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import type { PolicyRef, WorldRef } from "../exam/contract.ts";
import type { RolloutRequest } from "../exam/rollouts.ts";
import type { ContractManifest } from "../report/manifest.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { filesOfPolicy, filesOfProbes, filesOfWorld } from "./model-files.ts";

/** Every file that an exam or a replay is made of, and what the result of a rollout depends on. */
export interface ContractFiles {
  readonly files: ContractManifest["files"];
  /** One hash of the bytes of the world and the policy of a request. */
  fingerprint(request: RolloutRequest): string;
}

export async function digestFiles(parts: {
  readonly scenario: Scenario;
  readonly worlds: readonly WorldRef[];
  readonly policies: readonly PolicyRef[];
}): Promise<ContractFiles> {
  const { scenario, worlds, policies } = parts;
  const folder = dirname(scenario.file);
  const files = new Map<string, ContractManifest["files"][number]>();
  const digest = async (role: string, path: string): Promise<string> => {
    const sha256 = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    if (!files.has(path)) files.set(path, { role, path: relative(folder, path), sha256 });
    return sha256;
  };
  const digestAll = async (role: string, paths: readonly string[]): Promise<string> => {
    const digests: string[] = [];
    for (const path of paths) digests.push(await digest(role, path));
    return digests.join(" ");
  };

  await digest("scenario", scenario.file);
  await digestAll("probe", await filesOfProbes(scenario));
  const prints = new Map<string, string>();
  for (const world of worlds) {
    prints.set(
      keyOf("world", world),
      await digestAll(`world ${world.name}`, await filesOfWorld(scenario, world)),
    );
  }
  for (const policy of policies) {
    prints.set(
      keyOf("policy", policy),
      await digestAll(`policy ${policy.name}`, await filesOfPolicy(policy)),
    );
  }
  return {
    files: [...files.values()],
    fingerprint({ world, drive, beside }) {
      const policy = drive.kind === "policy" ? prints.get(keyOf("policy", drive.policy)) : "";
      const other = beside === undefined ? "" : `|${prints.get(keyOf("world", beside))}`;
      return `${prints.get(keyOf("world", world))}|${policy}${other}`;
    },
  };
}

/** What decides which files it is made of: how its actions are scaled, delayed or chunked does not. */
function keyOf(what: string, { name, config }: WorldRef | PolicyRef): string {
  return JSON.stringify([what, name, { ...config, scale: undefined, latency: undefined, chunk: undefined }]);
}
