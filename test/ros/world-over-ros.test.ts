import { describe, expect, it, onTestFinished } from "vitest";
import { openPolicy, openWorld, policyRef, worldConfig } from "../../src/compose.ts";
import type { Outcome, Trace } from "../../src/core/trace.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { bridgeProcess } from "./bridge-process.ts";
import { whyNoRos } from "./why-no-ros.ts";

const skip = await whyNoRos();

describe("a simulator in another process as a world", () => {
  it("gives what it gives in this one, to the last bit", async (context) => {
    if (skip !== undefined) context.skip(skip);
    const simulator = await bridgeProcess("configs/simulator.yaml");
    onTestFinished(() => simulator.kill("SIGTERM"));
    const scenario = await loadScenario("cartpole");
    const here = await rollOut(scenario, "mujoco");
    const there = await rollOut(scenario, "ros:/simgate");
    expect(there).toEqual(here);
    expect(new Set(here.map(({ trace }) => trace.end)).size).toBeGreaterThan(1);
  });

  it("breaks the lane when it is killed, and is a world again when it is back", async (context) => {
    if (skip !== undefined) context.skip(skip);
    const simulator = await bridgeProcess("configs/simulator.yaml");
    const scenario = await loadScenario("cartpole");
    const config = { ...worldConfig(scenario, "ros:/simgate"), deadlineMs: 2000 };
    const world = await openWorld(scenario, { name: "far", config });
    onTestFinished(() => world.close());
    const [start] = drawPanel(scenario, { count: 1 });
    const first = structuredClone(await world.reset([start!]));
    const push = (step: number) => ({ lanes: 1, step, columns: { force: Float64Array.of(5) } });
    expect((await world.step(push(0))).faults).toEqual([]);
    await simulator.kill("SIGKILL");
    const { faults } = await world.step(push(1));
    expect(faults).toMatchObject([{ lane: 0, step: 1, kind: "threw" }]);
    await expect(world.reset([start!])).rejects.toMatchObject({ code: "runtime" });

    const back = await bridgeProcess("configs/simulator.yaml");
    onTestFinished(() => back.kill("SIGTERM"));
    expect((await world.reset([start!])).columns).toEqual(first.columns);
    expect((await world.step(push(0))).faults).toEqual([]);
  });
});

/** One start after the other: a simulator is one lane. */
async function rollOut(scenario: Scenario, name: string) {
  const world = await openWorld(scenario, { name, config: worldConfig(scenario, name) });
  const policy = await openPolicy(scenario, policyRef(scenario, "hand-tuned"));
  const judge = createJudge(scenario);
  const { horizonSteps } = scenario;
  const ended: typeof judge.ended = (observation, parameters) => judge.ended(observation, parameters);
  const rolled: { trace: Trace; outcome: Outcome }[] = [];
  for (const start of drawPanel(scenario, { count: 4 })) {
    const { tape } = await closedLoop(world, policy, [start], { horizonSteps, ended });
    const trace = tape.traces()[0]!;
    rolled.push({ trace, outcome: judge.outcome(trace) });
  }
  await Promise.all([world.close(), policy.close()]);
  return rolled;
}
