import { Bridge, type BridgeOptions } from "../ros/bridge.ts";
import { BagRecorder } from "../ros/bag-recorder.ts";
import type { ReplaceConfig, SimulatorConfig } from "../ros/bridge-config.ts";
import type { Live } from "../ros/live.ts";
import type { DiagnosticStatus } from "../ros/messages.ts";
import { recordedNode } from "../ros/recorded-node.ts";
import type { WorldEntry } from "../ros/simulation-interfaces/worlds.ts";
import { createJudge } from "../scenario/judge.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import { aboutWorlds } from "./about-worlds.ts";
import type { ModeContext } from "./bridge.ts";
import { type EpisodeWatch, type Watched, watchEpisodes } from "./bridge-view.ts";
import { EpisodeJudge } from "./episode-judge.ts";
import { examFindings } from "./exam-findings.ts";
import { hostWorld } from "./hosted-world.ts";
import { parseStart } from "./start.ts";
import { SIMGATE_VERSION } from "./versions.ts";

/** Mode `replace`: the world under test is the simulator. */
export async function openReplace(context: ModeContext, config: ReplaceConfig): Promise<Live> {
  const { scenario, path, signal } = context;
  const open = (world: string) =>
    hostWorld({ scenario: scenario.file, world }, { thread: config.thread, signal });
  const hosted = config.world === undefined ? scenario.truth : path(config.world);
  return hostSimulator(context, config, {
    world: await open(hosted),
    hosted,
    worlds: worldsOf(scenario),
    openWorld: (entry) => open(entry.name),
  });
}

export interface Simulated extends Pick<BridgeOptions, "world" | "worlds" | "openWorld"> {
  /** The name of the world that `custom_info` is about. */
  readonly hosted: string;
  /** More of it for `/diagnostics`. */
  readonly statuses?: () => readonly DiagnosticStatus[];
}

/** A bridge that is the simulator; closing it closes the world. */
export async function hostSimulator(
  context: ModeContext,
  config: SimulatorConfig,
  { world, hosted, statuses = () => [], ...shelf }: Simulated,
): Promise<Live> {
  const { node, scenario, file, log, problems, onProblem, onOutcome, view } = context;
  const panel = drawPanel(scenario);
  const start = (text: string) => parseStart(scenario, text);
  if (config.start !== "next") start(config.start);
  const findings =
    config.evidence === undefined ? undefined : await examFindings(file(config.evidence), scenario);
  const names = new Set([hosted, ...shelf.worlds.map(({ name }) => name)]);
  const about = await aboutWorlds(scenario, [...names], findings);
  if (findings !== undefined && about.get(hosted)?.["claim"] === undefined) {
    log(
      "warn",
      `${config.evidence} is of world ${findings.world}, or of another version of ${hosted}: nothing is claimed`,
    );
  }
  const judge = createJudge(scenario);
  let recorder: BagRecorder | undefined;
  let shown: Watched<EpisodeWatch> | undefined;
  try {
    if (config.record !== undefined) recorder = await BagRecorder.open({ target: file(config.record), log });
    shown = view && (await watchEpisodes({ scenario, view, onProblem, world: world.spec.name }));
  } catch (thrown) {
    await Promise.all([recorder?.close(), world.close()]);
    throw thrown;
  }
  const opened: { bridge?: Bridge } = {}; // not yet, where an episode ends at its very start
  const episodes = new EpisodeJudge(world.spec, judge, (outcome) => {
    opened.bridge?.announce(outcome);
    shown?.watch.judged(outcome);
    onOutcome?.(outcome);
  });
  // From the very start, before the bridge is open: time is zero then, and the first observation belongs into the bag.
  if (recorder) recorder.follow(() => opened.bridge?.simulator.episodes.timeNs ?? 0n);
  const opening = Bridge.open({
    node: recorder ? recordedNode(node, recorder) : node,
    scenario,
    world,
    ...shelf,
    config,
    about: (name) => ({
      simgate: SIMGATE_VERSION,
      scenario: scenario.name,
      scenario_sha256: scenario.sha256,
      ...(about.get(name) ?? about.get(hosted)),
    }),
    parseStart: start,
    panelSize: panel.length,
    ended: (observation, { parameters }) => {
      const columns = Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [key, Float64Array.of(value)]),
      );
      return judge.ended(observation, columns)[0] === 1;
    },
    listeners: [episodes, ...(shown ? [shown.watch] : [])],
    problems,
    statuses: () => [...statuses(), ...(recorder ? [recorder.status(node.name)] : [])],
    log,
  });
  const bridge = await opening.catch(async (thrown: unknown) => {
    await Promise.all([recorder?.close(), world.close(), shown?.close()]);
    throw thrown;
  });
  opened.bridge = bridge;
  log("info", `${node.name} hosts ${scenario.name}/${world.spec.name}`);
  return {
    activate: () => bridge.activate(),
    deactivate: () => bridge.deactivate(),
    quit: bridge.quit,
    close: async () => {
      await bridge.close();
      await Promise.all([recorder?.close(), bridge.world.close(), shown?.close()]);
    },
  };
}

function worldsOf(scenario: Scenario): WorldEntry[] {
  return Object.entries(scenario.worlds).flatMap(([name, world]) =>
    // rclnodejs does not run in the thread that hosts a world
    world.kind === "ros"
      ? []
      : [
          {
            name,
            uri: uriOf(world) ?? `${scenario.file}#${name}`,
            description: `${scenario.title}: ${world.kind} world "${name}"`,
          },
        ],
  );
}

/** Undefined: it is made of other worlds of the manifest. */
function uriOf(world: Exclude<WorldConfig, { kind: "ros" }>): string | undefined {
  return "model" in world
    ? world.model
    : "card" in world
      ? world.card
      : "url" in world
        ? world.url
        : "file" in world
          ? world.file
          : undefined;
}
