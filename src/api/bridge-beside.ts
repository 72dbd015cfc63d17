import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { readBagMessages, type BagMessage } from "../record/bag-messages.ts";
import { topicLayouts } from "../record/topic-layout.ts";
import { resultSchema, type ExamResult } from "../report/result.ts";
import { BagRecorder } from "../ros/bag-recorder.ts";
import { Beside, type BesideOptions } from "../ros/beside.ts";
import type { BesideConfig } from "../ros/beside-config.ts";
import type { Live } from "../ros/live.ts";
import { recordedNode } from "../ros/recorded-node.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ModeContext } from "./bridge.ts";
import { hostWorld } from "./hosted-world.ts";
import { parseStart } from "./start.ts";

/** Mode `beside`: the candidate, in a thread of its own, runs along a truth that runs elsewhere. */
export async function openBeside(context: ModeContext, config: BesideConfig): Promise<Live> {
  const { node, scenario, path, signal, log, onProblem, problems } = context;
  const start = parseStart(scenario, config.start);
  const name = path(config.world);
  const fileIn = (file: string): string => path(basename(file) === file ? `./${file}` : file);
  const usableHorizon = await horizonOf(config, config.evidence && fileIn(config.evidence), scenario);
  const recording = await recordingOf(config, scenario, fileIn, log);
  const candidate = await hostWorld({ scenario: scenario.file, world: name }, signal);
  const recorder = config.record && (await BagRecorder.open({ target: fileIn(config.record), log }));
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
  });
  const source = config.truth.kind === "bag" ? config.truth.path : "the network";
  log("info", `${node.name} runs ${scenario.name}/${name} beside truth from ${source}`);
  return {
    activate: () => beside.activate(),
    deactivate: () => beside.deactivate(),
    quit: beside.quit,
    close: async () => {
      await beside.close();
      await Promise.all([recorder ? recorder.close() : undefined, candidate.close()]);
    },
  };
}

async function recordingOf(
  { truth }: BesideConfig,
  { observation, action }: Scenario,
  path: ModeContext["path"],
  log: ModeContext["log"],
): Promise<readonly BagMessage[] | undefined> {
  if (truth.kind !== "bag") return undefined;
  const layouts = topicLayouts({ observation, action }).filter(({ role }) => role !== "requested");
  const { messages, losses } = await readBagMessages(path(truth.path), layouts);
  for (const { what, offset } of losses) log("warn", `${truth.path}: ${what} at byte ${offset}`);
  return messages;
}

/** The shorter of the two horizons of an exam that are of prediction; or what the configuration says. */
async function horizonOf(
  { usableHorizonSec }: BesideConfig,
  evidence: string | undefined,
  { name, sha256 }: Scenario,
): Promise<BesideOptions["usableHorizon"]> {
  if (evidence === undefined) {
    return usableHorizonSec === 0 ? undefined : { sec: usableHorizonSec, source: "the configuration" };
  }
  const file = join(evidence, "result.json");
  const { scenario, horizon } = await resultOf(file);
  if (scenario.sha256 !== sha256) {
    throw inputError("the evidence is of another scenario, or of another version of it", {
      where: file,
      expected: `${name}, sha256 ${sha256}`,
      got: `${scenario.name}, sha256 ${scenario.sha256}`,
    });
  }
  const known = [horizon.validPredictionTimeSec, horizon.conformalSec].filter((sec) => sec !== null);
  return known.length === 0 ? undefined : { sec: Math.min(...known), source: evidence };
}

async function resultOf(file: string): Promise<ExamResult> {
  try {
    return resultSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw inputError("the evidence cannot be read", {
      where: file,
      expected: "the result of an exam, schema simgate/result@1",
      got: messageOf(cause).split("\n")[0]!,
      cause,
    });
  }
}
