import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { OnnxWorld } from "../../src/world/onnx.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import {
  cards,
  expected,
  rollTiny,
  scenario,
  tinyCard,
  tinyForce,
  tinyInput,
  tinyOutput,
  tinyStarts,
  writeCard,
  type Rollouts,
} from "./fixtures/tiny-scenario.ts";

async function open(card: unknown): Promise<OnnxWorld> {
  return OnnxWorld.open({ name: "tiny", scenario, cardPath: await writeCard(card) });
}

const contracts: Record<string, unknown> = {
  "onnx, one call per step": cards.affine,
  "onnx, a graph with a fixed batch": cards.batchOfTwo,
  "onnx, mean of an ensemble": cards.ensemble,
  "onnx, an ensemble member a lane": cards.ensembleLane,
  "onnx, recurrent state": cards.recurrent,
  "onnx, history": cards.window,
  "onnx, noise": cards.noisy,
};
for (const [name, card] of Object.entries(contracts)) {
  describeWorldContract(name, async () => ({ world: await open(card), starts: tinyStarts(5) }));
}

function expectClose(actual: Rollouts, wanted: Rollouts, tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  for (const [lane, rows] of actual.entries()) {
    expect(rows.length).toBe(wanted[lane]!.length);
    for (const [step, row] of rows.entries()) {
      row.forEach((value, i) => {
        const difference = Math.abs(value - wanted[lane]![step]![i]!);
        expect(difference, `lane ${lane}, step ${step}, value ${i}`).toBeLessThan(tolerance);
      });
    }
  }
}

describe("a closed loop on a model gives what numpy gives for the same weights", () => {
  const cases: [string, unknown, Rollouts, number][] = [
    ["float32", cards.affine, expected.affine, 2e-6],
    ["float64, to its own precision", cards.double, expected.affine, 1e-13],
    ["a graph whose batch size is fixed", cards.batchOfTwo, expected.affine, 2e-6],
    ["the mean of an ensemble", cards.ensemble, expected.ensembleMean, 2e-6],
    [
      "an ensemble stacked on the second axis",
      tinyCard("ensemble-second-axis", { ensemble: { axis: 1, members: 3 } }),
      expected.ensembleMean,
      2e-6,
    ],
    ["an ensemble member a lane", cards.ensembleLane, expected.ensembleLane, 2e-6],
    ["recurrent state whose batch axis is the second", cards.recurrent, expected.recurrent, 2e-6],
    ["history, padded with the first observation and no action", cards.window, expected.window, 2e-6],
    [
      "history on a flat axis",
      tinyCard("window-flat", { inputs: [tinyInput({ history: 3 })] }),
      expected.window,
      2e-6,
    ],
  ];
  it.each(cases)("%s", async (_, card, wanted, tolerance) => {
    const world = await open(card);
    expectClose(await rollTiny(world, tinyStarts(), 6), wanted, tolerance);
    await world.close();
  });
});

describe("uncertainty", () => {
  const stepTwice = async (card: unknown) => {
    const world = await open(card);
    await world.reset(tinyStarts());
    await world.step(tinyForce(3, 0));
    const { uncertainty } = await world.step(tinyForce(3, 1));
    await world.close();
    return uncertainty;
  };
  const deviation = (kind: "spread" | "total", value: number): number[] =>
    expected.ensembleMeanDeviation.map((steps) => steps[1]![kind][value]!);

  it("is the spread of the members where no variance is predicted", async () => {
    const { columns } = (await stepTwice({ ...cards.ensemble, outputs: [tinyOutput()] }))!;
    deviation("spread", 0).forEach((std, lane) => expect(columns["position"]![lane]).toBeCloseTo(std, 6));
    deviation("spread", 3).forEach((std, lane) =>
      expect(columns["joint_vel"]![2 * lane + 1]).toBeCloseTo(std, 6),
    );
  });

  it("is that of the mixture where the members predict a variance", async () => {
    const { columns } = (await stepTwice(cards.ensemble))!;
    deviation("total", 1).forEach((std, lane) => expect(columns["angle"]![lane]).toBeCloseTo(std, 6));
    deviation("total", 2).forEach((std, lane) => expect(columns["joint_vel"]![2 * lane]).toBeCloseTo(std, 6));
  });

  it("is not stated by a model that has none", async () => {
    expect(await stepTwice(cards.affine)).toBeUndefined();
  });
});

describe("noise", () => {
  it("is drawn from the seed of the lane at the control step, and enters the model as it is", async () => {
    const quiet = await open(cards.affine);
    const noisy = await open(cards.noisy);
    const starts = tinyStarts();
    await quiet.reset(starts);
    await noisy.reset(starts);
    const a = await quiet.step(tinyForce(3, 0));
    const b = await noisy.step(tinyForce(3, 0));
    starts.forEach((start, lane) => {
      const stream = new RandomStream(start.seed, "world noise", "eps");
      const [e0, e1] = [stream.normal(0, 0), stream.normal(0, 1)];
      const shift = e0 * expected.noiseWeights[0]![0]! + e1 * expected.noiseWeights[1]![0]!;
      const difference =
        b.observation.columns["position"]![lane]! - a.observation.columns["position"]![lane]!;
      expect(difference).toBeCloseTo(shift * expected.outStd[0]!, 6);
    });
    await quiet.close();
    await noisy.close();
  });
});

