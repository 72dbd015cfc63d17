import { readBagMessages, type BagMessage } from "../record/bag-messages.ts";
import { topicLayouts } from "../record/topic-layout.ts";
import { BagRecorder } from "../ros/bag-recorder.ts";
import { Beside, type BesideOptions } from "../ros/beside.ts";
import type { BesideConfig } from "../ros/beside-config.ts";
import type { Live } from "../ros/live.ts";
import { recordedNode } from "../ros/recorded-node.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ModeContext } from "./bridge.ts";
import { watchBeside } from "./bridge-view.ts";
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
  const candidate = await hostWorld({ scenario: scenario.file, world: name }, signal);
  const recorder = config.record && (await BagRecorder.open({ target: file(config.record), log }));
  const source = config.truth.kind === "bag" ? config.truth.path : "the network";
  const shown =
    view &&
    (await watchBeside({
      scenario,
      view,
      onProblem,
      truth: source,
      candidate: config.world,
      start,
      horizonSec: usableHorizon?.sec ?? null,
    }));
  const beside = new Beside({
    node: recorder ? recordedNode(node, recorder) : node,
    scenario,
    candidate,
    config,
    start,
    usableHorizon,
    recording,
    recorder: recorder || undefined,
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
      await Promise.all([recorder ? recorder.close() : undefined, candidate.close(), shown?.close()]);
    },
  };
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
