import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { parseFormula, plainSignals } from "../../src/scenario/formula.ts";
import { robustness } from "../../src/scenario/robustness.ts";
import * as golden from "./fixtures/stl.ts";

function margins(
  text: string,
  signals: Record<string, readonly number[]>,
  times: number | readonly number[] = 1,
): number[] {
  const columns = Object.fromEntries(
    Object.entries(signals).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  const formula = parseFormula(text, plainSignals(Object.keys(signals)), { scale: "none" });
  return [...robustness(formula, columns, typeof times === "number" ? times : Float64Array.from(times))];
}

describe("robustness", () => {
  it.each(golden.margins)("of %s agrees with RTAMT", (formula, expected) => {
    expect(margins(formula, { a: golden.a, b: golden.b })).toEqual(expected);
  });

  it("is the signed distance of a predicate, and min, max and minus of its parts", () => {
    const signals = { a: [3], b: [5] };
    expect(margins("a > 1", signals)).toEqual([2]);
    expect(margins("a < 1", signals)).toEqual([-2]);
    expect(margins("a > 1 and b > 1", signals)).toEqual([2]);
    expect(margins("a > 1 or b > 1", signals)).toEqual([4]);
    expect(margins("not a > 1", signals)).toEqual([-2]);
    expect(margins("a > 1 implies b > 7", signals)).toEqual([-2]);
    expect(margins("1 < a < 4", signals)).toEqual([1]);
  });

  it("is divided by the tolerance", () => {
    const channels = [{ name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.1 }] as const;
    const formula = parseFormula("always x < 50 cm", { channels }, { scale: "tolerance" });
    expect(robustness(formula, { x: Float64Array.of(0.1, 0.3) }, 0.5)[0]).toBeCloseTo(2, 12);
  });

  it("counts samples at the edge of a window in, in spite of rounding", () => {
    const ramp = Array.from({ length: 11 }, (_, i) => i);
    expect(margins("eventually[0,0.3] a > 0", { a: ramp }, 0.1)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10,
    ]);
    expect(margins("always[0.3,0.7] a > 0", { a: ramp }, 0.1).slice(0, 4)).toEqual([3, 4, 5, 6]);
  });

  it("holds the last sample where a window lies beyond the end, and the first before the beginning", () => {
    expect(margins("always[3,4] a > 0", { a: [1, 2, 3, 4, 5] })).toEqual([4, 5, 5, 5, 5]);
    expect(margins("once[3,4] a > 0", { a: [1, 2, 3, 4, 5] })).toEqual([1, 1, 1, 1, 2]);
    expect(margins("a > 0 until[7,9] b > 0", { a: [1, 2, 3], b: [-5, 0, 2] })).toEqual([1, 2, 2]);
  });

  it("takes unevenly spaced times, and the sample that holds where a window has none", () => {
    const times = [0, 1, 1.5, 4, 4.25];
    expect(margins("eventually[0,1] a > 0", { a: [1, 5, 2, 4, 3] }, times)).toEqual([5, 5, 2, 4, 3]);
    expect(margins("always[1,2] a > 0", { a: [1, 5, 2, 4, 3] }, times)).toEqual([2, 2, 2, 3, 3]);
    expect(margins("once[0,1] a > 0", { a: [1, 5, 2, 4, 3] }, times)).toEqual([1, 5, 5, 4, 4]);
  });

  it("refuses a predicate that is not a number, naming the sample", () => {
    expect(() => margins("always sqrt(a) < 1", { a: [1, 4, -1] })).toThrow(
      /"sqrt\(a\) < 1" is not a number at sample 2/,
    );
  });

  it("is the one of the definition for random formulas, signals and times", () => {
    const random = new RandomStream(11n, "formulas");
    for (let trial = 0; trial < 400; trial++) {
      const draw = drawer(random, trial);
      const count = 1 + Math.floor(draw() * 30);
      const even = draw() < 0.5;
      const times: number[] = [];
      for (let i = 0; i < count; i++) times.push(i === 0 ? 0 : times[i - 1]! + (even ? 0.5 : 0.1 + draw()));
      const a = Float64Array.from({ length: count }, () => Math.round(20 * draw()) - 10);
      const b = Float64Array.from({ length: count }, () => Math.round(20 * draw()) - 10);
      const { text, at } = randomFormula(draw, 3, { a, b, times });
      const expected = Array.from({ length: count }, (_, i) => at(i));
      expect(margins(text, { a: [...a], b: [...b] }, even ? 0.5 : times), `${trial}: ${text}`).toEqual(
        expected,
      );
    }
  });

  it("takes time linear in the samples, however long the window", () => {
    const count = 200_000;
    const random = new RandomStream(12n);
    const a = Float64Array.from({ length: count }, (_, i) => random.uniform(i));
    const begin = performance.now();
    const [first] = robustness(
      parseFormula("a > 0.1 until[100,2000] (always[0,1500] a > 0.2 or a < 0.1)", plainSignals(["a"]), {
        scale: "none",
      }),
      { a },
      0.01,
    );
    expect(Number.isFinite(first)).toBe(true);
    // Quadratic work would be 3 · 10¹⁰ comparisons.
    expect(performance.now() - begin).toBeLessThan(20_000);
  });
});

