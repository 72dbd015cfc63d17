import { basename } from "node:path";
import { didYouMean, inputError, messageOf } from "./core/errors.ts";
import type { PolicyRef, WorldRef } from "./exam/contract.ts";
import { isClip, NO_COUNTERFACTUAL } from "./record/clip-path.ts";
import type { Policy } from "./policy/policy.ts";
import type { Scenario } from "./scenario/scenario.ts";
import { policySchema, worldSchema } from "./scenario/schema.ts";
import type { PolicyConfig, StressorConfig, SwitchedWorldConfig, WorldConfig } from "./scenario/schema.ts";
import { isPictured, withStressedImages } from "./scenario/stressed-images.ts";
import { withStressedPrompts } from "./scenario/stressed-prompts.ts";
import type { World } from "./world/world.ts";

/**
 * From recipe to adapter: the only file that knows them all. Each adapter, and the native code below it, is loaded
 * when something of its kind is first opened.
 */
export async function openWorld(scenario: Scenario, ref: OpenedBy): Promise<World> {
  const stressed = stressedScenario(scenario, ref.stressor);
  return wrapWorld(stressed, await openBareWorld(stressed, ref), ref);
}

/** The part of a stressor that lies in what a world or policy is shown or told. */
function stressedScenario(scenario: Scenario, stressor: StressorConfig | undefined): Scenario {
  if (stressor === undefined) return scenario;
  if (stressor.kind === "prompt-drift") return withStressedPrompts(scenario, stressor);
  return isPictured(stressor) ? withStressedImages(scenario, stressor) : scenario;
}

/** What decides which world is opened. */
type OpenedBy = Pick<WorldRef, "name" | "config" | "defect" | "stressor" | "peer">;

async function openBareWorld(scenario: Scenario, { name, config, peer }: OpenedBy): Promise<World> {
  switch (config.kind) {
    case "mujoco": {
      const { MujocoWorld } = await import("./world/mujoco.ts");
      return MujocoWorld.open({ name, scenario, modelPath: config.model, set: config.set });
    }
    case "onnx": {
      const { openCardWorld } = await import("./world/model-card.ts");
      return openCardWorld({ name, scenario, cardPath: config.card });
    }
    case "linear": {
      const { LinearWorld } = await import("./world/linear.ts");
      return LinearWorld.open({ name, scenario, modelPath: config.model });
    }
    case "log": {
      const { LogWorld } = await import("./world/log.ts");
      const { readTraces } = await import("./record/read-traces.ts");
      const { images = [] } = scenario;
      return LogWorld.open({ name, scenario, traces: await readTraces(config.file, scenario, { images }) });
    }
    case "ros":
      return openRosWorld(scenario, name, config);
    case "remote": {
      const { RemoteWorld } = await import("./world/remote.ts");
      return RemoteWorld.open({ name, scenario, config, expect: peer?.["sha256"] });
    }
    case "residual": {
      const { ResidualWorld } = await import("./world/residual.ts");
      const base = await openPart(scenario, config.base);
      return ResidualWorld.open({ name, scenario, base, cardPath: config.card });
    }
    case "switched":
      return openSwitchedWorld(scenario, name, config);
  }
}

/** A world that another is made of: bare, since what disturbs or shows the whole is wrapped around that. */
function openPart(scenario: Scenario, name: string): Promise<World> {
  return openBareWorld(scenario, { name, config: worldConfig(scenario, name) });
}

async function openSwitchedWorld(
  scenario: Scenario,
  name: string,
  { when, hysteresis, uncertainty, dwellSteps, ...parts }: SwitchedWorldConfig,
): Promise<World> {
  const { SwitchedWorld } = await import("./world/switched.ts");
  const { createCondition } = await import("./scenario/condition.ts");
  const conditions = Object.entries(when).map(([cause, formula]) => ({
    name: cause,
    ...createCondition(scenario, formula),
  }));
  const { above, below = above, channels } = uncertainty ?? {};
  const rule = {
    ...{ hysteresis, dwellSteps },
    ...(above === undefined ? {} : { uncertainty: { above, below: below! } }),
  };
  const learned = await openPart(scenario, parts.learned);
  let physics: World;
  try {
    physics = await openPart(scenario, parts.physics);
  } catch (thrown) {
    await learned.close();
    throw thrown;
  }
  return SwitchedWorld.open({
    ...{ name, scenario, learned, physics, conditions, rule },
    ...(channels === undefined ? {} : { uncertain: channels }),
  });
}

