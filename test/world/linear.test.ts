import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/core/trace.ts";
import { fitLinear } from "../../src/world/linear-fit.ts";
import { linearModelText, type LinearModel } from "../../src/world/linear-model.ts";
import { LinearWorld } from "../../src/world/linear.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { scenario, tinyForce, tinyStarts } from "./fixtures/tiny-scenario.ts";

interface Fixture {
  readonly ridge: number;
  readonly traces: readonly { mass: number; observations: number[][]; force: number[] }[];
  readonly mean: number[];
  readonly std: number[];
  readonly bias: number[];
  readonly weights: number[][];
  readonly residualStd: number[];
}

/** Made by make-linear.py. */
const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures/linear-fit.json"), "utf8"),
) as Fixture;

function trace(index: number, mass: number, observations: number[][], force: number[]): Trace {
  const column = (pick: (row: number[]) => number[]) => Float64Array.from(observations.flatMap(pick));
  const action = { force: Float64Array.from(force) };
  return {
    start: { index, initial: {}, parameters: { mass }, seed: 1n },
    steps: force.length,
    controlPeriodSec: 0.02,
    end: "horizon",
    observation: {
      position: column((row) => row.slice(0, 1)),
      angle: column((row) => row.slice(1, 2)),
      joint_vel: column((row) => row.slice(2)),
    },
    requestedAction: action,
    appliedAction: action,
  };
}

const recorded = fixture.traces.map((one, i) => trace(i, one.mass, one.observations, one.force));
const fitted = fitLinear(recorded, scenario, { ridge: fixture.ridge, description: "make-linear.py" });

describeWorldContract("linear", async () => ({
  world: LinearWorld.from("linear", scenario, fitted),
  starts: tinyStarts(5),
}));

/** Every channel of kind linear, and a system that is exactly linear in them. */
const flat = {
  ...scenario,
  observation: scenario.observation.map((channel) => ({ ...channel, kind: "linear" as const })),
};
const A = [
  [0, 0, 0.02, 0],
  [0.01, -0.03, 0, 0.02],
  [0, 0.1, -0.2, 0],
  [-0.05, 0.2, 0, -0.1],
];
const B = [0, 0.003, 0.05, -0.04];
const C = [0.001, 0, -0.02, 0.03];

function linearStep(x: readonly number[], force: number, mass: number): number[] {
  return x.map((value, i) => {
    const drift = A[i]!.reduce((sum, a, j) => sum + a * x[j]!, 0);
    return value + drift + B[i]! * force + C[i]! * mass + 0.0005;
  });
}

function linearTraces(count: number): Trace[] {
  return Array.from({ length: count }, (_, index) => {
    const mass = 0.5 + 0.3 * index;
    const rows = [[Math.sin(index), 0.5 * Math.cos(3 * index), Math.sin(2 + 5 * index), 0.3 * index]];
    const force = Array.from({ length: 30 }, (_, step) => 8 * Math.sin(1.7 * step + index * index));
    for (const f of force) rows.push(linearStep(rows.at(-1)!, f, mass));
    return trace(index, mass, rows, force);
  });
}

