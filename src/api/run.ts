import { openPolicy, openWorld, policyRef, worldRef } from "../compose.ts";
import { inputError } from "../core/errors.ts";
import { type LaneHandOver, stepsByPhysics } from "../core/hand-over.ts";
import type { ImageSpec } from "../core/picture.ts";
import type { EndReason, Outcome, Start, Trace, TraceSink } from "../core/trace.ts";
import { McapRecorder } from "../record/mcap-recorder.ts";
import { closedLoop } from "../rollout/closed-loop.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { World } from "../world/world.ts";
import { parseStart } from "./start.ts";

export interface RunOptions {
  /** Name of a bundled scenario, or path of a manifest. */
  readonly scenario: string;
  /** Default: the scenario's truth. */
  readonly world?: string;
  readonly policy: string;
  /** `#n` of the panel, or `key=value,…`; default: the middle of the box. */
  readonly start?: string;
  /** Seed of the rollout; default: the start's. */
  readonly seed?: number;
  /** MCAP file, or bag folder if it ends in a slash. */
  readonly record?: string;
  /** Record the pictures of the scenario's image channels, too. */
  readonly images?: boolean;
  readonly signal?: AbortSignal;
}

export interface RunReport {
  readonly outcome: Outcome["kind"];
  /** In tolerances; null for a fault. */
  readonly margin: number | null;
  readonly steps: number;
  readonly durationSec: number;
  readonly end: EndReason;
  readonly fault?: Trace["fault"];
  /** Of a switched world: when which part took over, and how many of the steps physics made. */
  readonly handOvers?: { readonly stepsByPhysics: number; readonly list: readonly LaneHandOver[] };
  readonly start: {
    readonly initial: Start["initial"];
    readonly parameters: Start["parameters"];
    readonly seed: string;
  };
  readonly recorded?: string;
  /** What went wrong with the recording; the rollout itself went on. */
  readonly recordingProblems: readonly string[];
}

/** One policy in one world, once. */
export async function runOne(options: RunOptions): Promise<RunReport> {
  const scenario = await loadScenario(options.scenario);
  const images = options.images === true ? picturesToRecord(scenario, options.record) : undefined;
  const chosen = parseStart(scenario, options.start);
  const start: Start = options.seed === undefined ? chosen : { ...chosen, seed: BigInt(options.seed) };
  const ref = await worldRef(scenario, options.world ?? scenario.truth);
  const world = await openWorld(scenario, ref);
  const policy = await openPolicy(scenario, policyRef(scenario, options.policy));
  const judge = createJudge(scenario);
  try {
    const recorder =
      options.record === undefined
        ? undefined
        : await McapRecorder.open({
            path: options.record,
            channels: scenario,
            controlPeriodSec: scenario.controlPeriodSec,
            start,
            scenario,
            world: ref.name,
            policy: options.policy,
            handsOver: ref.config.kind === "switched",
            ...(images === undefined ? {} : { images: images.filter(isShownBy(world)) }),
          });
    const sinks: TraceSink[] = recorder === undefined ? [] : [recorder];
    const { tape, sinkFailures } = await closedLoop(world, policy, [start], {
      horizonSteps: scenario.horizonSteps,
      ended: (observation, parameters) => judge.ended(observation, parameters),
      sinks,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const trace = tape.trace(0);
    const outcome = judge.outcome(trace);
    const problems = sinkFailures.map(({ step, reason }) => `stopped at step ${step}: ${reason}`);
    if (recorder !== undefined) {
      recorder.finish({
        end: trace.end,
        outcome,
        ...(trace.fault === undefined ? {} : { fault: trace.fault }),
      });
      await recorder.close().catch((thrown: unknown) => problems.push(String(thrown)));
    }
    return {
      outcome: outcome.kind,
      margin: outcome.margin,
      steps: trace.steps,
      durationSec: trace.steps * trace.controlPeriodSec,
      end: trace.end,
      ...(trace.fault === undefined ? {} : { fault: trace.fault }),
      ...(ref.config.kind === "switched" ? { handOvers: handOversOf(trace) } : {}),
      start: { initial: start.initial, parameters: start.parameters, seed: start.seed.toString() },
      ...(options.record === undefined ? {} : { recorded: options.record }),
      recordingProblems: problems,
    };
  } finally {
    await policy.close();
    await world.close();
  }
}

function handOversOf({ handOvers: list = [], steps }: Trace): NonNullable<RunReport["handOvers"]> {
  return { stepsByPhysics: stepsByPhysics(list, steps), list };
}

/** A model that makes its own pictures does not make all that the scenario declares. */
function isShownBy({ spec }: World): (image: ImageSpec) => boolean {
  return ({ name }) => (spec.images ?? []).some((shown) => shown.name === name);
}

function picturesToRecord(scenario: Scenario, record: string | undefined): Scenario["images"] {
  if (record === undefined) {
    throw inputError("pictures are recorded into a file", { hint: "say which: --record out.mcap" });
  }
  return imagesOf(scenario);
}

/** @throws SimgateError `input` for a scenario without any */
export function imagesOf(scenario: Scenario): NonNullable<Scenario["images"]> {
  if (scenario.images !== undefined) return scenario.images;
  throw inputError(`scenario ${scenario.name} declares no images`, {
    where: scenario.file,
    hint: "declare how a picture is drawn under images: docs/frames.md",
  });
}
