import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadScenario } from "../../../src/scenario/load.ts";
import { ContactFinder } from "../../../src/world/mujoco/contact-finder.ts";

/** The puck of 40 mm touches the left finger, a capsule of 10 mm at (0, 0.03) of the pusher, from its right. */
const FINGER_M = 0.01;
const PUCK_M = 0.04;
const PRESSED_M = 0.002;
const PUSHER = [-0.3, 0.05];
const TOUCHING = {
  pusher_position: PUSHER,
  pusher_velocity: [0, 0],
  red_position: [PUSHER[0]! + FINGER_M + PUCK_M - PRESSED_M, PUSHER[1]! + 0.03],
  red_velocity: [0, 0],
  red_visible: [1],
  blue_position: [0.3, 0.1],
  blue_velocity: [0, 0],
  blue_visible: [1],
};
const STILL = { velocity: [0, 0] };

describe("contacts where a world shows its bodies", () => {
  let finder: ContactFinder;
  beforeAll(async () => {
    const scenario = await loadScenario("tabletop-push");
    const truth = scenario.worlds[scenario.truth]!;
    if (truth.kind !== "mujoco") throw new Error("truth is MuJoCo's");
    finder = await ContactFinder.open({ scenario, modelPath: truth.model });
  });
  afterAll(() => finder.close());

  it("lie in the middle of the overlap, along the line between the two", () => {
    const { contacts } = finder.at(TOUCHING, STILL, {});
    expect(contacts).toHaveLength(1);
    const { position, normal, forceN, bodies } = contacts[0]!;
    expect([...bodies].sort()).toEqual(["pusher", "red"]);
    expect(position[0]).toBeCloseTo(PUSHER[0]! + FINGER_M - PRESSED_M / 2, 9);
    expect(position[1]).toBeCloseTo(PUSHER[1]! + 0.03, 9);
    expect(Math.abs(normal[0]!)).toBeCloseTo(1, 9);
    expect(normal[0]! > 0).toBe(bodies[0] === "pusher");
    expect(forceN).toBeGreaterThan(0);
  });

  it("are none where nothing touches", () => {
    expect(finder.at({ ...TOUCHING, red_position: [0, 0.1] }, STILL, {}).contacts).toEqual([]);
  });

  it("press harder when the pusher is driven against it", () => {
    const force = (velocity: number[]): number => finder.at(TOUCHING, { velocity }, {}).contacts[0]!.forceN;
    expect(force([0.3, 0])).toBeGreaterThan(force([0, 0]));
  });

  it("are not told of a body that is hidden, nor is it hidden that joints are taken at rest", () => {
    const found = finder.at({ ...TOUCHING, red_visible: [0] }, STILL, {});
    expect(found).toEqual({ contacts: [], hidden: ["red"], atRest: ["red_z", "blue_z"] });
  });
});
