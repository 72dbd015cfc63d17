import { readBagMessages, type BagMessage } from "../record/bag-messages.ts";
import { topicLayouts } from "../record/topic-layout.ts";
import { BagRecorder } from "../ros/bag-recorder.ts";
import { Beside, type BesideOptions, type BesideWatch } from "../ros/beside.ts";
import type { BesideConfig } from "../ros/beside-config.ts";
import type { Live } from "../ros/live.ts";
import { recordedNode } from "../ros/recorded-node.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ModeContext } from "./bridge.ts";
import { type Watched, watchBeside } from "./bridge-view.ts";
import { examFindings } from "./exam-findings.ts";
import { hostWorld } from "./hosted-world.ts";
import { parseStart } from "./start.ts";

/** Mode `beside`: the candidate, in a thread of its own, runs along a truth that runs elsewhere. */
export async function openBeside(context: ModeContext, config: BesideConfig): Promise<Live> {
  const { node, scenario, path, file, signal, log, onProblem, problems, view } = context;
  const start = parseStart(scenario, config.start);
  const name = path(config.world);
  const usableHorizon = await horizonOf(config, config.evidence && file(config.evidence), scenario);
  const recording = await recordingOf(config, scenario, file, log);
  const candidate = await hostWorld({ scenario: scenario.file, world: name }, { signal });
  const source = config.truth.kind === "bag" ? config.truth.path : "the network";
  let recorder: BagRecorder | undefined;
  let shown: Watched<BesideWatch> | undefined;
  const release = async (): Promise<void> => {
    await Promise.all([recorder?.close(), candidate.close(), shown?.close()]);
  };
  try {
    if (config.record !== undefined) recorder = await BagRecorder.open({ target: file(config.record), log });
    const horizonSec = usableHorizon?.sec ?? null;
    const named = { truth: source, candidate: config.world };
    shown = view && (await watchBeside({ scenario, view, onProblem, ...named, start, horizonSec }));
    const beside = new Beside({
      node: recorder ? recordedNode(node, recorder) : node,
      scenario,
      candidate,
      config,
      start,
      usableHorizon,
      recording,
      recorder,
      onProblem,
      problems,
      log,
      watch: shown?.watch,
    });
    log("info", `${node.name} runs ${scenario.name}/${name} beside truth from ${source}`);
    return {
      activate: () => beside.activate(),
      deactivate: () => beside.deactivate(),
      quit: beside.quit,
      close: async () => {
        await beside.close();
        await release();
      },
    };
  } catch (thrown) {
    // The candidate's thread and the recording would outlive a viewer whose port is taken.
    await release();
    throw thrown;
  }
}

async function recordingOf(
  { truth }: BesideConfig,
  { observation, action }: Scenario,
  file: ModeContext["file"],
  log: ModeContext["log"],
): Promise<readonly BagMessage[] | undefined> {
  if (truth.kind !== "bag") return undefined;
  const layouts = topicLayouts({ observation, action }).filter(({ role }) => role !== "requested");
  const { messages, losses } = await readBagMessages(file(truth.path), layouts);
  for (const { what, offset } of losses) log("warn", `${truth.path}: ${what} at byte ${offset}`);
  return messages;
}

/** What an exam found; or what the configuration says. */
async function horizonOf(
  { usableHorizonSec }: BesideConfig,
  evidence: string | undefined,
  scenario: Scenario,
): Promise<BesideOptions["usableHorizon"]> {
  if (evidence === undefined) {
    return usableHorizonSec === 0 ? undefined : { sec: usableHorizonSec, source: "the configuration" };
  }
  const sec = (await examFindings(evidence, scenario)).usableHorizonSec;
  return sec === undefined ? undefined : { sec, source: evidence };
}
