import { expect, it } from "vitest";
import type { ObservationChannel } from "../../src/scenario/scenario.ts";
import { entitiesOf } from "../../src/ros/entities.ts";

const channel = (name: string, size: number, more: Partial<ObservationChannel> = {}): ObservationChannel => ({
  name,
  unit: "m",
  kind: "linear",
  shape: [size],
  size,
  tolerance: 1,
  ...more,
});

it("tells where an object is, how it is turned and how fast it moves, as far as channels say so", () => {
  const [robot, crate, puck] = entitiesOf({
    name: "yard",
    title: "A yard",
    observation: [
      channel("crate_position", 3, { frame: "map" }),
      channel("crate_orientation", 4),
      channel("crate_velocity", 3, { derivativeOf: "crate_position" }),
      channel("puck_position", 2),
    ],
    objects: [
      { name: "crate", position: "crate_position", orientation: "crate_orientation", matchWithin: 1 },
      { name: "puck", label: "a puck", position: "puck_position", matchWithin: 1 },
    ],
  });
  const observation = {
    lanes: 1,
    step: 0,
    columns: {
      crate_position: Float64Array.of(1, 2, 3),
      crate_orientation: Float64Array.of(0.5, 0.1, 0.2, 0.3), // w first inside simgate
      crate_velocity: Float64Array.of(4, 5, 6),
      puck_position: Float64Array.of(7, 8),
    },
  };
  expect(robot).toMatchObject({ name: "yard", category: "robot", pose: undefined });
  expect(crate).toMatchObject({ frame: "map", description: "crate" });
  expect(crate!.pose!(observation)).toEqual({
    position: { x: 1, y: 2, z: 3 },
    orientation: { x: 0.1, y: 0.2, z: 0.3, w: 0.5 },
  });
  expect(crate!.velocity!(observation)).toEqual({ x: 4, y: 5, z: 6 });
  expect(puck).toMatchObject({ description: "a puck", velocity: undefined });
  expect(puck!.pose!(observation)).toEqual({
    position: { x: 7, y: 8, z: 0 },
    orientation: { x: 0, y: 0, z: 0, w: 1 },
  });
});
