import { describe, expect, it } from "vitest";
import type { Colour } from "../../../src/core/picture.ts";
import { Raster } from "../../../src/world/camera/raster.ts";
import { hiddenBehind } from "../../../src/world/camera/shadow.ts";

const WHITE: Colour = [255, 255, 255];

/** How much white there is, in pixels. */
const area = ({ rgb }: Raster): number => rgb.reduce((sum, value) => sum + value, 0) / (3 * 255);
const at = ({ rgb, width }: Raster, x: number, y: number): number => rgb[3 * (y * width + x)]!;

describe("the raster", () => {
  it("draws as much of a disc as there is: π r², wherever in a pixel its middle lies", () => {
    for (const [x, y, radius] of [
      [20, 20, 4],
      [20.3, 19.8, 4],
      [15.7, 22.1, 9.5],
    ] as const) {
      const raster = new Raster(40, 40);
      raster.disc([x, y], radius, WHITE);
      expect(Math.abs(area(raster) / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.01);
    }
  });

  it("draws as much of a box as there is, upright or turned, either way round", () => {
    const upright = new Raster(40, 40);
    upright.polygon(
      [
        [10.25, 12],
        [20.75, 12],
        [20.75, 18.5],
        [10.25, 18.5],
      ],
      WHITE,
    );
    expect(area(upright)).toBeCloseTo(10.5 * 6.5, 0);
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const corners = [
      [-8, -3],
      [8, -3],
      [8, 3],
      [-8, 3],
    ].map(([x, y]) => [20 + c * x! - s * y!, 20 + s * x! + c * y!] as const);
    for (const order of [corners, [...corners].reverse()]) {
      const turned = new Raster(40, 40);
      turned.polygon(order, WHITE);
      expect(Math.abs(area(turned) / 96 - 1)).toBeLessThan(0.02);
    }
  });

  it("draws a capsule: a box between two half discs", () => {
    const raster = new Raster(40, 40);
    raster.capsule([12, 20], [26, 20], 5, WHITE);
    expect(Math.abs(area(raster) / (140 + Math.PI * 25) - 1)).toBeLessThan(0.01);
  });

  it("gives a pixel half of the colour where an edge goes through its middle", () => {
    const raster = new Raster(8, 8);
    raster.polygon(
      [
        [2.5, -5],
        [20, -5],
        [20, 20],
        [2.5, 20],
      ],
      WHITE,
    );
    expect([at(raster, 1, 4), at(raster, 2, 4), at(raster, 3, 4)]).toEqual([0, 128, 255]);
  });

  it("draws what lies partly outside, and nothing of what lies outside", () => {
    const raster = new Raster(10, 10);
    raster.disc([0, 0], 4, WHITE);
    expect(Math.abs(area(raster) / (Math.PI * 4) - 1)).toBeLessThan(0.02);
    const before = raster.rgb.slice();
    raster.disc([-40, 5], 4, WHITE);
    raster.polygon(
      [
        [50, 50],
        [60, 50],
        [60, 60],
      ],
      WHITE,
    );
    expect(raster.rgb).toEqual(before);
  });
});

describe("what is hidden behind a box", () => {
  const box = [
    [10, 10],
    [12, 10],
    [12, 12],
    [10, 12],
  ] as const;
  const hides = ([x, y]: readonly [number, number], eye: readonly [number, number]): boolean => {
    const raster = new Raster(40, 40);
    raster.polygon(hiddenBehind(eye, box, 500), WHITE);
    return at(raster, x, y) === 255;
  };

  it("is what a straight line from the eye meets only through the box", () => {
    expect(hides([30, 11], [0, 11])).toBe(true);
    expect(hides([11, 11], [0, 11])).toBe(true);
    expect(hides([5, 11], [0, 11])).toBe(false);
    expect(hides([30, 18], [0, 11])).toBe(false);
    // From (0, 0) the box lies between the slopes 10/12 and 12/10.
    expect(hides([30, 30], [0, 0])).toBe(true);
    expect(hides([30, 22], [0, 0])).toBe(false);
  });

  it("is nothing for an eye inside it", () => {
    expect(hiddenBehind([11, 11], box, 500)).toEqual([]);
  });
});
