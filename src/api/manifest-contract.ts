import { dirname, isAbsolute, relative, resolve } from "node:path";
import { z } from "zod";
import type { Start } from "../core/trace.ts";
import type { Contract, PolicyRef, WorldRef } from "../exam/contract.ts";
import type { EvidenceManifest } from "../report/manifest.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** The contract of an exam as `manifest.json` carries it: plain JSON, 64-bit seeds as text, paths relative. */
export type StoredContract = z.output<typeof storedSchema>;

const numbers = z.record(z.string(), z.array(z.number()));
const seed = z.string().regex(/^\d+$/);
const world = z.looseObject({
  name: z.string(),
  config: z.looseObject({ kind: z.string() }),
  stochastic: z.boolean(),
  respondsToActions: z.boolean(),
});
const policy = z.looseObject({ name: z.string(), config: z.looseObject({ kind: z.string() }) });
const start = z.looseObject({
  index: z.int().nonnegative(),
  initial: numbers,
  parameters: z.record(z.string(), z.number()),
  seed,
});
const storedSchema = z.looseObject({
  scenario: z.looseObject({
    name: z.string(),
    sha256: z.string(),
    controlPeriodSec: z.number(),
    horizonSteps: z.int(),
    observation: z.array(z.looseObject({ name: z.string(), size: z.int(), unit: z.string() })),
    success: z.looseObject({ formula: z.string() }),
    dimensions: z.array(z.looseObject({ key: z.string() })),
  }),
  truth: world,
  candidate: world,
  baseline: world.optional(),
  policies: z.array(policy),
  panel: z.array(start),
  seed,
});

/** Keys of the scenario, and of a world's or policy's recipe, that name a file. */
const FILE_KEYS = ["model", "card", "file"];

/** Plain JSON of the contract: paths relative to the scenario's folder, 64-bit seeds as text. */
export function plainContract(contract: Contract): Record<string, unknown> {
  const folder = dirname(contract.scenario.file);
  const plain = (key: string, value: unknown): unknown => {
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "string" || !FILE_KEYS.includes(key) || !isAbsolute(value)) return value;
    return relative(folder, value).replaceAll("\\", "/");
  };
  return JSON.parse(JSON.stringify(contract, plain)) as Record<string, unknown>;
}

/** @throws Error naming the key that is not as an exam writes it. */
export function storedContract({ contract }: Pick<EvidenceManifest, "contract">): StoredContract {
  const parsed = storedSchema.safeParse(contract);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`contract.${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** The scenario as it was resolved when the exam was made: enough to judge a trace, not to open a world. */
export function storedScenario({ scenario }: StoredContract): Scenario {
  return scenario as unknown as Scenario;
}

export function storedPanel({ panel }: StoredContract): readonly Start[] {
  return panel.map((one) => ({ ...one, seed: BigInt(one.seed) }));
}

/** The contract again, over the files below `folder`, which hold the scenario given. */
export function contractIn(folder: string, stored: StoredContract, scenario: Scenario): Contract {
  return {
    scenario,
    truth: located(folder, stored.truth) as unknown as WorldRef,
    candidate: located(folder, stored.candidate) as unknown as WorldRef,
    ...(stored.baseline === undefined
      ? {}
      : { baseline: located(folder, stored.baseline) as unknown as WorldRef }),
    policies: stored.policies.map((one) => located(folder, one) as unknown as PolicyRef),
    panel: storedPanel(stored),
    seed: BigInt(stored.seed),
  };
}

function located<T extends { readonly config: Readonly<Record<string, unknown>> }>(
  folder: string,
  ref: T,
): T {
  const config = Object.fromEntries(
    Object.entries(ref.config).map(([key, value]) => [
      key,
      FILE_KEYS.includes(key) && typeof value === "string" ? resolve(folder, value) : value,
    ]),
  );
  return { ...ref, config };
}