let rosNodes = 0;

/** On a node of its own: rclnodejs runs on the main thread only, and so does such a world. */
async function openRosWorld(
  scenario: Scenario,
  name: string,
  { namespace, steps, settleSteps, deadlineMs }: Extract<WorldConfig, { kind: "ros" }>,
): Promise<World> {
  const { openRclnodejs } = await import("./ros/rclnodejs.ts");
  const { RemoteSimulator } = await import("./ros/remote-simulator.ts");
  const { RosWorld } = await import("./world/ros.ts");
  const node = await openRclnodejs({
    name: `simgate_client_${process.pid}_${++rosNodes}`,
    onProblem: (where, thrown) => process.emitWarning(`${where}: ${messageOf(thrown)}`),
  });
  const options = { node, scenario, namespace, steps, settleSteps, deadlineMs };
  return new RosWorld({ name, scenario, simulators: [await RemoteSimulator.open(options)] });
}

/** The defect is part of the world; the stressor lies between it and the policy; pictures show what comes of both. */
async function wrapWorld(scenario: Scenario, world: World, { defect, stressor }: OpenedBy): Promise<World> {
  let wrapped = world;
  if (defect !== undefined) {
    const { withDefect } = await import("./world/defects/with-defect.ts");
    const { createJudge } = await import("./scenario/judge.ts");
    wrapped = withDefect(wrapped, defect, { scenario, judge: createJudge(scenario) });
  }
  if (stressor !== undefined) {
    const { withStressor } = await import("./world/stressors/with-stressor.ts");
    wrapped = withStressor(wrapped, stressor);
  }
  // A recording may carry pictures of its own, and some models make theirs.
  if (scenario.images !== undefined && world.spec.images === undefined) {
    const { withCamera } = await import("./world/camera/with-camera.ts");
    wrapped = withCamera(wrapped, scenario);
  }
  return wrapped;
}

/** @param stressor of the world it acts in: what of it lies between what the world shows and the policy, or in what it is told. */
export async function openPolicy(
  scenario: Scenario,
  { name, config }: PolicyRef,
  stressor?: StressorConfig,
): Promise<Policy> {
  const stressed = stressedScenario(scenario, stressor);
  const policy = await wrap(await openBarePolicy(stressed, name, config), config);
  if (stressor === undefined) return policy;
  const { withStressor } = await import("./policy/stressors/with-stressor.ts");
  return withStressor(policy, stressor);
}

async function openBarePolicy(scenario: Scenario, name: string, config: PolicyConfig): Promise<Policy> {
  switch (config.kind) {
    case "scripted": {
      const { ScriptedPolicy } = await import("./policy/scripted.ts");
      return ScriptedPolicy.open({ name, scenario, config });
    }
    case "lqr": {
      const { LqrPolicy } = await import("./policy/lqr.ts");
      const { lineariseMujoco } = await import("./world/mujoco/linearise.ts");
      const model = await lineariseMujoco({
        scenario,
        modelPath: config.model,
        set: config.set,
        at: config.at,
      });
      return LqrPolicy.create({ name, scenario, config, model });
    }
    case "onnx": {
      const { OnnxPolicy } = await import("./policy/onnx.ts");
      return OnnxPolicy.open({ name, scenario, cardPath: config.card });
    }
    case "remote": {
      const { RemotePolicy } = await import("./policy/remote.ts");
      return RemotePolicy.open({ name, scenario, config });
    }
  }
}

/** Chunks first, latency outside: what is late is the chunk's first action. */
async function wrap(policy: Policy, { chunk, latency, scale }: PolicyConfig): Promise<Policy> {
  let wrapped = policy;
  if (chunk !== undefined) {
    const { withChunks } = await import("./policy/with-chunks.ts");
    wrapped = withChunks(wrapped, chunk);
  }
  if (latency !== undefined) {
    const { withLatency } = await import("./policy/with-latency.ts");
    wrapped = withLatency(wrapped, latency);
  }
  if (scale !== undefined) {
    const { withActionScale } = await import("./policy/with-action-scale.ts");
    wrapped = withActionScale(wrapped, { scale });
  }
  return wrapped;
}

