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

/** Made by warehouse-turn-native.py: native MuJoCo with its own sensors and rays. The first row is the start. */
interface Native {
  readonly channels: readonly string[];
  readonly starts: readonly {
    readonly initial: Readonly<Record<string, number[]>>;
    readonly parameters: Readonly<Record<string, number>>;
  }[];
  readonly rows: readonly {
    readonly action: readonly number[][] | null;
    readonly observation: readonly number[][] | null;
  }[];
}

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadScenario("warehouse-turn");
});

describe("the warehouse scenario", { timeout: 60_000 }, () => {
  it("begins in the aisle, clear of the racks, with the person out of sight", async () => {
    const world = await openWorld(scenario, "mujoco");
    const { lanes, columns } = await world.reset(drawPanel(scenario, { count: 32 }));
    for (let lane = 0; lane < lanes; lane++) {
      expect(columns["clearance"]![lane]).toBeGreaterThan(0.5);
      expect(columns["person_visible"]![lane]).toBe(0);
    }
    await world.close();
  });

  it("shows what native MuJoCo shows: beams, clearance, and the person that comes and goes", async () => {
    const native = JSON.parse(readFileSync(fixture("warehouse-turn-native.json"), "utf8")) as Native;
    const world = await openWorld(scenario, "mujoco");
    const lanes = native.starts.length;
    let { columns } = await world.reset(
      native.starts.map(({ initial, parameters }, i) => start(i, initial, parameters)),
    );
    const seen = new Set<string>();
    for (const [step, { action, observation }] of native.rows.entries()) {
      if (action !== null) {
        const command = (c: number) => Float64Array.from(action, (values) => values[c]!);
        const commands = { drive: command(0), turn: command(1) };
        columns = (await world.step({ lanes, step: step - 1, columns: commands })).observation.columns;
      }
      if (observation === null) continue;
      for (const [lane, expected] of observation.entries()) {
        const row = native.channels.flatMap((name) => {
          const size = columns[name]!.length / lanes;
          return [...columns[name]!.subarray(lane * size, (lane + 1) * size)];
        });
        const error = Math.max(...row.map((value, i) => Math.abs(value - expected[i]!)));
        expect(error, `lane ${lane}, step ${step}`).toBeLessThan(1e-6);
        seen.add(`${lane} ${columns["person_visible"]![lane] === 1 ? "seen" : "hidden"}`);
      }
    }
    expect(seen.size).toBe(2 * lanes);
    await world.close();
  });

  it("measures with beams that turn with the forklift and stop at the person", async () => {
    const world = await openWorld(scenario, "mujoco");
    // In the cross aisle, looking along y: the east wall is 2 m to the right, the person 1.5 m ahead of the axle.
    const place = { position: [2.8, 0.9], yaw: [Math.PI / 2], person_position: [2.8, 2.4] };
    const { scan, person_visible, clearance } = (await world.reset([start(0, place)])).columns;
    expect(scan![12]).toBeCloseTo(1.5 - 0.25, 6);
    expect(scan![6]).toBeCloseTo(2, 6);
    expect(scan![0]).toBeCloseTo(0.9 + 1.1, 6);
    expect(person_visible![0]).toBe(1);
    // The chassis is a capsule of radius 0.35 m, 0.25 m to either end; the pallets' corner nearest to it is (1.8, 1.18).
    expect(clearance![0]).toBeCloseTo(Math.hypot(2.8 - 1.8, 1.18 - 1.15) - 0.35, 6);
    await world.close();
  });

  it("lets a heavy forklift on a wet floor brake as late as its tyres hold", async () => {
    const world = await openWorld(scenario, "mujoco");
    const parameters = { load: 800, grip: 0.06 };
    await world.reset([start(0, { velocity: [1.2, 0] }, parameters)]);
    const commands = { drive: new Float64Array(1), turn: new Float64Array(1) };
    for (let step = 0; step < 10; step++) await world.step({ lanes: 1, step, columns: commands });
    const { observation } = await world.step({ lanes: 1, step: 10, columns: commands });
    // 60 % of the weight brakes: 5.9 m/s² × grip.
    expect(observation.columns["velocity"]![0]).toBeCloseTo(1.2 - 5.9 * 0.06 * 1.1, 3);
    await world.close();
  });

  it("has policies that succeed and fail, the careful one most often and the short-sighted one hardly ever", async () => {
    const world = await openWorld(scenario, "mujoco");
    const starts = drawPanel(scenario, { count: 24 });
    const successes: Record<string, number> = {};
    for (const name of Object.keys(scenario.policies)) {
      successes[name] = await successesOf(world, name, starts);
    }
    await world.close();
    const { script, ...driving } = successes;
    const counts = Object.values(driving);
    expect(driving["careful"]).toBe(Math.max(...counts));
    expect(driving["short-sighted"]).toBe(Math.min(...counts));
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(18);
    expect(Math.min(...counts)).toBeLessThanOrEqual(6);
    expect(script).toBeGreaterThan(0);
  });

  it.each(["ensemble", "gru"])(
    "has a learned world %s that shows a person come out, and holds what is hidden",
    async (name) => {
      const world = await openWorld(scenario, name);
      const policy = await openPolicy(scenario, "bumper");
      const states = new Set<number>();
      let before: Batch | undefined;
      await closedLoop(world, policy, drawPanel(scenario, { count: 24 }), {
        horizonSteps: 80,
        onStep: () => undefined,
        ended: (observation) => {
          const { person_visible: visible, person_position: position } = observation.columns;
          visible!.forEach((seen, lane) => {
            states.add(seen);
            if (seen === 1 || before === undefined) return;
            const last = before.columns["person_position"]!;
            expect(position![2 * lane]).toBeCloseTo(last[2 * lane]!, 5);
          });
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
