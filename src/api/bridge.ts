import { dirname, resolve } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { EpisodeOutcome } from "../ros/bridge.ts";
import type { BridgeConfig } from "../ros/bridge-config.ts";
import { Lifecycle, type Managed } from "../ros/lifecycle.ts";
import type { Live } from "../ros/live.ts";
import type { OnProblem, RosNode } from "../ros/node.ts";
import { Problems, type Problem } from "../ros/problems.ts";
import { openRclnodejs } from "../ros/rclnodejs.ts";
import { Settings } from "../ros/settings.ts";
import { Teleop } from "../ros/teleop.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { openBeside } from "./bridge-beside.ts";
import { bridgeConfigFile, pathIn, readBridgeConfig } from "./bridge-config-file.ts";
import type { BridgeView } from "./bridge-view.ts";
import { openHandover } from "./bridge-handover.ts";
import { openPolicyHost } from "./bridge-policy.ts";
import { openReplace } from "./bridge-replace.ts";
import { parseStart } from "./start.ts";

export interface BridgeRun {
  /** Path of the configuration, or the name of a bundled one. */
  readonly config: string;
  /** `--ros-args …` as typed. */
  readonly rosArgs?: readonly string[];
  readonly signal: AbortSignal;
  readonly log: (level: "info" | "warn", text: string) => void;
  readonly onOutcome?: (outcome: EpisodeOutcome) => void;
  /** Show it in the viewer: the modes that run a world. */
  readonly view?: BridgeView;
}

/** What a mode is opened with, each time the node is configured. */
export interface ModeContext extends Pick<BridgeRun, "signal" | "log" | "onOutcome" | "view"> {
  readonly node: RosNode;
  readonly scenario: Scenario;
  /** What a name in the configuration stands for: a path is relative to the file. */
  readonly path: (name: string) => string;
  /** What the path of a file or folder in the configuration stands for: relative to the configuration. */
  readonly file: (path: string) => string;
  readonly onProblem: OnProblem;
  readonly problems: () => readonly Problem[];
}

/**
 * Runs a bridge on ROS 2 until the signal, or a client, says to stop.
 * @throws SimgateError `input` for anything wrong with the configuration, or if ROS 2 is not there.
 */
export async function runBridge(run: BridgeRun): Promise<void> {
  const { rosArgs, log } = run;
  const file = await bridgeConfigFile(run.config);
  const config = await readBridgeConfig(file);
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
    await runNode({ ...run, node, file, config, onProblem: problems.report, problems: () => problems.all });
  } finally {
    await node.close();
  }
}

interface NodeRun extends Omit<BridgeRun, "config">, Pick<ModeContext, "node" | "onProblem" | "problems"> {
  readonly file: string;
  readonly config: BridgeConfig;
}

async function runNode({ node, file, config, signal, log, ...rest }: NodeRun): Promise<void> {
  let scenario: Scenario | undefined;
  const mode = new ManagedMode(async () => {
    const present = settings.read();
    scenario = await loadScenario(pathIn(file, present.scenario));
    const path = (name: string): string => pathIn(file, name);
    const fileIn = (path: string): string => resolve(dirname(file), path);
    return openMode({ ...rest, node, scenario, path, file: fileIn, signal, log }, present);
  });
  const settings: Settings = new Settings(node, config, {
    inUse: () => lifecycle.state !== "unconfigured",
    refuse: (path, value) =>
      path === "start" && scenario !== undefined ? refusedStart(scenario, String(value)) : undefined,
  });
  const lifecycle: Lifecycle = new Lifecycle(node, mode, (transition, thrown) =>
    log("warn", `${transition} failed: ${messageOf(thrown)}`),
  );
  try {
    if (settings.read().autostart) await lifecycle.autostart();
    else log("info", `${node.name} waits for: ros2 lifecycle set ${node.name} configure`);
    await Promise.race([mode.quit, lifecycle.finalized, aborted(signal)]);
  } finally {
    await lifecycle.close();
  }
}

async function openMode(context: ModeContext, config: BridgeConfig): Promise<Live> {
  switch (config.mode) {
    case "replace":
      return openReplace(context, config);
    case "handover":
      return openHandover(context, config);
    case "beside":
      return openBeside(context, config);
    case "policy":
      notShown(context, config.mode);
      return openPolicyHost(context, config);
    case "teleop":
      notShown(context, config.mode);
      context.log("info", `${context.node.name}: a person commands ${context.scenario.name}`);
      return new Teleop({ ...context, config });
  }
}

function notShown({ view, log }: ModeContext, mode: string): void {
  if (view !== undefined) log("warn", `--view shows worlds: mode ${mode} runs none`);
}

/** Opens a mode when the node is configured, and closes it when it is cleaned up. */
class ManagedMode implements Managed {
  readonly quit: Promise<void>;
  readonly #open: () => Promise<Live>;
  #live: Live | undefined;
  #settleQuit = (): void => undefined;

  constructor(open: () => Promise<Live>) {
    this.#open = open;
    this.quit = new Promise((resolve) => (this.#settleQuit = resolve));
  }

  async configure(): Promise<void> {
    this.#live = await this.#open();
    void this.#live.quit.then(this.#settleQuit);
  }

  async activate(): Promise<void> {
    await this.#live?.activate();
  }

  async deactivate(): Promise<void> {
    await this.#live?.deactivate();
  }

  async cleanup(): Promise<void> {
    const live = this.#live;
    this.#live = undefined;
    await live?.close();
  }
}

function refusedStart(scenario: Scenario, text: string): string | undefined {
  if (text === "next") return undefined;
  try {
    parseStart(scenario, text);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