/** The world a name stands for, opened once to learn what it says of itself, and closed again. */
export async function worldRef(scenario: Scenario, name: string): Promise<WorldRef> {
  const config = worldConfig(scenario, name);
  const called = shortName(name, scenario.worlds);
  const world = await openWorld(scenario, { name: called, config });
  const { stochastic, respondsToActions, peer, chunk, sees, onGpu, images = [] } = world.spec;
  await world.close();
  const own = images.filter(({ drawn }) => drawn !== true).map((image) => image.name);
  return {
    name: called,
    config,
    stochastic,
    respondsToActions,
    ...(own.length === 0 ? {} : { images: own }),
    ...(chunk === undefined ? {} : { chunk }),
    ...(sees === undefined ? {} : { sees }),
    ...(peer === undefined ? {} : { peer }),
    ...(onGpu === undefined ? {} : { onGpu }),
  };
}

const ROS_PREFIX = "ros:";

/**
 * A name of the manifest, the path of a model card or recording, the address of a world
 * server, or `ros:` and a simulator's namespace.
 */
export function worldConfig(scenario: Scenario, name: string): WorldConfig {
  const config = scenario.worlds[name];
  if (config !== undefined) return config;
  if (name.startsWith(ROS_PREFIX)) return rosConfig(name);
  if (/\.ya?ml$/.test(name)) return { kind: "onnx", card: name };
  if (name.endsWith(".mcap")) return { kind: "log", file: name };
  if (/^wss?:\/\//.test(name)) return worldSchema.parse({ kind: "remote", url: name });
  if (isClip(name)) {
    throw inputError("a clip is no world to act in", {
      where: name,
      got: NO_COUNTERFACTUAL,
      hint: `simgate inspect ${name} says whether what it shows persists, which is all it can be asked`,
    });
  }
  throw inputError(`scenario ${scenario.name} has no world "${name}"`, {
    where: scenario.file,
    hint:
      `${didYouMean(name, Object.keys(scenario.worlds))}; or give the path of a model card (*.world.yaml), ` +
      "the address of a world server (ws://…), or ros:/simgate for a simulator that runs under that name",
  });
}

function rosConfig(name: string): WorldConfig {
  const namespace = name.slice(ROS_PREFIX.length);
  const parsed = worldSchema.safeParse({ kind: "ros", namespace: namespace === "/" ? "" : namespace });
  if (parsed.success) return parsed.data;
  throw inputError(`world "${name}" is not the namespace of a simulator`, {
    expected: "ros:/simgate, ros:/gzserver, or ros:/ for services without a namespace",
  });
}

export function policyRef(scenario: Scenario, name: string): PolicyRef {
  const config = scenario.policies[name];
  if (config !== undefined) return { name, config };
  if (/\.ya?ml$/.test(name))
    return { name: shortName(name, scenario.policies), config: { kind: "onnx", card: name } };
  if (/^(wss?|tcp):\/\//.test(name))
    return { name, config: policySchema.parse({ kind: "remote", url: name }) };
  throw inputError(`scenario ${scenario.name} has no policy "${name}"`, {
    where: scenario.file,
    hint: `${didYouMean(name, Object.keys(scenario.policies))}; or give the path of a policy card (*.policy.yaml), or the address of a policy server (ws://…)`,
  });
}

/** A card given by its path is called after its file, unless the scenario has something of that name. */
function shortName(name: string, known: Readonly<Record<string, unknown>>): string {
  if (name in known || !/\.ya?ml$/.test(name)) return name;
  const short = basename(name).replace(/(\.(world|policy))?\.ya?ml$/, "");
  return short in known ? name : short;
}

/**
 * Opens a policy and closes it again.
 * @returns the reference with what the policy says of itself. @throws SimgateError if it does not fit the scenario.
 */
export async function checkPolicy(scenario: Scenario, ref: PolicyRef): Promise<PolicyRef> {
  const policy = await openPolicy(scenario, ref);
  await policy.close();
  const { peer, deterministic, images, onGpu } = policy.spec;
  return {
    ...ref,
    ...(peer === undefined ? {} : { peer }),
    ...(deterministic ? {} : { deterministic }),
    ...(images === undefined ? {} : { looks: true }),
    ...(onGpu === undefined ? {} : { onGpu }),
  };
}
