import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import type { Start, Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import { representation } from "../../src/exam/representation.ts";
import type { RolloutRequest, Rollouts } from "../../src/exam/rollouts.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { representationSchema } from "../../src/report/representation-schema.ts";

/** x rises by `rate` a step, a parameter that nobody sees; y stands for something the latent never hears of. */

const STEPS = 80;
const channel = { unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.05 } as const;
const scenario = {
  controlPeriodSec: 0.1,
  horizonSteps: STEPS,
  observation: [{ ...channel, name: "x" }],
  action: [{ ...channel, name: "push", limits: [-1, 1] }],
  parameters: [
    { name: "rate", unit: "m", nominal: 0.1, limits: [0, 1], mujoco: [] },
    { name: "colour", unit: "1", nominal: 1, mujoco: [] },
  ],
  thresholds: { confidence: 0.95 },
} as unknown as Scenario;

/** A candidate whose latent holds the rate in its first value and noise in its second; `uses`: it moves by it. */
const worldOf = (uses: boolean, forgetsAfter = Infinity) => ({ uses, forgetsAfter });

function roll(
  world: ReturnType<typeof worldOf> | "truth",
  start: Start,
  steps: number,
  { keep, nudge }: Pick<RolloutRequest, "keep" | "nudge">,
): Trace {
  const noise = new RandomStream(start.seed, "latent");
  const rate = start.parameters["rate"]!;
  const held = rate + (nudge?.["h"]?.[0] ?? 0);
  const x = [start.initial["x"]![0]!];
  for (let k = 0; k < steps; k++) x.push(x[k]! + (world !== "truth" && world.uses ? held : rate));
  const push = { push: new Float64Array(steps) };
  return {
    start,
    steps,
    controlPeriodSec: 0.1,
    end: "horizon",
    observation: { x: Float64Array.from(x) },
    requestedAction: push,
    appliedAction: push,
    ...(world === "truth" || keep === undefined
      ? {}
      : {
          latent: {
            h: Float64Array.from({ length: 2 * (steps + 1) }, (_, i) =>
              i % 2 === 0 && i / 2 < world.forgetsAfter ? held : noise.normal(i),
            ),
          },
        }),
  };
}

function runOf(world: ReturnType<typeof worldOf> | "truth", starts = 80): ExamRun {
  const draws = new RandomStream(2n, "starts");
  const panel = Array.from({ length: starts }, (_, index): Start => ({
    index,
    initial: { x: [0] },
    parameters: { rate: 0.1 + 0.1 * draws.uniform(index), colour: draws.uniform(index, 1) },
    seed: BigInt(index),
  }));
  const rollouts: Rollouts = {
    run: (requests) =>
      Promise.resolve(
        requests.map((request) =>
          request.starts.map((start, lane) => {
            const steps = request.drive.kind === "actions" ? request.drive.actions[lane]!.steps : STEPS;
            return roll(request.world.name === "truth" ? "truth" : world, start, steps, request);
          }),
        ),
      ),
  };
  return {
    contract: {
      scenario,
      panel,
      policies: [{ name: "none" }],
      truth: { name: "truth", respondsToActions: true },
      candidate: { name: "candidate" },
      seed: 1n,
    },
    pairs: panel.map((start) => ({ start: start.index, truth: roll("truth", start, STEPS, {}) })),
    rollouts,
  } as unknown as ExamRun;
}

const probe = async (world: ReturnType<typeof worldOf>) => {
  const found = await representation(runOf(world));
  if ("undefined" in found) throw new Error(found.undefined);
  return representationSchema.parse(found);
};
const targetOf = (found: Awaited<ReturnType<typeof probe>>, name: string) =>
  found.targets.find(({ target }) => target === name)!;

describe("the representation probe", () => {
  it("finds what the latent keeps, what it does not, and that what is shown does not tell", async () => {
    const found = await probe(worldOf(true));
    expect(found.state).toEqual([{ name: "h", width: 2 }]);
    expect(found.starts.fitted + found.starts.scored).toBe(80);
    const rate = targetOf(found, "rate");
    expect(rate).toMatchObject({ kind: "parameter", kept: "to the end", lostAtSec: null });
    expect("value" in rate.rSquared && rate.rSquared.value).toBeGreaterThan(0.99);
    expect(targetOf(found, "colour")).toMatchObject({
      kept: "never",
      use: { undefined: "the latent does not hold it" },
    });
  });

  it("tells when it is forgotten", async () => {
    const rate = targetOf(await probe(worldOf(true, 8)), "rate");
    expect(rate.kept).toBe("for a while");
    expect(rate.lostAtSec).toBeCloseTo(0.8, 9);
  });

  it("tells what is used from what is only there", async () => {
    const used = targetOf(await probe(worldOf(true)), "rate").use;
    if ("undefined" in used) throw new Error(used.undefined);
    expect("value" in used.score && used.score.value).toBeGreaterThan(0.98);
    expect(used.gain).toBeCloseTo(1, 1);
    const idle = targetOf(await probe(worldOf(false)), "rate").use;
    if ("undefined" in idle) throw new Error(idle.undefined);
    expect(idle.score).toMatchObject({ value: 0 });
    expect(idle.gain).toBe(0);
  });

  it("has nothing to look at where no latent is shown, and too little where there are few starts", async () => {
    expect(await representation(runOf("truth"))).toEqual({ undefined: "the world shows no latent state" });
    expect(await representation(runOf(worldOf(true), 10))).toHaveProperty("undefined");
  });
});
