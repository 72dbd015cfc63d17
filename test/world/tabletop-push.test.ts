import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import type { Batch } from "../../src/core/channels.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import type { World } from "../../src/world/world.ts";
import { fixture, start } from "./mujoco-scenarios.ts";

/** Made by tabletop-push-native.py: native MuJoCo, and what the observer sees of it by MuJoCo's own rays. */
interface Native {
  readonly channels: readonly string[];
  readonly starts: readonly {
    readonly initial: Readonly<Record<string, number[]>>;
    readonly parameters: Readonly<Record<string, number>>;
  }[];
  readonly rows: readonly {
    readonly action: readonly number[][];
    readonly observation: readonly number[][] | null;
  }[];
}

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadScenario("tabletop-push");
});

describe("the tabletop scenario", { timeout: 30_000 }, () => {
  it("begins with pucks that do not touch, in sight of the observer", async () => {
    const world = await openWorld(scenario, "mujoco");
    const { lanes, columns } = await world.reset(drawPanel(scenario, { count: 24 }));
    for (let lane = 0; lane < lanes; lane++) {
      const at = (channel: string) => columns[channel]!.subarray(2 * lane, 2 * lane + 2);
      const apart = (a: string, b: string) => Math.hypot(at(a)[0]! - at(b)[0]!, at(a)[1]! - at(b)[1]!);
      expect(apart("red_position", "blue_position")).toBeGreaterThan(0.08);
      expect(apart("red_position", "pusher_position")).toBeGreaterThan(0.05);
      expect([columns["red_visible"]![lane], columns["blue_visible"]![lane]]).toEqual([1, 1]);
    }
    await world.close();
  });

  it("shows what native MuJoCo shows, also of pucks that go behind the screen and come back", async () => {
    const native = JSON.parse(readFileSync(fixture("tabletop-push-native.json"), "utf8")) as Native;
    const world = await openWorld(scenario, "mujoco");
    const lanes = native.starts.length;
    await world.reset(native.starts.map(({ initial, parameters }, i) => start(i, initial, parameters)));
    const hidden = new Set<string>();
    for (const [step, { action, observation }] of native.rows.entries()) {
      const { columns } = (
        await world.step({ lanes, step, columns: { velocity: Float64Array.from(action.flat()) } })
      ).observation;
      if (observation === null) continue;
      for (const [lane, expected] of observation.entries()) {
        const row = native.channels.flatMap((name) => {
          const size = columns[name]!.length / lanes;
          return [...columns[name]!.subarray(lane * size, (lane + 1) * size)];
        });
        const error = Math.max(...row.map((value, i) => Math.abs(value - expected[i]!)));
        expect(error, `lane ${lane}, step ${step + 1}`).toBeLessThan(1e-6);
        for (const puck of ["red", "blue"]) {
          if (columns[`${puck}_visible`]![lane] === 0) hidden.add(`${puck} ${lane}`);
        }
      }
    }
    expect([...hidden].sort()).toEqual(["blue 2", "red 0", "red 1", "red 2"]);
    await world.close();
  });

  it("has policies that succeed and fail, the careful one most often and the timid one least", async () => {
    const world = await openWorld(scenario, "mujoco");
    const starts = drawPanel(scenario, { count: 16 });
    const successes: Record<string, number> = {};
    for (const name of Object.keys(scenario.policies)) {
      successes[name] = await successesOf(world, name, starts);
    }
    await world.close();
    const counts = Object.values(successes);
    expect(successes["careful"]).toBe(Math.max(...counts));
    expect(successes["timid"]).toBe(Math.min(...counts));
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(12);
    expect(Math.min(...counts)).toBeLessThanOrEqual(8);
  });

  it.each(["ensemble", "gru"])(
    "has a learned world %s that says seen or hidden, and holds what is hidden",
    async (name) => {
      const world = await openWorld(scenario, name);
      const policy = await openPolicy(scenario, "direct");
      const starts = drawPanel(scenario, { count: 32 });
      const states = new Set<number>();
      let before: Batch | undefined;
      await closedLoop(world, policy, starts, {
        horizonSteps: 100,
        onStep: () => undefined,
        ended: (observation) => {
          for (const puck of ["red", "blue"]) {
            const visible = observation.columns[`${puck}_visible`]!;
            const position = observation.columns[`${puck}_position`]!;
            visible.forEach((seen, lane) => {
              states.add(seen);
              if (seen === 1 || before === undefined) return;
              const last = before.columns[`${puck}_position`]!;
              expect(position[2 * lane]).toBeCloseTo(last[2 * lane]!, 6);
            });
          }
          before = structuredClone(observation);
          return new Uint8Array(observation.lanes);
        },
      });
      expect([...states].sort()).toEqual([0, 1]);
      await policy.close();
      await world.close();
    },
  );
});

async function successesOf(
  world: World,
  policyName: string,
  starts: ReturnType<typeof drawPanel>,
): Promise<number> {
  const policy = await openPolicy(scenario, policyName);
  const judge = createJudge(scenario);
  const { tape } = await closedLoop(world, policy, starts, {
    horizonSteps: scenario.horizonSteps,
    ended: (observation, parameters) => judge.ended(observation, parameters),
  });
  await policy.close();
  return tape.traces().filter((trace) => judge.outcome(trace).kind === "success").length;
}
