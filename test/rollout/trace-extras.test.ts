import { describe, expect, it } from "vitest";
import { openLoop } from "../../src/rollout/open-loop.ts";
import { OnnxWorld } from "../../src/world/onnx.ts";
import { cards, expected, scenario, tinyStarts, writeCard } from "../world/fixtures/tiny-scenario.ts";
import { CountingWorld, startsAt } from "./counting-world.ts";

const STEPS = 4;
const starts = tinyStarts(2);
const actions = starts.map((_, lane) => ({
  steps: STEPS,
  columns: { force: Float64Array.from(expected.force[lane]!.slice(0, STEPS)) },
}));

async function rolled(card: unknown, options: Parameters<typeof openLoop>[3]) {
  const world = await OnnxWorld.open({ name: "tiny", scenario, cardPath: await writeCard(card) });
  try {
    return (await openLoop(world, starts, actions, options)).tape.traces();
  } finally {
    await world.close();
  }
}

describe("what a trace keeps besides, where it is asked to", () => {
  it("is the uncertainty of every step of an ensemble, as numpy has it", async () => {
    const [trace] = await rolled(cards.ensemble, { keep: ["uncertainty"] });
    const { position, angle, joint_vel: speeds } = trace!.uncertainty!;
    for (let step = 0; step < STEPS; step++) {
      const { total } = expected.ensembleMeanDeviation[0]![step]!;
      const found = [position![step]!, angle![step]!, ...speeds!.subarray(2 * step, 2 * step + 2)];
      found.forEach((std, i) => expect(std).toBeCloseTo(total[i]!, 5));
    }
    expect(position).toHaveLength(STEPS);
    expect(trace!.latent).toBeUndefined();
  });

  it("is nothing where it is not asked for, or the world has none", async () => {
    const [silent] = await rolled(cards.ensemble, {});
    expect(silent).not.toHaveProperty("uncertainty");
    const [sure] = await rolled(cards.affine, { keep: ["uncertainty", "latent"] });
    expect(sure).not.toHaveProperty("uncertainty");
    expect(sure).not.toHaveProperty("latent");
  });

  it("is the recurrent state that goes with each observation, lane by lane", async () => {
    const [first, second] = await rolled(cards.recurrent, { keep: ["latent"] });
    const h = first!.latent!["h"]!;
    // [2, lanes, 8]: 16 values a lane.
    expect(h).toHaveLength((STEPS + 1) * 16);
    expect(h.subarray(0, 16).every((value) => value === 0)).toBe(true);
    expect(h.subarray(16, 32).some((value) => value !== 0)).toBe(true);
    expect(second!.latent!["h"]!.subarray(16)).not.toEqual(h.subarray(16));
  });

  it("can be moved before the first step, in every lane alike, and changes what follows", async () => {
    const nudge = { h: Array.from({ length: 16 }, (_, i) => 0.1 * (i + 1)) };
    const [before] = await rolled(cards.recurrent, { keep: ["latent"] });
    const moved = await rolled(cards.recurrent, { keep: ["latent"], nudge });
    for (const { latent } of moved) {
      Array.from(latent!["h"]!.subarray(0, 16)).forEach((value, i) =>
        expect(value).toBeCloseTo(nudge.h[i]!, 6),
      );
    }
    expect(moved[0]!.observation["position"]![0]).toBe(before!.observation["position"]![0]);
    expect(moved[0]!.observation["position"]![STEPS]).not.toBe(before!.observation["position"]![STEPS]);
  });

  it("cannot be moved where there is none, or by another width", async () => {
    await expect(rolled(cards.recurrent, { nudge: { h: [1, 2] } })).rejects.toThrow(/16 values/);
    await expect(rolled(cards.recurrent, { nudge: { c: [1] } })).rejects.toThrow(/no latent state "c"/);
    const one = [{ steps: 1, columns: { speed: Float64Array.of(1) } }];
    await expect(openLoop(new CountingWorld(), startsAt(0), one, { nudge: { h: [1] } })).rejects.toThrow(
      /shows no latent state/,
    );
  });

  it("is not a number at the steps before a world had an opinion", async () => {
    const world = new CountingWorld();
    const plain = world.step.bind(world);
    world.step = async (batch) => {
      const transition = await plain(batch);
      if (batch.step < 2) return transition;
      const std = { lanes: 1, step: batch.step, columns: { position: Float64Array.of(0.5) } };
      return { ...transition, uncertainty: std };
    };
    const commands = [{ steps: 4, columns: { speed: new Float64Array(4).fill(1) } }];
    const { tape } = await openLoop(world, startsAt(0), commands, { keep: ["uncertainty"] });
    expect(Array.from(tape.trace(0).uncertainty!["position"]!)).toEqual([NaN, NaN, 0.5, 0.5]);
  });
});