describe("fitting a linear world", () => {
  it("recovers a system that is linear, and then rolls as it does", async () => {
    const model = fitLinear(linearTraces(6), flat, { ridge: 0, description: "a linear system" });
    const order = [0, 1, 2, 3];
    for (const i of order) {
      const { weights, residualStd } = model.outputs[i]!;
      order.forEach((j) => expect(weights[j]! / model.std[j]!).toBeCloseTo(A[i]![j]!, 9));
      expect(weights[4]! / model.std[4]!).toBeCloseTo(B[i]!, 9);
      expect(weights[5]! / model.std[5]!).toBeCloseTo(C[i]!, 9);
      expect(residualStd).toBeLessThan(1e-12);
    }
    const world = LinearWorld.from("linear", flat, model);
    const starts = tinyStarts();
    await world.reset(starts);
    let x = starts.map((s) => [
      ...s.initial["position"]!,
      ...s.initial["angle"]!,
      ...s.initial["joint_vel"]!,
    ]);
    for (let step = 0; step < 6; step++) {
      const requested = tinyForce(3, step);
      const { observation, appliedAction } = await world.step(requested);
      const applied = [...requested.columns["force"]!].map((f) => Math.min(10, Math.max(-10, f)));
      expect([...appliedAction.columns["force"]!]).toEqual(applied);
      x = x.map((row, lane) => linearStep(row, applied[lane]!, starts[lane]!.parameters["mass"]!));
      x.forEach((row, lane) => {
        expect(observation.columns["angle"]![lane]).toBeCloseTo(row[1]!, 9);
        expect(observation.columns["joint_vel"]![2 * lane + 1]).toBeCloseTo(row[3]!, 9);
      });
    }
  });

  it("gives numpy's ridge solution, with angles as sine and cosine and their change on the circle", () => {
    expect(fitted.features).toEqual([
      { channel: "position", transform: "identity" },
      { channel: "angle", transform: "sin" },
      { channel: "angle", transform: "cos" },
      { channel: "joint_vel[slide]", transform: "identity" },
      { channel: "joint_vel[hinge]", transform: "identity" },
      { action: "force", transform: "identity" },
      { parameter: "mass", transform: "identity" },
    ]);
    fixture.mean.forEach((value, j) => expect(fitted.mean[j]).toBeCloseTo(value, 12));
    fixture.std.forEach((value, j) => expect(fitted.std[j]).toBeCloseTo(value, 12));
    fixture.weights.forEach((row, k) => {
      expect(fitted.outputs[k]!.bias).toBeCloseTo(fixture.bias[k]!, 12);
      expect(fitted.outputs[k]!.residualStd).toBeCloseTo(fixture.residualStd[k]!, 12);
      row.forEach((weight, j) => expect(fitted.outputs[k]!.weights[j]).toBeCloseTo(weight, 11));
    });
    expect(fitted.fittedOn).toMatchObject({ description: "make-linear.py", traces: 4, transitions: 160 });
  });

  it("gives a feature that never varies no weight", () => {
    const still = linearTraces(6).map((one) => ({
      ...one,
      start: { ...one.start, parameters: { mass: 1 } },
    }));
    const model = fitLinear(still, flat, { ridge: 0, description: "one mass" });
    for (const output of model.outputs) expect(output.weights[5]).toBe(0);
    expect(model.std[5]).toBe(1);
  });

  it("refuses traces it cannot learn from", () => {
    const [good] = linearTraces(1);
    const fit = (traces: Trace[]) => () => fitLinear(traces, flat, { description: "" });
    expect(fit([])).toThrow(/nothing to fit/);
    expect(fit([{ ...good!, controlPeriodSec: 0.05 }])).toThrow(
      /another control period[^]*0\.02 s[^]*0\.05 s/,
    );
    const broken = good!.observation["angle"]!.slice();
    broken[7] = NaN;
    const holed = { ...good!, observation: { ...good!.observation, angle: broken } };
    expect(fit([holed])).toThrow(/step 6: trace #0 has a value that is not finite[^]*angle is NaN/);
    expect(() => fitLinear([{ ...good!, steps: 3 }], flat, { ridge: 0, description: "" })).toThrow(
      /use a ridge/,
    );
  });
});

describe("the file of a linear world", () => {
  async function write(model: unknown): Promise<string> {
    const path = join(await mkdtemp(join(tmpdir(), "simgate-linear-")), "linear.json");
    await writeFile(path, typeof model === "string" ? model : JSON.stringify(model, null, 2));
    return path;
  }
  const open = async (model: unknown) =>
    LinearWorld.open({ name: "linear", scenario, modelPath: await write(model) });

  it("holds the model to the last bit", async () => {
    const path = await write(linearModelText(fitted));
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(fitted);
    const [fromFile, direct] = [
      await LinearWorld.open({ name: "linear", scenario, modelPath: path }),
      LinearWorld.from("linear", scenario, fitted),
    ];
    for (const world of [fromFile, direct]) await world.reset(tinyStarts());
    const [a, b] = [await fromFile.step(tinyForce(3, 0)), await direct.step(tinyForce(3, 0))];
    expect(a.observation.columns).toEqual(b.observation.columns);
    expect(a.uncertainty!.columns["angle"]![2]).toBe(fitted.outputs[1]!.residualStd);
  });

  it("is refused where it does not fit, with the line", async () => {
    const change = (changes: Partial<Record<keyof LinearModel, unknown>>) => open({ ...fitted, ...changes });
    await expect(change({ controlPeriodSec: 0.1 })).rejects.toThrow(
      /linear\.json:4:3 controlPeriodSec: .*another control/,
    );
    await expect(change({ outputs: fitted.outputs.slice(1) })).rejects.toThrow(/nothing for position/);
    await expect(change({ outputs: [...fitted.outputs, fitted.outputs[0]] })).rejects.toThrow(
      /predicted twice/,
    );
    await expect(change({ mean: [1] })).rejects.toThrow(/mean needs one number for each value/);
    await expect(change({ ridgee: 1 } as never)).rejects.toThrow(
      /ridgee: unknown key; did you mean "ridge"\?/,
    );
    const short = fitted.outputs.map((output) => ({ ...output, weights: output.weights.slice(1) }));
    await expect(change({ outputs: short })).rejects.toThrow(/outputs\[0\]\.weights: .*one weight for each/);
    await expect(
      LinearWorld.open({ name: "linear", scenario, modelPath: "nowhere/linear.json" }),
    ).rejects.toMatchObject({ code: "input" });
  });
});
