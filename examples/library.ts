// Where do truth and a learned world disagree about a policy? Rolls 64 starts out in both and compares the outcomes.
import { closedLoop, createJudge, drawPanel, loadScenario, openPolicy, openWorld } from "simgate";

const scenario = await loadScenario("cartpole");
const judge = createJudge(scenario);
const starts = drawPanel(scenario, { count: 64 });
const policy = await openPolicy(scenario, "hand-tuned");

const rollOut = async (name: string) => {
  const world = await openWorld(scenario, name);
  const { tape } = await closedLoop(world, policy, starts, {
    horizonSteps: scenario.horizonSteps,
    ended: (observation, parameters) => judge.ended(observation, parameters),
  });
  await world.close();
  return tape.traces().map((trace) => judge.outcome(trace));
};

const truth = await rollOut("mujoco");
const learned = await rollOut("ensemble");
await policy.close();

console.log(`succeed in truth: ${truth.filter(({ kind }) => kind === "success").length} of ${starts.length}`);
learned.forEach(({ kind, margin }, i) => {
  if (kind !== truth[i]!.kind)
    console.log(`start #${i}: ${truth[i]!.kind}, ensemble says ${kind} by ${margin}`);
});
