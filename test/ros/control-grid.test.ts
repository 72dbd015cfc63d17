import { describe, expect, it } from "vitest";
import { toNs } from "../../src/core/time.ts";
import { ControlGrid } from "../../src/ros/control-grid.ts";

/** Where observations at these times fall on a grid of 20 ms. */
function places(...atSec: number[]): string[] {
  const grid = new ControlGrid(0.02);
  return atSec.map((sec) => {
    const place = grid.place(toNs(sec));
    return place.kind === "step" ? `${place.step}${"*".repeat(place.missed)}` : place.kind;
  });
}

describe("control grid", () => {
  it("takes one observation a control period, wherever the first one lies", () => {
    expect(places(7, 7.02, 7.04, 7.06)).toEqual(["0", "1", "2", "3"]);
    expect(places(0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04)).toEqual([
      "0",
      "early",
      "early",
      "1",
      "early",
      "early",
      "early",
      "2",
    ]);
  });

  it("bears jitter, and counts what is missing without shifting what follows", () => {
    expect(places(0, 0.021, 0.036, 0.064)).toEqual(["0", "1", "2", "3"]);
    expect(places(0, 0.02, 0.08, 0.1)).toEqual(["0", "1", "4**", "5"]);
  });

  it("tells an observation that comes again, and time that begins anew, from one that is out of order", () => {
    expect(places(1, 1.02, 1.02, 1.01, 1.04)).toEqual(["0", "1", "repeated", "early", "2"]);
    expect(places(1, 1.02, 0)).toEqual(["0", "1", "back"]);
  });
});
