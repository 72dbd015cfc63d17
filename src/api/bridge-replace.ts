import { Bridge } from "../ros/bridge.ts";
import type { ReplaceConfig } from "../ros/bridge-config.ts";
import type { Live } from "../ros/live.ts";
import type { WorldEntry } from "../ros/simulation-interfaces/worlds.ts";
import { createJudge } from "../scenario/judge.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import type { ModeContext } from "./bridge.ts";
import { EpisodeJudge } from "./episode-judge.ts";
import { hostWorld } from "./hosted-world.ts";
import { parseStart } from "./start.ts";
import { SIMGATE_VERSION } from "./versions.ts";

/** Mode `replace`: the world under test, in a thread of its own, is the simulator. */
export async function openReplace(context: ModeContext, config: ReplaceConfig): Promise<Live> {
  const { node, scenario, path, signal, log, problems, onOutcome } = context;
  const name = config.world === undefined ? scenario.truth : path(config.world);
  const panel = drawPanel(scenario);
  const start = (text: string) => parseStart(scenario, text);
  if (config.start !== "next") start(config.start);
  const judge = createJudge(scenario);
  const open = (world: string) => hostWorld({ scenario: scenario.file, world }, signal);
  const world = await open(name);
  const opened: { bridge?: Bridge } = {}; // not yet, where an episode ends at its very start
  const episodes = new EpisodeJudge(world.spec, judge, (outcome) => {
    opened.bridge?.announce(outcome);
    onOutcome?.(outcome);
  });
  const opening = Bridge.open({
    node,
    scenario,
    world,
    worlds: worldsOf(scenario),
    openWorld: (entry) => open(entry.name),
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
    problems,
    log,
  });
  const bridge = await opening.catch(async (thrown: unknown) => {
    await world.close();
    throw thrown;
  });
  opened.bridge = bridge;
  log("info", `${node.name} hosts ${scenario.name}/${name}`);
  return {
    activate: () => bridge.activate(),
    deactivate: () => bridge.deactivate(),
    quit: bridge.quit,
    close: async () => {
      await bridge.close();
      await bridge.world.close();
    },
  };
}

function worldsOf(scenario: Scenario): WorldEntry[] {
  return Object.entries(scenario.worlds).flatMap(([name, world]) =>
    // rclnodejs does not run in the thread that hosts a world
    world.kind === "ros"
      ? []
      : [{ name, uri: uriOf(world), description: `${scenario.title}: ${world.kind} world "${name}"` }],
  );
}

function uriOf(world: Exclude<WorldConfig, { kind: "ros" }>): string {
  return "model" in world
    ? world.model
    : "card" in world
      ? world.card
      : "url" in world
        ? world.url
        : world.file;
}
