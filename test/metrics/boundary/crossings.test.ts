import { describe, expect, it } from "vitest";
import {
  crossingsOf,
  firstCrossings,
  lengthOf,
  pointOn,
} from "../../../src/metrics/boundary/first-crossings.ts";
import {
  displacementOf,
  type PairedCrossing,
  signedDisplacement,
} from "../../../src/metrics/boundary/signed-displacement.ts";

const SEARCH = { scan: 8, bisections: 12 };
const disc =
  (radius: number) =>
  ([x, y]: ArrayLike<number> & Iterable<number>): boolean =>
    Math.hypot(x!, y!) < radius;
const star = Array.from({ length: 24 }, (_, k) => ({
  from: [0, 0],
  to: [2 * Math.cos(k), 2 * Math.sin(k)],
}));

describe("crossings along rays", () => {
  it("are found to the width of the last halving", () => {
    for (const at of crossingsOf(disc(0.77), star, SEARCH)) expect(at! * 2).toBeCloseTo(0.77, 3);
  });

  it("are null where the outcome never changes", () => {
    expect(crossingsOf(() => true, star, SEARCH)).toEqual(star.map(() => null));
  });

  it("are the first ones, as far as the scan can tell", () => {
    const rings = ([x, y]: Float64Array): boolean => Math.floor(Math.hypot(x!, y!) / 0.4) % 2 === 0;
    for (const at of crossingsOf(rings, star, SEARCH)) expect(at! * 2).toBeCloseTo(0.4, 3);
  });

  it("ask for all rays at once, and for as many points as announced", () => {
    const search = firstCrossings([true, true, false], { scan: 4, bisections: 3 });
    const asked: number[] = [];
    let step = search.next();
    while (step.done !== true) {
      asked.push(step.value.length);
      // The first ray fails from its middle on, the second never does, the third succeeds at its end.
      step = search.next(
        step.value.map(({ ray, at }) => (ray === 0 ? at < 0.5 : ray === 1 ? true : at === 1)),
      );
    }
    expect(asked).toEqual([12, 2, 2, 2]);
    expect(step.value[1]).toBe(null);
    expect(step.value[0]).toBeCloseTo(0.5, 1);
    expect(step.value[2]).toBeCloseTo(1, 1);
  });

  it("measure along straight lines", () => {
    const ray = { from: [1, 2], to: [4, 6] };
    expect(lengthOf(ray)).toBe(5);
    expect(Array.from(pointOn(ray, 0.5))).toEqual([2.5, 4]);
  });
});

describe("signed displacement", () => {
  const pair = (truth: number | null, candidate: number | null, insideSucceeds = true): PairedCrossing => ({
    length: 2,
    insideSucceeds,
    truth,
    candidate,
    cluster: 0,
  });

  it("is positive where the candidate succeeds beyond truth, whichever side the ray comes from", () => {
    expect(displacementOf(pair(0.4, 0.5))).toBeCloseTo(0.2, 12);
    expect(displacementOf(pair(0.5, 0.4, false))).toBeCloseTo(0.2, 12);
    expect(displacementOf(pair(0.5, 0.4))).toBeCloseTo(-0.2, 12);
  });

  it("is a lower bound where only one world changes, and nothing where neither does", () => {
    expect(displacementOf(pair(0.4, null))).toBeCloseTo(1.2, 12);
    expect(displacementOf(pair(null, 0.4))).toBeCloseTo(-1.2, 12);
    expect(displacementOf(pair(null, null))).toBeUndefined();
  });

  it("finds the difference of two radii (analytic, boundary-disc.json)", () => {
    const [inner, outer] = [Math.sqrt(1.001), Math.sqrt(1.2012)];
    const [truth, candidate] = [inner, outer].map((radius) => crossingsOf(disc(radius), star, SEARCH));
    const pairs = star.map((ray, i) => ({
      ...pair(truth![i]!, candidate![i]!),
      length: lengthOf(ray),
      cluster: i,
    }));
    const { bias, rays, censored } = signedDisplacement(pairs, { seed: 1n, name: "disc", resamples: 500 });
    expect(bias).toMatchObject({ n: 24 });
    expect("value" in bias && bias.value).toBeCloseTo(0.09549282564315953, 3);
    expect([rays, censored]).toEqual([24, 0]);
  });

  it("has no value where no ray meets a boundary", () => {
    expect(signedDisplacement([pair(null, null)], { seed: 1n, name: "none" }).bias).toMatchObject({
      undefined: "no ray meets a boundary in either world",
    });
  });
});
