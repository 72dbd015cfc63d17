import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LinearModel } from "../../src/core/linearisation.ts";
import { LqrPolicy } from "../../src/policy/lqr.ts";
import { regulatorGain, solveRiccati } from "../../src/policy/riccati.ts";
import { describePolicyContract } from "../contracts/policy-contract.ts";
import { cart } from "./cart.ts";

interface Case {
  name: string;
  a: number[][];
  b: number[][];
  q: number[][];
  r: number[][];
  p: number[][];
  k: number[][];
}
const { cases } = JSON.parse(readFileSync(new URL("./fixtures/riccati.json", import.meta.url), "utf8")) as {
  cases: Case[];
};
const cartPole = cases.find(({ name }) => name === "cart-pole")!;

const model: LinearModel = {
  state: ["position", "angle", "velocity", "rate"],
  action: ["force"],
  controlPeriodSec: 0.02,
  a: cartPole.a,
  b: cartPole.b,
  stateAt: [0, Math.PI, 0, 0],
  actionAt: [0.5],
};
const config = { state: { position: 1, angle: 10, velocity: 0.1, rate: 0.1 }, effort: { force: 0.01 } };
const create = (over: { model?: Partial<LinearModel>; config?: Partial<typeof config> } = {}): LqrPolicy =>
  LqrPolicy.create({
    name: "lqr",
    scenario: cart,
    config: { ...config, ...over.config },
    model: { ...model, ...over.model },
  });

describePolicyContract("lqr", async () => create());

describe("Riccati equation", () => {
  it.each(cases)("has scipy's solution and gain: $name", ({ a, b, q, r, p, k }) => {
    const scale = Math.max(...p.flat().map(Math.abs));
    const found = solveRiccati({ a, b, q, r }).to2DArray();
    found.forEach((row, i) =>
      row.forEach((value, j) => expect(Math.abs(value - p[i]![j]!)).toBeLessThan(1e-9 * scale)),
    );
    const gain = regulatorGain({ a, b, q, r });
    const largest = Math.max(...k.flat().map(Math.abs));
    gain.forEach((row, i) =>
      row.forEach((value, j) => expect(Math.abs(value - k[i]![j]!)).toBeLessThan(1e-9 * largest)),
    );
  });

  it("is the golden ratio for an integrator with unit weights", () => {
    const [one] = [[[1]]];
    expect(solveRiccati({ a: one, b: one, q: one, r: one }).get(0, 0)).toBeCloseTo(
      (1 + Math.sqrt(5)) / 2,
      12,
    );
  });

  it("has no solution where the action cannot reach what grows", () => {
    const unreachable = {
      a: [
        [1.1, 0],
        [0, 0.5],
      ],
      b: [[0], [1]],
      q: [
        [1, 0],
        [0, 1],
      ],
      r: [[1]],
    };
    expect(() => solveRiccati(unreachable)).toThrow(/no feedback gain stabilises/);
  });
});

describe("LQR policy", () => {
  it("applies u* − k (x − x*), with the angle taken the shorter way round", async () => {
    const policy = create();
    await policy.reset(2, [0n, 0n]);
    const columns = {
      position: Float64Array.of(0.3, 0),
      angle: Float64Array.of(-Math.PI + 0.1, Math.PI),
      velocity: Float64Array.of(-0.2, 0),
      rate: Float64Array.of(0.4, 0),
    };
    const { actions } = await policy.act({ lanes: 2, step: 0, columns });
    const k = cartPole.k[0]!;
    const expected = 0.5 - (k[0]! * 0.3 + k[1]! * 0.1 + k[2]! * -0.2 + k[3]! * 0.4);
    expect(actions[0]!.columns.force![0]).toBeCloseTo(expected, 8);
    expect(actions[0]!.columns.force![1]).toBeCloseTo(0.5, 12);
  });

  it("brings the model it was made from back to the equilibrium", async () => {
    const policy = create();
    await policy.reset(1, [0n]);
    let away = [0.5, 0.3, 0, 0];
    for (let step = 0; step < 1000; step++) {
      const columns = Object.fromEntries(
        model.state.map((name, i) => [name, Float64Array.of(away[i]! + model.stateAt[i]!)]),
      );
      const { actions } = await policy.act({ lanes: 1, step, columns });
      const u = actions[0]!.columns.force![0]! - 0.5;
      away = model.a.map((row, i) =>
        row.reduce((sum, value, j) => sum + value * away[j]!, model.b[i]![0]! * u),
      );
    }
    expect(Math.hypot(...away)).toBeLessThan(1e-6);
  });

  it.each([
    [
      "a state without a weight",
      () => create({ config: { state: { position: 1, angle: 1 } as typeof config.state } }),
      /none for velocity, rate/,
    ],
    [
      "a weight of nothing",
      () => create({ config: { state: { ...config.state, angel: 1 } as typeof config.state } }),
      /no "angel"[^]*did you mean "angle"/,
    ],
    [
      "no effort at all",
      () => create({ config: { effort: {} as typeof config.effort } }),
      /effort: no weight is given/,
    ],
    ["another control period", () => create({ model: { controlPeriodSec: 0.05 } }), /another control period/],
    ["an unknown action", () => create({ model: { action: ["thrust"] } }), /no channel "thrust"/],
  ])("says what is wrong with %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
