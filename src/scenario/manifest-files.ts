import { resolve } from "node:path";
import type { KeyPath } from "../core/schema-problems.ts";
import type { Manifest, PolicyConfig, WorldConfig } from "./schema.ts";

/** A file that the manifest names, and where in the manifest. */
export interface ManifestFile {
  readonly path: KeyPath;
  readonly absolute: string;
}

/** The manifest with the files that it names as absolute paths; relative ones begin at `folder`. */
export function withAbsolutePaths(manifest: Manifest, folder: string): Manifest {
  return {
    ...manifest,
    worlds: mapped(manifest.worlds, (world) => absoluteWorld(world, folder)),
    policies: mapped(manifest.policies, (policy) => absolutePolicy(policy, folder)),
    images: mapped(manifest.images, ({ probe, ...image }) =>
      probe === undefined ? image : { ...image, probe: resolve(folder, probe) },
    ),
  };
}

/** Every file of a world, a policy or a probe. */
export function manifestFiles({ worlds, policies, images }: Manifest): readonly ManifestFile[] {
  const files: ManifestFile[] = [];
  for (const [name, world] of Object.entries<WorldConfig>(worlds)) {
    if ("model" in world) files.push({ path: ["worlds", name, "model"], absolute: world.model });
    if ("card" in world) files.push({ path: ["worlds", name, "card"], absolute: world.card });
    if ("file" in world) files.push({ path: ["worlds", name, "file"], absolute: world.file });
  }
  for (const [name, policy] of Object.entries<PolicyConfig>(policies)) {
    if ("model" in policy) files.push({ path: ["policies", name, "model"], absolute: policy.model });
    if ("card" in policy) files.push({ path: ["policies", name, "card"], absolute: policy.card });
  }
  for (const [name, { probe }] of Object.entries(images)) {
    if (probe !== undefined) files.push({ path: ["images", name, "probe"], absolute: probe });
  }
  return files;
}

function absoluteWorld(world: WorldConfig, folder: string): WorldConfig {
  switch (world.kind) {
    case "mujoco":
    case "linear":
      return { ...world, model: resolve(folder, world.model) };
    case "onnx":
    case "residual":
      return { ...world, card: resolve(folder, world.card) };
    case "log":
      return { ...world, file: resolve(folder, world.file) };
    case "ros":
    case "remote":
    case "switched":
      return world;
  }
}

function absolutePolicy(policy: PolicyConfig, folder: string): PolicyConfig {
  switch (policy.kind) {
    case "lqr":
      return { ...policy, model: resolve(folder, policy.model) };
    case "onnx":
      return { ...policy, card: resolve(folder, policy.card) };
    case "scripted":
    case "remote":
      return policy;
  }
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
