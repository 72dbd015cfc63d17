import { describe, expect, it } from "vitest";
import type { ObservationChannel } from "../../src/scenario/scenario.ts";
import { entitiesOf, frameOf } from "../../src/ros/entities.ts";
import { channelsOfPose, channelsOfTwist, poseOf, twistOf } from "../../src/ros/entity-state.ts";

const channel = (name: string, size: number, more: Partial<ObservationChannel> = {}): ObservationChannel => ({
  name,
  unit: "m",
  kind: "linear",
  shape: [size],
  size,
  tolerance: 1,
  ...more,
});

const scenario = {
  name: "yard",
  title: "A yard",
  robot: { name: "truck", position: "truck_position", orientation: "truck_heading" },
  observation: [
    channel("crate_position", 3, { frame: "map" }),
    channel("crate_orientation", 4, { kind: "quaternion", unit: "1" }),
    channel("crate_velocity", 3, { derivativeOf: "crate_position" }),
    channel("puck_position", 2),
    channel("truck_position", 2),
    channel("truck_heading", 1, { kind: "angle", unit: "rad" }),
    channel("truck_turn", 1, { derivativeOf: "truck_heading", unit: "rad/s" }),
  ],
  objects: [
    { name: "crate", position: "crate_position", orientation: "crate_orientation", matchWithin: 1 },
    { name: "puck", label: "a puck", category: "human", position: "puck_position", matchWithin: 1 },
  ],
} as const;
const [truck, crate, puck] = entitiesOf(scenario);
const columns = {
  crate_position: Float64Array.of(1, 2, 3),
  crate_orientation: Float64Array.of(0.5, 0.1, 0.2, 0.3), // w first inside simgate
  crate_velocity: Float64Array.of(4, 5, 6),
  puck_position: Float64Array.of(7, 8),
  truck_position: Float64Array.of(9, 10),
  truck_heading: Float64Array.of(Math.PI / 3),
  truck_turn: Float64Array.of(0.25),
};
const upright = { x: 0, y: 0, z: 0, w: 1 };
const still = { x: 0, y: 0, z: 0 };

describe("entities", () => {
  it("tell where they are, how they are turned and how fast they move, as far as channels say so", () => {
    expect(truck).toMatchObject({ name: "truck", category: "robot", description: "A yard" });
    expect(crate).toMatchObject({ category: "object", description: "crate" });
    expect(puck).toMatchObject({ category: "human", description: "a puck" });
    expect([truck, crate, puck].map((one) => frameOf(one!))).toEqual(["", "map", ""]);
    expect(poseOf(crate!.place!, columns)).toEqual({
      position: { x: 1, y: 2, z: 3 },
      orientation: { x: 0.1, y: 0.2, z: 0.3, w: 0.5 },
    });
    expect(twistOf(crate!.place!, columns)).toEqual({ linear: { x: 4, y: 5, z: 6 }, angular: still });
    expect(poseOf(puck!.place!, columns)).toEqual({ position: { x: 7, y: 8, z: 0 }, orientation: upright });
    const { orientation } = poseOf(truck!.place!, columns);
    expect(orientation.z).toBeCloseTo(0.5, 12); // sin 30°
    expect(orientation.w).toBeCloseTo(Math.sqrt(3) / 2, 12);
    expect(twistOf(truck!.place!, columns).angular).toEqual({ x: 0, y: 0, z: 0.25 });
  });

  it("have no place where no channel tells it", () => {
    const [robot] = entitiesOf({ ...scenario, robot: undefined as never, objects: [] });
    expect(robot).toMatchObject({ name: "yard", category: "robot", place: undefined });
  });

  it("can be put where they say they are: the same channels come back", () => {
    for (const one of [truck, puck]) {
      const back = channelsOfPose(one!.place!, poseOf(one!.place!, columns));
      for (const [name, values] of Object.entries(back as Record<string, number[]>)) {
        values.forEach((value, i) =>
          expect(value).toBeCloseTo(columns[name as keyof typeof columns][i]!, 12),
        );
      }
    }
    expect(channelsOfTwist(crate!.place!, twistOf(crate!.place!, columns))).toEqual({
      crate_velocity: [4, 5, 6],
    });
  });

  it.each([
    [puck, { position: { x: 0, y: 0, z: 1 }, orientation: upright }, /knows xy of it only/],
    [puck, { position: { x: NaN, y: 0, z: 0 }, orientation: upright }, /not finite/],
    [puck, { position: still, orientation: { ...upright, w: 2 } }, /length 2/],
    [puck, { position: still, orientation: { x: 0, y: 0, z: 1, w: 0 } }, /does not know how it is turned/],
    [truck, { position: still, orientation: { x: 1, y: 0, z: 0, w: 0 } }, /about z only/],
  ])("say what a pose asks that the scenario has no channel for (%#)", (entity, pose, reason) => {
    expect(channelsOfPose(entity!.place!, pose)).toMatch(reason);
  });

  it("say what a twist asks that the scenario has no channel for", () => {
    expect(channelsOfTwist(puck!.place!, { linear: { x: 1, y: 0, z: 0 }, angular: still })).toMatch(/moves/);
    expect(channelsOfTwist(truck!.place!, { linear: still, angular: { x: 1, y: 0, z: 0 } })).toMatch(/turns/);
    expect(channelsOfTwist(puck!.place!, { linear: still, angular: still })).toEqual({});
  });
});
