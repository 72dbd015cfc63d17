import { describe, expect, it } from "vitest";
import { bytesOf } from "../../../src/core/picture.ts";
import { imageSchema } from "../../../src/scenario/image-schema.ts";
import type { PictureStressor } from "../../../src/scenario/schema.ts";
import type { ScenarioImage } from "../../../src/scenario/scenario.ts";
import { stressorSchema } from "../../../src/scenario/stressor-schema.ts";
import { Light } from "../../../src/world/camera/light.ts";

const FULL_STEP = 100;

function image(lighting: object): ScenarioImage {
  const plain = imageSchema.parse({
    size: [16, 32],
    view: { centre: [0, 0], width: 1 },
    shapes: [{ disc: 0.1, colour: "#ffffff" }],
  });
  const by = stressorSchema.parse({ kind: "lighting", ...lighting }) as PictureStressor;
  return { name: "above", ...plain, stressor: { by, fullStep: FULL_STEP } };
}

/** A grey picture as it is lit at a step: the byte of a pixel's red, green and blue. */
function lit(lighting: object, step: number): (x: number, y: number) => number[] {
  const above = image(lighting);
  const rgb = new Uint8Array(bytesOf(above)).fill(128);
  new Light(above).shine(rgb, {}, step);
  return (x, y) => [...rgb.subarray(3 * (32 * y + x), 3 * (32 * y + x) + 3)];
}

describe("a light that is added to the declared one", () => {
  it("makes everything darker by one factor, at once unless it is said to grow", () => {
    expect(lit({ brightness: 0.5 }, 0)(3, 5)).toEqual([64, 64, 64]);
    expect(lit({ brightness: 0.5 }, 70)(3, 5)).toEqual([64, 64, 64]);
  });

  it("grows evenly from its share at the start to all of it at the horizon, and no further", () => {
    const growing = { brightness: 0.5, from: 0.5 };
    // 0.5 of what is missing, then 0.75, then all: 128 × 0.75, × 0.625, × 0.5.
    expect([0, 50, 100, 300].map((step) => lit(growing, step)(0, 0)[0])).toEqual([96, 80, 64, 64]);
    expect(lit(growing, -20)(0, 0)[0]).toBe(96);
  });

  it("may come from one side, and have a colour", () => {
    const pixel = lit({ slope: [0.32, 0], colour: "#ff8000" }, 0);
    // The middle of the last pixel is at 31/32 of the way to the edge: 1 + 0.32 × 31/32.
    const right = [128 * 1.31, 128 * 1.31 * (128 / 255), 0];
    pixel(31, 0).forEach((value, c) => expect(Math.abs(value - right[c]!)).toBeLessThan(1));
    expect(Math.abs(pixel(0, 15)[0]! - 128 * 0.69)).toBeLessThan(1);
  });

  it("goes on changing in pictures that were made under it, though each change is less than a bit", () => {
    const above = image({ brightness: 0.5, from: 0 });
    const light = new Light(above);
    const rgb = new Uint8Array(bytesOf(above)).fill(40);
    let draws = 0;
    // Golden-ratio steps fall evenly into [0, 1).
    for (let step = 1; step <= FULL_STEP; step++) light.relight(rgb, step, () => (++draws * 0.618034) % 1);
    const mean = rgb.reduce((sum, value) => sum + value, 0) / rgb.length;
    expect(Math.abs(mean - 20)).toBeLessThan(0.5);
  });
});
