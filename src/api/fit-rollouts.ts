import { policyRef, worldRef } from "../compose.ts";
import { inputError } from "../core/errors.ts";
import type { RolloutRequest } from "../exam/rollouts.ts";
import { Fleet } from "../fleet/fleet.ts";
import { openRunner } from "../fleet/open-runner.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { digestFiles } from "./files.ts";
import type { FitData, FitOptions } from "./fit.ts";

const DEFAULT_STARTS = 128;

/** Keeps the fit's starts away from the exam's: another seed shifts every start of a Sobol panel. */
const SEED_OFFSET = 1000;

type Options = Pick<FitOptions, "from" | "starts" | "seed" | "policies" | "signal" | "onProgress"> & {
  readonly workers: number;
};

/** Rolls every policy out from fresh starts of the scenario's box, to learn from. */
export async function rolloutTraces(scenario: Scenario, options: Options): Promise<FitData> {
  const world = await worldRef(scenario, options.from ?? scenario.truth);
  const names = options.policies ?? Object.keys(scenario.policies);
  if (names.length === 0) {
    throw inputError("a fit from rollouts needs at least one policy", {
      where: scenario.file,
      hint: "declare one under policies:, or name one with --policy",
    });
  }
  const policies = names.map((name) => policyRef(scenario, name));
  const { starts: count = DEFAULT_STARTS, seed = scenario.panel.seed + SEED_OFFSET } = options;
  if (seed === scenario.panel.seed) {
    throw inputError("a baseline must not be fitted on the starts of the exam", {
      where: "--seed",
      expected: "another seed than the panel's",
      got: `${seed}`,
    });
  }
  const starts = drawPanel({ ...scenario, panel: { method: "sobol", count, seed } });
  const files = await digestFiles({ scenario, worlds: [world], policies });
  const runner = openRunner(options.workers);
  try {
    const fleet = new Fleet({
      scenario,
      runner,
      fingerprint: (request) => files.fingerprint(request),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    const traces = await fleet.run(
      policies.map((policy): RolloutRequest => ({
        world,
        drive: { kind: "policy", policy },
        starts,
        horizonSteps: scenario.horizonSteps,
      })),
    );
    const faults = traces.flat().flatMap(({ fault }) => fault ?? []);
    return {
      traces: traces.flat(),
      description: `rollouts of ${names.join(", ")} in ${world.name}, each from ${count} starts (Sobol, seed ${seed})`,
      // The manifest itself changes when the model is entered in it: what counts is what was rolled out.
      files: files.files
        .filter(({ role }) => role !== "scenario")
        .map(({ path, sha256 }) => ({ file: path, sha256 })),
      remarks:
        faults.length === 0
          ? []
          : [`${faults.length} rollouts broke and count up to there; the first: ${faults[0]!.reason}`],
    };
  } finally {
    await runner.close();
  }
}
