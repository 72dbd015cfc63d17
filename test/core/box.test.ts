import { expect, it } from "vitest";
import { boxAround, unionBox } from "../../src/core/box.ts";

it("puts a box around a turned box: a beam of 4 × 2 at 30° is 2√3 + 1 wide and 2 + √3 high", () => {
  const beam = { lower: [-2, -1, 0], upper: [2, 1, 1] } as const;
  const half = Math.PI / 12; // of 30°
  const { lower, upper } = boxAround(beam, [10, 20, 30], [Math.cos(half), 0, 0, Math.sin(half)]);
  expect(upper[0] - lower[0]).toBeCloseTo(2 * Math.sqrt(3) + 1, 12);
  expect(upper[1] - lower[1]).toBeCloseTo(2 + Math.sqrt(3), 12);
  expect([lower[2], upper[2]]).toEqual([30, 31]);
  expect((upper[0] + lower[0]) / 2).toBeCloseTo(10, 12);
});

it("turns about a corner that is not the middle", () => {
  const { lower, upper } = boxAround(
    { lower: [0, 0, 0], upper: [2, 1, 1] },
    [0, 0, 0],
    [Math.SQRT1_2, 0, 0, Math.SQRT1_2],
  );
  [...lower, ...upper].forEach((value, i) => expect(value).toBeCloseTo([-1, 0, 0, 0, 2, 1][i]!, 12));
});

it("puts one box around several", () => {
  expect(
    unionBox([
      { lower: [0, 0, 0], upper: [1, 1, 1] },
      { lower: [-1, 0.5, 0], upper: [0, 3, 0.5] },
    ]),
  ).toEqual({ lower: [-1, 0, 0], upper: [1, 3, 1] });
});