describe("a start inside a recording", () => {
  /** The tail of a rollout must go on as the rollout did, if the model is shown what came before. */
  const continues = async (card: unknown): Promise<void> => {
    const world = await open(card);
    const starts = tinyStarts();
    const seen = await rollTiny(world, starts, 6);
    const at = 3;
    const later = starts.map((start, lane) => {
      const rows = seen[lane]!.slice(0, at);
      const [position, angle, slide, hinge] = seen[lane]![at]!;
      return {
        ...start,
        initial: { position: [position!], angle: [angle!], joint_vel: [slide!, hinge!] },
        context: {
          steps: at,
          observation: {
            position: rows.map((row) => row[0]!),
            angle: rows.map((row) => row[1]!),
            joint_vel: rows.flatMap((row) => row.slice(2)),
          },
          action: {
            force: expected.force[lane]!.slice(0, at).map((force) => Math.min(10, Math.max(-10, force))),
          },
        },
      };
    });
    await world.reset(later);
    for (let step = at; step < 6; step++) {
      const { observation } = await world.step(tinyForce(3, step));
      seen.forEach((rows, lane) => expect(observation.columns["position"]![lane]).toBe(rows[step + 1]![0]));
    }
    // Beside lanes that begin with less context, or none.
    await world.reset([later[0]!, starts[1]!]);
    for (let step = at; step < 6; step++) {
      const force = Float64Array.of(expected.force[0]![step]!, expected.force[1]![step - at]!);
      const { observation } = await world.step({ lanes: 2, step, columns: { force } });
      expect(observation.columns["position"]![0]).toBe(seen[0]![step + 1]![0]);
      expect(observation.columns["position"]![1]).toBe(seen[1]![step - at + 1]![0]);
    }
    await world.close();
  };
  it("warms up history", async () => continues(cards.window));
  it("warms up recurrent state", async () => continues(cards.recurrent));
});

describe("lanes that break", () => {
  const breaking = tinyCard("breaking", {
    inputs: [
      { tensor: "x", features: [{ channel: "position" }, { channel: "angle" }, { channel: "joint_vel" }] },
    ],
    outputs: [{ tensor: "y", mode: "absolute", channels: ["position", "angle", "joint_vel"] }],
  });
  const start = (index: number, position: number, angle: number) => ({
    index,
    initial: { position: [position], angle: [angle], joint_vel: [0, 0] },
    parameters: { mass: 1 },
    seed: 1n,
  });

  it("fault with step and reason, keep their last good values, and leave the others alone", async () => {
    const world = await open(breaking);
    await world.reset([start(0, 1, 0.5), start(1, 20, 0.5), start(2, 1, -0.5)]);
    const first = await world.step(tinyForce(3, 0));
    expect(first.faults).toEqual([{ lane: 2, step: 0, kind: "not-finite", reason: "angle is NaN" }]);
    expect([...first.observation.columns["position"]!]).toEqual([3, 60, 1]);
    const second = await world.step(tinyForce(3, 1));
    expect(second.faults).toEqual([
      { lane: 1, step: 1, kind: "out-of-limits", reason: "position = 180 m is outside [-100, 100]" },
    ]);
    expect([...second.observation.columns["position"]!]).toEqual([9, 60, 1]);
    const third = await world.step(tinyForce(3, 2));
    expect(third.faults).toEqual([]);
    expect([...third.observation.columns["position"]!]).toEqual([27, 60, 1]);
    expect(third.observation.columns["angle"]![2]).toBe(-0.5);
    await world.close();
  });

  it("a model without action features says that it does not respond", async () => {
    const world = await open(breaking);
    expect(world.spec.respondsToActions).toBe(false);
    await world.close();
  });
});

describe("the first observation", () => {
  const bare = { index: 4, initial: {}, parameters: { mass: 1 }, seed: 1n };

  it("is the start's, else the channel's initial value, else rest for joints", async () => {
    const world = await open(cards.affine);
    const { columns } = await world.reset([{ ...bare, initial: { position: [2] } }]);
    expect(columns).toEqual({
      position: Float64Array.of(2),
      angle: Float64Array.of(0),
      joint_vel: Float64Array.of(0, 0),
    });
    await world.close();
  });

  it("is never made up for a channel that nothing sets", async () => {
    const world = await open(cards.affine);
    await expect(world.reset([bare])).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /start #4 gives no value for channel "position"[^]*position\.initial/,
      ) as string,
    });
    await world.close();
  });
});

it("angles go on beyond half a turn unless the card says to wrap them", async () => {
  const around = { ...tinyStarts(1)[0]!, initial: { position: [0], angle: [3.14], joint_vel: [0, 0] } };
  const push = { mean: [0, 0.1, 0, 0], std: [1e-9, 1e-9, 1e-9, 1e-9] };
  const angles: number[] = [];
  for (const wrap of [false, true]) {
    const world = await open(tinyCard("affine", { outputs: [tinyOutput({ ...push, wrap })] }));
    await world.reset([around]);
    const { observation } = await world.step(tinyForce(1, 0));
    angles.push(observation.columns["angle"]![0]!);
    await world.close();
  }
  expect(angles[0]).toBeCloseTo(3.24, 6);
  expect(angles[1]).toBeCloseTo(3.24 - 2 * Math.PI, 6);
});

it("what a caller does to an observation does not reach the model", async () => {
  const world = await open(cards.affine);
  const batch = await world.reset(tinyStarts());
  batch.columns["position"]!.fill(1e6);
  const { observation } = await world.step(tinyForce(3, 0));
  expect(observation.columns["position"]![0]).toBeCloseTo(expected.affine[0]![1]![0]!, 5);
  await world.close();
});
