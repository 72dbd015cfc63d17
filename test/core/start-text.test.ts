import { describe, expect, it } from "vitest";
import { startFromText, startText } from "../../src/core/start-text.ts";
import type { Start } from "../../src/core/trace.ts";

const start: Start = {
  index: 12,
  initial: { angle: [0.1 + 0.2, -0], speed: [5e-324, -1.7976931348623157e308] },
  parameters: { mass: 1 / 3 },
  seed: 2n ** 64n - 1n,
  context: { steps: 1, observation: { angle: [1, 2], speed: [0, 0] }, action: { force: [-0.7] } },
};

describe("a start as text", () => {
  it("comes back bit for bit, seeds beyond 2^53 and the sign of zero included", () => {
    const again = startFromText(startText(start));
    expect(again).toEqual(start);
    expect(Object.is(again.initial["angle"]![1], -0)).toBe(true);
  });

  it("may leave out what it does not set", () => {
    expect(startFromText('{"initial":{"angle":[1]}}')).toEqual({
      index: 0,
      initial: { angle: [1] },
      parameters: {},
      seed: 0n,
    });
  });

  it.each([
    ["{", /not JSON/],
    ['{"inital":{}}', /inital/],
    ['{"initial":{"angle":1}}', /initial\.angle/],
    ['{"seed":"x"}', /seed/],
  ])("refuses %s", (text, message) => {
    expect(() => startFromText(text)).toThrow(message);
  });
});
