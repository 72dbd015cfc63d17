import { describe, expect, it } from "vitest";
import type { Colour } from "../../src/core/picture.ts";
import { ColourProbe } from "../../src/perception/colour-probe.ts";
import { alike } from "../../src/perception/look.ts";
import { proposeLooks } from "../../src/perception/propose-looks.ts";
import { sceneColours } from "../../src/perception/scene-colours.ts";
import { box, disc, draw } from "./pictures.ts";

const GROUND: Colour = [90, 95, 100];
const RED: Colour = [205, 50, 40];
const BLUE: Colour = [45, 90, 200];
const look = (name: string, colour: Colour) => ({ name, colour, tolerance: 60 });

describe("the colour probe", () => {
  it("finds a disc where it was drawn, to a tenth of a pixel, and as large", () => {
    const probe = new ColourProbe({ looks: [look("red", RED), look("blue", BLUE)] });
    const [red, blue] = probe.find(draw(GROUND, [disc(RED, 20, 30, 8), disc(BLUE, 45, 12.5, 5)]));
    expect([red!.identity, blue!.identity]).toEqual(["red", "blue"]);
    expect(red!.position[0]).toBeCloseTo(20, 1);
    expect(red!.position[1]).toBeCloseTo(30, 1);
    expect(blue!.position[1]).toBeCloseTo(12.5, 1);
    expect(Math.abs(red!.area / (Math.PI * 64) - 1)).toBeLessThan(0.05);
    expect(red!.elongation).toBeCloseTo(1, 1);
  });

  it("tells a box by its length ÷ breadth", () => {
    const probe = new ColourProbe({ looks: [look("fork", RED)] });
    expect(probe.find(draw(GROUND, [box(RED, 10, 20, 30, 10)]))[0]!.elongation).toBeCloseTo(3, 1);
    const picky = new ColourProbe({ looks: [{ ...look("fork", RED), elongation: [1, 1.2] as const }] });
    expect(picky.find(draw(GROUND, [box(RED, 10, 20, 30, 10)]))).toEqual([]);
  });

  it("passes over crumbs of an object's colour, and shows a second one of its size", () => {
    const probe = new ColourProbe({ looks: [{ ...look("red", RED), area: 200 }] });
    const crumb = draw(GROUND, [disc(RED, 20, 30, 8), box(RED, 50, 50, 3, 3)]);
    expect(probe.find(crumb)).toHaveLength(1);
    const twice = draw(GROUND, [disc(RED, 20, 30, 8), disc(RED, 50, 50, 7)]);
    expect(probe.find(twice).map(({ identity }) => identity)).toEqual(["red", "red"]);
  });

  it("says of a picture what a new probe says of it, whatever it has met before", () => {
    const looks = [look("red", RED), look("blue", BLUE)];
    const scene = [GROUND];
    const probe = new ColourProbe({ looks, scene });
    // 65 536 colours, in an order of their own each time.
    for (const stride of [1, 4099, 100_003]) {
      const side = 256;
      const rgb = new Uint8Array(3 * side * side);
      for (let i = 0; i < side * side; i++) {
        const colour = (i * stride) % (side * side);
        rgb.set([(colour >> 11) << 3, ((colour >> 5) & 63) << 2, (colour & 31) << 3], 3 * i);
      }
      const picture = { width: side, height: side, rgb };
      expect(probe.find(picture)).toEqual(new ColourProbe({ looks, scene }).find(picture));
    }
  });

  it("sees an object in half the light, with less confidence", () => {
    const probe = new ColourProbe({ looks: [look("red", RED)] });
    const dim = RED.map((part) => 0.75 * part) as unknown as Colour;
    const [bright] = probe.find(draw(GROUND, [disc(RED, 20, 30, 8)]));
    const [dark] = probe.find(draw(GROUND, [disc(dim, 20, 30, 8)]));
    expect(dark!.identity).toBe("red");
    expect(dark!.confidence).toBeLessThan(bright!.confidence);
  });

  it("calls unknown what has no colour of the scene, but not the edges of what has", () => {
    const first = draw(GROUND, [disc(RED, 20, 30, 8)]);
    const looks = [{ ...look("red", RED), area: 200 }];
    const probe = new ColourProbe({ looks, scene: sceneColours(first, looks)! });
    expect(probe.find(first).map(({ identity }) => identity)).toEqual(["red"]);
    const violet: Colour = [130, 50, 160];
    const changed = draw(GROUND, [disc(violet, 20, 30, 8)]);
    expect(probe.find(changed)).toMatchObject([{ identity: "unknown" }]);
    const rim = draw(GROUND, [disc(violet, 20, 30, 9), disc(RED, 20, 30, 8)]);
    expect(probe.find(rim).map(({ identity }) => identity)).toEqual(["red"]);
  });

  it("knows which looks colour cannot tell apart", () => {
    expect(alike([look("a", RED), look("b", BLUE), look("c", [200, 55, 45])])).toMatchObject([
      { name: "a" },
      { name: "c" },
    ]);
    expect(alike([look("a", RED), look("b", BLUE)])).toBeUndefined();
  });
});

describe("objects that nobody declares", () => {
  it("are what stands out from the ground, called by their colours", () => {
    const proposal = proposeLooks(draw(GROUND, [disc(RED, 20, 30, 8), box(BLUE, 40, 10, 12, 6)]));
    expect(proposal).toMatchObject({
      looks: [
        { name: "blue", colour: BLUE, area: 72 },
        { name: "red", colour: RED },
      ],
    });
  });

  it("are not made up where there are none, or where colour does not tell them apart", () => {
    expect(proposeLooks(draw(GROUND, []))).toEqual({
      undefined: "nothing stands out from the ground of the first frame",
    });
    expect(proposeLooks(draw(GROUND, [disc(RED, 20, 30, 8), disc(RED, 50, 30, 8)]))).toMatchObject({
      undefined: expect.stringContaining("several things that are red") as string,
    });
  });
});
