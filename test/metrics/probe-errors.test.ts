import { describe, expect, it } from "vitest";
import { probeErrors, type ProbedFrame } from "../../src/metrics/probe-errors.ts";

const WITHIN = { red: 1, blue: 1 };
const truth = (red: number, blue: number, redSeen = true) => [
  { name: "red", position: [red, 0], seen: redSeen },
  { name: "blue", position: [blue, 0], seen: true },
];
const saw = (identity: string, x: number) => ({ identity, position: [x, 0] });
const errors = (...frames: Omit<ProbedFrame, "start">[]) =>
  probeErrors(
    frames.map((frame, start) => ({ start, ...frame })),
    WITHIN,
    0.95,
  );

describe("the errors of a probe", () => {
  it("are how far off it is, and how often it misses, misnames and makes up", () => {
    const found = errors(
      { truth: truth(0, 5), seen: [saw("red", 0.1), saw("blue", 5.3)] },
      { truth: truth(0, 5), seen: [saw("red", 0.2)] },
      { truth: truth(0, 5), seen: [saw("blue", 0), saw("blue", 5)] },
      { truth: truth(0, 5), seen: [saw("red", 0), saw("blue", 5), saw("unknown", 9)] },
    );
    expect(found.frames).toBe(4);
    // 0, 0, 0, 0.1, 0.2, 0.3: numpy's median is 0.05
    expect(found.position).toMatchObject({ n: 6 });
    expect(found.position!.median).toBeCloseTo(0.05, 12);
    expect(found.position!.largest).toBeCloseTo(0.3, 12);
    expect(found.missed).toMatchObject({ value: 1 / 8, n: 8 });
    expect(found.misnamed).toMatchObject({ value: 1 / 8, n: 8 });
    expect(found.phantom).toMatchObject({ value: 1 / 8, n: 8 });
  });

  it("do not count what truth hides, and take what is found of it for made up", () => {
    const found = errors({ truth: truth(0, 5, false), seen: [saw("red", 0), saw("blue", 5)] });
    expect(found.missed).toMatchObject({ value: 0, n: 1 });
    expect(found.phantom).toMatchObject({ value: 0.5, n: 2 });
  });

  it("are undefined where there is nothing to see, and nothing is", () => {
    const found = errors({ truth: [], seen: [] });
    expect(found.position).toBeUndefined();
    expect(found.missed).toMatchObject({ undefined: "truth shows no object" });
    expect(found.phantom).toMatchObject({ undefined: "nothing is found" });
  });
});
