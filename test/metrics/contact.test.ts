import { describe, expect, it } from "vitest";
import { type BodyTrack, contactCounts, excursion } from "../../src/metrics/contact.ts";

const OPTIONS = { still: 0.02, touch: 0.03, settleSteps: 5 };
const STEPS = 40;

/** A puck of 4 cm and a pusher of 1.5 cm; the pusher stands upright, 6 cm between its two ends. */
function puck(x: (step: number) => number, name = "red", seen?: (step: number) => number): BodyTrack {
  return {
    ...{ name, halfLength: 0, angleRad: 0, radius: 0.04, passive: true },
    position: Array.from({ length: STEPS + 1 }, (_, step) => [x(step), 0]).flat(),
    ...(seen === undefined ? {} : { seen: Array.from({ length: STEPS + 1 }, (_, step) => seen(step)) }),
  };
}

function pusher(x: (step: number) => number, y = 0): BodyTrack {
  return {
    ...{ name: "pusher", halfLength: 0.03, angleRad: Math.PI / 2, radius: 0.015, passive: false },
    position: Array.from({ length: STEPS + 1 }, (_, step) => [x(step), y]).flat(),
  };
}

/** Comes along x with 2 cm a step, and touches at x = −0.055, in step 17. */
const comes = (step: number): number => -0.393 + 0.02 * step;
/** Where a puck is that is pushed from then on. */
const pushed = (step: number): number => Math.max(0, comes(step) + 0.055);

describe("contact", () => {
  it("is consistent where what is pushed moves, and nothing else", () => {
    const { begins, uncaused, touched, pierced } = contactCounts(
      [puck(pushed), puck(() => 0.9, "blue"), pusher(comes)],
      OPTIONS,
    );
    expect({ begins, uncaused, pierced }).toEqual({ begins: 1, uncaused: 0, pierced: 0 });
    // The gap is 2 cm a step before it is closed, and none from step 17 on.
    expect(touched).toBe(STEPS - 16 + 1);
  });

  it("is missing where a puck sets itself in motion", () => {
    const alone = puck((step) => Math.max(0, 0.02 * (step - 20)));
    expect(contactCounts([alone, pusher(() => -0.4)], OPTIONS)).toEqual({
      begins: 1,
      uncaused: 1,
      touched: 0,
      pierced: 0,
    });
    expect(contactCounts([puck(() => 0), pusher(() => -0.4)], OPTIONS)).toMatchObject({
      begins: 0,
      uncaused: 0,
    });
  });

  it("may be out of sight: then nothing is said", () => {
    const alone = puck((step) => Math.max(0, 0.02 * (step - 20)));
    const hidden = puck(
      () => 0.9,
      "blue",
      (step) => (step === 22 ? 0 : 1),
    );
    expect(contactCounts([alone, hidden, pusher(() => -0.4)], OPTIONS)).toMatchObject({
      begins: 0,
      uncaused: 0,
    });
  });

  it("pierces a puck that stays where it is", () => {
    // Nearer than 2.5 cm to the puck's middle is more than 3 cm inside: steps 19 and 20, at −0.013 and 0.007.
    const { begins, touched, pierced } = contactCounts([puck(() => 0), pusher(comes)], OPTIONS);
    expect(begins).toBe(0);
    const at = Array.from({ length: STEPS + 1 }, (_, step) => Math.abs(comes(step)));
    expect(touched).toBe(at.filter((x) => x - 0.055 <= 0.03).length);
    expect(pierced).toBe(at.filter((x) => x - 0.055 < -0.03).length);
    expect(pierced).toBe(2);
  });

  it("is between edges, wherever along its length a pusher is met", () => {
    const beside = (y: number) => contactCounts([puck(() => 0), pusher(() => 0, y)], OPTIONS).touched;
    // The end of its line is at y − 0.03: 4 + 1.5 cm from the puck's middle it touches.
    expect(beside(0.03 + 0.055 + 0.029)).toBe(STEPS + 1);
    expect(beside(0.03 + 0.055 + 0.031)).toBe(0);
    const crossing = { ...puck(() => 0), halfLength: 0.05, radius: 0.001 };
    expect(contactCounts([crossing, pusher(() => 0)], { ...OPTIONS, touch: 0.01 }).pierced).toBe(STEPS + 1);
  });

  it("tells how far a body ever comes from where it was, as long as it is in sight", () => {
    expect(excursion(puck(pushed))).toBeCloseTo(pushed(STEPS), 12);
    expect(
      excursion(
        puck(
          (step) => (step === 3 ? 5 : 0),
          "red",
          (step) => (step === 3 ? 0 : 1),
        ),
      ),
    ).toBe(0);
  });
});
