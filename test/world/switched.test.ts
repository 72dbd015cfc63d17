import { describe, expect, it } from "vitest";
import { type LaneHandOver, handOverText, stepsByPhysics } from "../../src/core/hand-over.ts";
import { runLockstep } from "../../src/rollout/lockstep.ts";
import { createCondition } from "../../src/scenario/condition.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { SwitchedWorld, type SwitchedWorldOptions } from "../../src/world/switched.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import {
  AffineWorld,
  type AffineWorldOptions,
  lineScenario,
  lineStarts,
  noForce,
} from "./fixtures/affine-world.ts";

/** A learned world that goes forwards an eighth a step, and physics that goes back an eighth. */
function forwards(changes: Partial<AffineWorldOptions> = {}): AffineWorld {
  return new AffineWorld({ name: "net", next: (x, v) => [x + 0.125, v], ...changes });
}

function backwards(changes: Partial<AffineWorldOptions> = {}): AffineWorld {
  return new AffineWorld({ name: "engine", next: (x, v) => [x - 0.125, v], ...changes });
}

const WALL = "position > 0.5625 m";

type Changes = Partial<Omit<SwitchedWorldOptions, "conditions">> & { readonly when?: string | undefined };

function open({ when = WALL, scenario = lineScenario, ...changes }: Changes = {}): Promise<SwitchedWorld> {
  return SwitchedWorld.open({
    name: "hybrid",
    scenario,
    learned: forwards(),
    physics: backwards(),
    conditions: when === "" ? [] : [{ name: "wall", ...createCondition(scenario, when) }],
    rule: { hysteresis: 0, dwellSteps: 1 },
    ...changes,
  });
}

/** Positions and hand-overs of one lane that begins at 0. */
async function roll(
  world: SwitchedWorld,
  steps: number,
): Promise<{ x: number[]; handOvers: LaneHandOver[] }> {
  const { tape } = await runLockstep(world, lineStarts([0]), async () => [noForce(1)], {
    horizonSteps: steps,
  });
  const { observation, handOvers = [] } = tape.trace(0);
  await world.close();
  return { x: [...observation["position"]!], handOvers: [...handOvers] };
}

const toPhysics = { from: "net", to: "engine", cause: "wall", holds: true, threshold: 0 };
const back = { from: "engine", to: "net", cause: "wall", holds: false };

describeWorldContract("a learned world that hands over to physics", async () => ({
  world: await open({
    learned: forwards({ next: (x, v, u, seen) => [x + 0.1 + 0.01 * u + 0.001 * Math.sin(seen), v + u] }),
    physics: backwards({ next: (x, v, u) => [x - 0.2 + 0.01 * u, v - u] }),
    rule: { hysteresis: 1, dwellSteps: 2 },
  }),
  starts: lineStarts([0, 0.5, 0.3, -1, 2]),
}));

describe("a condition", () => {
  it("gives the step before which it holds to physics, and the step before which it does not back", async () => {
    const { x, handOvers } = await roll(await open(), 9);
    //            step 5: 0.625 is one tolerance beyond the wall        step 6: 0.5 is one before it
    expect(x).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.5, 0.625, 0.5, 0.625]);
    expect(handOvers).toEqual([
      { step: 5, ...toPhysics, value: 1 },
      { step: 6, ...back, value: -1, threshold: 0 },
      { step: 7, ...toPhysics, value: 1 },
      { step: 8, ...back, value: -1, threshold: 0 },
    ]);
    expect(stepsByPhysics(handOvers, 9)).toBe(2);
  });

  it("keeps physics until it is broken by the hysteresis", async () => {
    const { x, handOvers } = await roll(await open({ rule: { hysteresis: 3, dwellSteps: 1 } }), 10);
    expect(x).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.5, 0.375, 0.5, 0.625, 0.5]);
    expect(handOvers).toEqual([
      { step: 5, ...toPhysics, value: 1 },
      { step: 7, ...back, value: -3, threshold: -3 },
      { step: 9, ...toPhysics, value: 1 },
    ]);
    expect(stepsByPhysics(handOvers, 10)).toBe(3);
  });

  it("keeps physics for as long as it must dwell", async () => {
    const { x, handOvers } = await roll(await open({ rule: { hysteresis: 0, dwellSteps: 4 } }), 10);
    expect(x).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.5, 0.375, 0.25, 0.125, 0.25]);
    expect(handOvers).toEqual([
      { step: 5, ...toPhysics, value: 1 },
      { step: 9, ...back, value: -7, threshold: 0 },
    ]);
  });

  it("that holds at the start gives the first step to physics", async () => {
    const { x, handOvers } = await roll(await open({ when: "position > -1 m" }), 3);
    expect(x).toEqual([0, -0.125, -0.25, -0.375]);
    expect(handOvers).toEqual([{ step: 0, ...toPhysics, value: 16 }]);
    expect(stepsByPhysics(handOvers, 3)).toBe(3);
  });

  it("without a value breaks its lane", async () => {
    const world = await open({ when: "log(position / 1 m) * 1 m > 1 m" });
    await world.reset(lineStarts([1, -1]));
    const { faults } = await world.step(noForce(2));
    expect(faults).toEqual([
      { lane: 1, step: 0, kind: "not-finite", reason: "the condition wall has no value" },
    ]);
    await world.close();
  });
});

