/**
 * The same closed loop in this process and over ROS 2: `npx jiti bench/ros-closed-loop.ts [starts]` (after `npm run build`,
 * with ROS 2 sourced). A bridge in a process of its own hosts MuJoCo; the `ros` world steps it through
 * simulation_interfaces. Whether outcomes are the same, and observations and actions to the last bit; and how fast it is.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { openPolicy, openWorld, policyRef, worldConfig } from "../src/compose.ts";
import type { Outcome, Trace } from "../src/core/trace.ts";
import { closedLoop } from "../src/rollout/closed-loop.ts";
import { createJudge } from "../src/scenario/judge.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";

const STARTS = Number(process.argv[2] ?? 200);
const POLICY = "hand-tuned";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const scenario = await loadScenario("cartpole");
const judge = createJudge(scenario);
const starts = drawPanel(scenario, { count: STARTS });

interface RolledOut {
  readonly traces: readonly Trace[];
  readonly outcomes: readonly Outcome[];
  readonly stepsPerSec: number;
}

/** One start after the other, as a simulator does it, for it is one lane. */
async function rollOut(name: string): Promise<RolledOut> {
  const world = await openWorld(scenario, { name, config: worldConfig(scenario, name) });
  const policy = await openPolicy(scenario, policyRef(scenario, POLICY));
  const began = performance.now();
  const traces: Trace[] = [];
  for (const start of starts) {
    const { tape } = await closedLoop(world, policy, [start], {
      horizonSteps: scenario.horizonSteps,
      ended: (observation, parameters) => judge.ended(observation, parameters),
    });
    traces.push(...tape.traces());
  }
  const sec = (performance.now() - began) / 1000;
  await Promise.all([world.close(), policy.close()]);
  const steps = traces.reduce((sum, trace) => sum + trace.steps, 0);
  return { traces, outcomes: traces.map((trace) => judge.outcome(trace)), stepsPerSec: steps / sec };
}

/** Numbers in all columns, and how many of them differ in any bit. */
function compareBits(a: Trace, b: Trace): { numbers: number; different: number } {
  let numbers = 0;
  let different = 0;
  for (const part of ["observation", "requestedAction", "appliedAction"] as const) {
    for (const [name, mine] of Object.entries(a[part])) {
      const theirs = b[part][name]!;
      numbers += mine.length;
      if (mine.length !== theirs.length) different += mine.length;
      else mine.forEach((value, i) => (different += Object.is(value, theirs[i]) ? 0 : 1));
    }
  }
  return { numbers, different };
}

const bridge = spawn(
  process.execPath,
  [local("../dist/cli/main.js"), "bridge", local("../configs/simulator.yaml")],
  { stdio: ["ignore", "ignore", "inherit"] },
);
try {
  const here = await rollOut("mujoco");
  const there = await rollOut("ros:/simgate");
  const same = here.outcomes.filter(
    ({ kind, margin }, i) => kind === there.outcomes[i]!.kind && margin === there.outcomes[i]!.margin,
  ).length;
  const bits = here.traces.map((trace, i) => compareBits(trace, there.traces[i]!));
  const sum = (of: "numbers" | "different"): number => bits.reduce((total, one) => total + one[of], 0);
  const successes = here.outcomes.filter(({ kind }) => kind === "success").length;
  console.log(`${STARTS} starts, of which ${successes} succeed; same outcome and margin over ROS: ${same}`);
  console.log(`numbers compared: ${sum("numbers")}; that differ in any bit: ${sum("different")}`);
  console.log(
    `steps a second: ${here.stepsPerSec.toFixed(0)} here, ${there.stepsPerSec.toFixed(0)} over ROS`,
  );
} finally {
  bridge.kill();
  await once(bridge, "exit");
}
