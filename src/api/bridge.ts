import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { parseYaml } from "../core/yaml-document.ts";
import { Bridge, type EpisodeOutcome } from "../ros/bridge.ts";
import { bridgeConfigSchema, type BridgeConfig } from "../ros/bridge-config.ts";
import { Problems } from "../ros/problems.ts";
import { openRclnodejs } from "../ros/rclnodejs.ts";
import type { WorldEntry } from "../ros/simulation-interfaces/worlds.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { EpisodeJudge } from "./episode-judge.ts";
import { hostWorld } from "./hosted-world.ts";
import { parseStart } from "./start.ts";
import { SIMGATE_VERSION } from "./versions.ts";

export interface BridgeRun {
  /** Path of the configuration. */
  readonly config: string;
  /** `--ros-args …` as typed. */
  readonly rosArgs?: readonly string[];
  readonly signal: AbortSignal;
  readonly log: (level: "info" | "warn", text: string) => void;
  readonly onOutcome?: (outcome: EpisodeOutcome) => void;
}

/**
 * Hosts a world on ROS 2 until the signal, or a client, says to stop.
 * @throws SimgateError `input` for anything wrong with the configuration, or if ROS 2 is not there.
 */
export async function runBridge({ config: file, rosArgs, signal, log, onOutcome }: BridgeRun): Promise<void> {
  const config = await readConfig(file);
  const scenario = await loadScenario(config.scenario);
  const name = config.world ?? scenario.truth;
  const panel = drawPanel(scenario);
  const start = (text: string) => parseStart(scenario, text);
  if (config.start !== "next") start(config.start);
  const judge = createJudge(scenario);
  const problems = new Problems(({ where, text, count }) =>
    log("warn", `${where}: ${text}${count === 1 ? "" : ` (${count} times so far)`}`),
  );
  // The node first: without ROS 2 it says so at once.
  const node = await openRclnodejs({
    name: config.node.name,
    namespace: config.node.namespace,
    onProblem: problems.report,
    ...(rosArgs === undefined ? {} : { rosArgs }),
  });
  try {
    const world = await hostWorld({ scenario: scenario.file, world: name }, signal);
    try {
      const episodes = new EpisodeJudge(world.spec, judge, (outcome) => {
        bridge.announce(outcome);
        onOutcome?.(outcome);
      });
      const bridge = await Bridge.open({
        node,
        scenario,
        world,
        worlds: worldsOf(scenario),
        openWorld: (entry) => hostWorld({ scenario: scenario.file, world: entry.name }, signal),
        config,
        about: {
          simgate: SIMGATE_VERSION,
          scenario: scenario.name,
          scenario_sha256: scenario.sha256,
        },
        parseStart: start,
        panelSize: panel.length,
        ended: (observation, { parameters }) => {
          const columns = Object.fromEntries(
            Object.entries(parameters).map(([key, value]) => [key, Float64Array.of(value)]),
          );
          return judge.ended(observation, columns)[0] === 1;
        },
        listeners: [episodes],
        problems: () => problems.all,
        log,
      });
      log("info", `${node.name} hosts ${scenario.name}/${name}, ${bridge.simulator.state}`);
      await Promise.race([bridge.quit, aborted(signal)]);
      await bridge.close();
      await bridge.world.close();
    } finally {
      await world.close();
    }
  } finally {
    await node.close();
  }
}

/** Paths in it are relative to the file. */
async function readConfig(file: string): Promise<BridgeConfig> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw inputError("the bridge configuration cannot be read", {
      where: file,
      got: messageOf(cause),
      cause,
    });
  }
  const config = parseYaml(text, bridgeConfigSchema, { file, what: "bridge configuration" }).value;
  const path = (name: string): string =>
    /\.ya?ml$|\//.test(name) && !isAbsolute(name) ? resolve(dirname(file), name) : name;
  return {
    ...config,
    scenario: path(config.scenario),
    ...(config.world === undefined ? {} : { world: path(config.world) }),
  };
}

function worldsOf(scenario: Scenario): WorldEntry[] {
  return Object.entries(scenario.worlds).map(([name, world]) => ({
    name,
    uri: "model" in world ? world.model : "card" in world ? world.card : world.file,
    description: `${scenario.title}: ${world.kind} world "${name}"`,
  }));
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
