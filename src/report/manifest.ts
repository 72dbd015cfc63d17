import { z } from "zod";

/** `manifest.json` of an evidence folder: the resolved contract, every file that went in, every file that came out. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const MANIFEST_SCHEMA = "simgate/evidence@1";

const contractFile = z.strictObject({
  /** What it is to the contract: `scenario`, `model of ensemble`, `policy expert`. */
  role: z.string(),
  /** As the manifest names it, relative to the scenario's folder. */
  path: z.string(),
  sha256,
});

const producedFile = z.strictObject({ path: z.string(), bytes: z.int().nonnegative(), sha256 });

/** What the caller knows; `writeEvidence` adds `contents`. */
export const contractManifestSchema = z.strictObject({
  /** `exam`, `replay`. */
  kind: z.string(),
  /** To do it again, as typed: `["simgate", "exam", "cartpole", "--world", "ensemble"]`. */
  command: z.array(z.string()),
  /** The scenario as resolved, worlds and policies by name, panel, seeds, thresholds: plain JSON. */
  contract: z.record(z.string(), z.unknown()),
  files: z.array(contractFile),
  /** Package → version, simgate itself first. */
  versions: z.record(z.string(), z.string()),
  /** What it ran on: `platform`, `arch`, `cpu`, `node`. */
  machine: z.record(z.string(), z.string()),
});

export const manifestSchema = z.strictObject({
  schema: z.literal(MANIFEST_SCHEMA),
  ...contractManifestSchema.shape,
  /** Every other file of the folder, in order of path. */
  contents: z.array(producedFile),
});

export type ContractManifest = z.output<typeof contractManifestSchema>;
export type EvidenceManifest = z.output<typeof manifestSchema>;

/** `run.json`: what depends on the clock and the machine, kept apart so that the rest is the same bytes every time. */
export const runSchema = z.strictObject({
  schema: z.literal("simgate/run@1"),
  /** ISO 8601. */
  startedAt: z.string(),
  durationSec: z.number().nonnegative(),
  workers: z.int().positive(),
  rollouts: z.int().nonnegative(),
  /** Finished rollouts taken over from an earlier, interrupted run. */
  resumed: z.int().nonnegative(),
});

export type RunRecord = z.output<typeof runSchema>;