describe("uncertainty", () => {
  const unsure = () => forwards({ stated: (x) => 0.5 * Math.abs(x) });

  it("gives the step that it is about to physics, and back when the learned world would be sure again", async () => {
    const rule = { hysteresis: 0, dwellSteps: 1, uncertainty: { above: 4, below: 2 } };
    const { x, handOvers } = await roll(await open({ when: "", learned: unsure(), rule }), 9);
    // Half of 0.625 is five tolerances of 0.0625, half of 0.5 four; half of 0.25 two.
    expect(x).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.5, 0.375, 0.25, 0.375]);
    const why = { cause: "uncertainty", channel: "position" };
    expect(handOvers).toEqual([
      { step: 5, from: "net", to: "engine", ...why, holds: true, value: 5, threshold: 4 },
      { step: 8, from: "engine", to: "net", ...why, holds: false, value: 2, threshold: 2 },
    ]);
    expect(handOvers.map(handOverText)).toEqual([
      "net → engine: uncertainty of position 5.00 > 4 tolerances",
      "engine → net: uncertainty of position 2.00 ≤ 2 tolerances",
    ]);
  });

  it("is stated where the learned world made the step, and nowhere else", async () => {
    const rule = { hysteresis: 0, dwellSteps: 1, uncertainty: { above: 4, below: 2 } };
    const world = await open({ when: "", learned: unsure(), rule });
    await world.reset(lineStarts([0.25, 1]));
    const { uncertainty } = await world.step(noForce(2));
    expect([...uncertainty!.columns["position"]!]).toEqual([0.125, NaN]);
    await world.close();
  });

  it("of channels that do not count decides nothing", async () => {
    const rule = { hysteresis: 0, dwellSteps: 1, uncertainty: { above: 4, below: 2 } };
    const world = await open({ when: "", learned: unsure(), rule, uncertain: ["velocity"] });
    expect((await roll(world, 9)).handOvers).toEqual([]);
  });

  it("cannot decide where the learned world says nothing of its own error", async () => {
    const rule = { hysteresis: 0, dwellSteps: 1, uncertainty: { above: 4, below: 2 } };
    const world = await open({ when: "", rule });
    await world.reset(lineStarts([0]));
    await expect(world.step(noForce(1))).rejects.toThrow(/net says nothing of its own error/);
    await world.close();
  });

  it("and a condition must both be over before physics hands back", async () => {
    const rule = { hysteresis: 0, dwellSteps: 1, uncertainty: { above: 100, below: 2 } };
    const { handOvers } = await roll(await open({ learned: unsure(), rule }), 10);
    expect(handOvers).toEqual([
      { step: 5, ...toPhysics, value: 1 },
      { step: 8, ...back, value: -5, threshold: 0 },
    ]);
  });
});