type Draw = () => number;
interface Reference {
  readonly text: string;
  readonly at: (i: number) => number;
}

function drawer(random: RandomStream, trial: number): Draw {
  let next = 0;
  return () => random.uniform(next++, trial);
}

/** A random formula and its margin by the definition, quadratic and without any of the code under test. */
function randomFormula(
  draw: Draw,
  depth: number,
  signals: { readonly a: Float64Array; readonly b: Float64Array; readonly times: readonly number[] },
): Reference {
  const { times } = signals;
  const sub = (): Reference => randomFormula(draw, depth - 1, signals);
  const choice = depth === 0 ? 0 : Math.floor(draw() * 10);
  if (choice <= 1) {
    const name = draw() < 0.5 ? "a" : "b";
    const level = Math.round(6 * draw()) - 3;
    return { text: `${name} > ${level}`, at: (i) => signals[name][i]! - level };
  }
  if (choice === 2) {
    const of = sub();
    return { text: `not (${of.text})`, at: (i) => 0 - of.at(i) };
  }
  if (choice === 3 || choice === 4) {
    const [left, right] = [sub(), sub()];
    const word = choice === 3 ? "and" : draw() < 0.5 ? "or" : "implies";
    const combine = { and: Math.min, or: Math.max, implies: (x: number, y: number) => Math.max(0 - x, y) }[
      word
    ];
    return { text: `(${left.text}) ${word} (${right.text})`, at: (i) => combine(left.at(i), right.at(i)) };
  }
  const bounded = draw() < 0.7;
  const from = bounded ? Math.round(8 * draw()) / 4 : 0;
  const to = bounded ? from + Math.round(8 * draw()) / 4 : Infinity;
  const interval = bounded ? `[${from},${to}]` : "";
  const future = (i: number): number[] => {
    const inside = times.flatMap((t, k) =>
      t >= times[i]! + from - 1e-9 && t <= times[i]! + to + 1e-9 ? [k] : [],
    );
    const before = times.flatMap((t, k) => (t <= times[i]! + to + 1e-9 ? [k] : []));
    return inside.length > 0 ? inside : [before.at(-1)!];
  };
  const past = (i: number): number[] => {
    const inside = times.flatMap((t, k) =>
      t >= times[i]! - to - 1e-9 && t <= times[i]! - from + 1e-9 ? [k] : [],
    );
    const before = times.flatMap((t, k) => (t <= times[i]! - from + 1e-9 ? [k] : []));
    return inside.length > 0 ? inside : [before.at(-1) ?? 0];
  };
  if (choice <= 7) {
    const of = sub();
    const word = (["always", "eventually", "historically", "once"] as const)[Math.floor(draw() * 4)]!;
    const window = word === "always" || word === "eventually" ? future : past;
    const pick = word === "always" || word === "historically" ? Math.min : Math.max;
    return { text: `${word}${interval} (${of.text})`, at: (i) => pick(...window(i).map((k) => of.at(k))) };
  }
  const [left, right] = [sub(), sub()];
  const span = (begin: number, end: number): number[] =>
    Array.from({ length: Math.max(0, end - begin) }, (_, k) => begin + k);
  if (choice === 8) {
    const value = (i: number, k: number): number =>
      Math.min(right.at(k), ...span(i, k).map((j) => left.at(j)));
    return {
      text: `(${left.text}) until${interval} (${right.text})`,
      at: (i) => Math.max(...future(i).map((k) => value(i, k))),
    };
  }
  const value = (i: number, k: number): number =>
    Math.min(right.at(k), ...span(k + 1, i + 1).map((j) => left.at(j)));
  return {
    text: `(${left.text}) since${interval} (${right.text})`,
    at: (i) => Math.max(...past(i).map((k) => value(i, k))),
  };
}