describe("what passes from one to the other", () => {
  it("is the observation: physics begins where the learned world was", async () => {
    const learned = forwards({ next: (x) => [x + 0.125, x] });
    const physics = backwards({ next: (x, v) => [x - 0.125, v] });
    const world = await open({ learned, physics });
    await world.reset(lineStarts([0.5]));
    await world.step(noForce(1));
    const { observation } = await world.step(noForce(1));
    expect([observation.columns["position"]![0], observation.columns["velocity"]![0]]).toEqual([0.5, 0.5]);
    await world.close();
  });

  it("is what physics made: the learned world remembers it as if it had been there", async () => {
    const remembers = (name: string) => forwards({ name, next: (x, v, _u, seen) => [x + 0.0625 * seen, v] });
    const world = await open({
      learned: remembers("net"),
      when: "abs(position) > 0.1 m",
      rule: { hysteresis: 0, dwellSteps: 1 },
    });
    await world.reset(lineStarts([0.25]));
    const seen = [0.25];
    for (let k = 0; k < 4; k++)
      seen.push((await world.step(noForce(1))).observation.columns["position"]![0]!);
    // 0.25, 0.125 by physics; then 0, and the learned world goes on by a sixteenth of the sum of all it has seen.
    expect(seen.slice(0, 3)).toEqual([0.25, 0.125, 0]);
    expect(seen[3]).toBe(0 + 0.0625 * (0.25 + 0.125 + 0));
    expect(seen[4]).toBe(seen[3]! + 0.0625 * (0.25 + 0.125 + 0 + seen[3]!));
    await world.close();
  });

  it("goes lane by lane: physics is asked for those that it drives, the learned world for all", async () => {
    const [learned, physics] = [forwards(), backwards()];
    const world = await open({ learned, physics });
    await world.reset(lineStarts([0.5, 0, 1]));
    await world.step(noForce(3));
    const { handOvers } = await world.step(noForce(3));
    expect(physics.stepped).toEqual([[2], [0, 2]]);
    expect(learned.stepped).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(handOvers).toMatchObject([{ lane: 0, step: 1 }]);
    await world.close();
  });

  it("waits where the observation does not say where things are", async () => {
    const [position, velocity] = lineScenario.observation;
    const mujoco = { joint: "x", field: "qpos", heldBy: "velocity" } as const;
    const scenario: Scenario = { ...lineScenario, observation: [{ ...position!, mujoco }, velocity!] };
    // Out of sight up to 0.75.
    const learned = forwards({ next: (x) => [x + 0.125, x + 0.125 > 0.75 ? 1 : 0] });
    const { x, handOvers } = await roll(await open({ scenario, learned }), 9);
    expect(x.slice(5, 9)).toEqual([0.625, 0.75, 0.875, 0.75]);
    expect(handOvers[0]).toEqual({ step: 7, ...toPhysics, value: 5 });
  });

  it("waits where physics would not show what it was told", async () => {
    const physics = backwards();
    const set = physics.set.bind(physics);
    physics.set = (lane, values) =>
      set(lane, { ...values, position: [Math.max(0.75, values["position"]![0]!)] });
    const { handOvers } = await roll(await open({ physics }), 9);
    expect(handOvers[0]).toMatchObject({ step: 6, cause: "wall" });
  });
});

describe("what breaks", () => {
  it("is the lane of the world that drives", async () => {
    const world = await open({ physics: backwards({ next: () => [NaN, 0] }) });
    await world.reset(lineStarts([0, 1]));
    const { faults, observation } = await world.step(noForce(2));
    expect(faults).toEqual([
      { lane: 1, step: 0, kind: "not-finite", reason: "world engine: position is NaN" },
    ]);
    expect([...observation.columns["position"]!]).toEqual([0.125, 1]);
    await world.close();
  });

  it("is the lane of the learned world that follows, too: it could not be handed back to", async () => {
    const world = await open({ learned: forwards({ next: (x, v) => [x > 0.9 ? NaN : x, v] }) });
    await world.reset(lineStarts([0, 1]));
    const { faults } = await world.step(noForce(2));
    expect(faults).toMatchObject([{ lane: 1, reason: "world net: position is NaN" }]);
    await world.close();
  });

  it("is every lane of a world that fails altogether", async () => {
    const physics = backwards();
    const world = await open({ physics });
    await world.reset(lineStarts([0, 1]));
    physics.step = () => Promise.reject(new Error("out of memory"));
    const { faults } = await world.step(noForce(2));
    expect(faults).toMatchObject([{ lane: 1, kind: "threw", reason: "out of memory" }]);
    await world.close();
  });
});

describe("what is refused when it is opened, and closed", () => {
  it("a learned world that cannot be shown what physics made", async () => {
    const { informable: _, ...spec } = forwards().spec;
    const learned = forwards();
    Object.assign(learned, { spec });
    const physics = backwards();
    await expect(open({ learned, physics })).rejects.toThrow(/net cannot hand over/);
    expect([learned.closed, physics.closed]).toEqual([1, 1]);
  });

  it("physics that cannot be set to an observation", async () => {
    const physics = backwards({ spec: { settable: [] } });
    await expect(open({ physics })).rejects.toThrow(/engine cannot take over/);
    expect(physics.closed).toBe(1);
  });
});

describe("the count of steps", () => {
  it("is of those that were made, also where the rollout ended before the next hand-over", () => {
    const at = (step: number, holds: boolean): LaneHandOver => ({ ...toPhysics, value: 1, step, holds });
    expect(stepsByPhysics([], 10)).toBe(0);
    expect(stepsByPhysics([at(2, true), at(5, false), at(8, true)], 10)).toBe(5);
    // It broke in the step that was to be physics' first.
    expect(stepsByPhysics([at(10, true)], 10)).toBe(0);
  });
});
