import type { ChannelSpec } from "../core/channels.ts";
import type { Part } from "../report/result.ts";
import type { PolicyRef } from "./contract.ts";
import type { ExamRun } from "./axis.ts";
import type { Failure } from "./examined-failures.ts";
import type { RolloutRequest } from "./rollouts.ts";

/** One part replaced by its oracle: which rollouts that takes for failures of one policy, and what they must show. */
export interface PlannedReplacement {
  readonly name: string;
  readonly part: Part;
  readonly meaning: string;
  /** How much of a rollout it replaces, as a rank. */
  readonly size: number;
  /** False where there is nothing to replace for failures of this policy. */
  applies(failure: Failure): boolean;
  /** What to roll out from the starts of the failures, all of one policy. The first is the candidate's. */
  requests(policy: PolicyRef): readonly Omit<RolloutRequest, "starts" | "horizonSteps">[];
  /**
   * How the candidate must end: as truth ends. With `reference` given, as that rollout ends (truth with the same part
   * replaced).
   */
  readonly needs: "truth" | "reference";
  /** Another rollout that must repeat the failure, for the swap to explain it: see perception. */
  readonly reverse?: true;
}

/** Steps of the past that a world is shown when it is taken up. */
const CONTEXT_STEPS = 20;
/** A policy is only named where even truth's own transitions leave the failure: it comes after any number of channels. */
const CONTROL_SIZE = 1000;
export const PLANNING_SIZE = CONTROL_SIZE + 1;
/** With more channels than this, those that belong together are only replaced together. */
const MOST_SINGLE_CHANNELS = 8;

/**
 * The replacements of an exam, smallest first, in the order of docs/attribution.md. A candidate that shows the state
 * itself has its dynamics replaced channel by channel, then by groups (a channel with its derivatives), then whole.
 */
export function plannedReplacements({ contract }: ExamRun): readonly PlannedReplacement[] {
  const { truth, candidate, scenario } = contract;
  const drive = (policy: PolicyRef): RolloutRequest["drive"] => ({ kind: "policy", policy });
  const always = (): boolean => true;
  const evaluation: PlannedReplacement = {
    name: "evaluation",
    part: "evaluation",
    size: 0,
    meaning: "both worlds judged over the whole horizon, not stopped early, nothing held",
    applies: ({ pair }) => pair.truth.end === "ends" || pair.candidate.end === "ends",
    requests: (policy) => [
      { world: candidate, drive: drive(policy), swap: { part: "evaluation" } },
      { world: truth, drive: drive(policy), swap: { part: "evaluation" } },
    ],
    needs: "reference",
  };
  const perception: PlannedReplacement = {
    name: "perception",
    part: "perception",
    size: 1,
    meaning:
      "the policy is shown truth, run beside on the same commands; and in truth, shown the candidate, it must fail as it did",
    applies: always,
    requests: (policy) => [
      { world: candidate, drive: drive(policy), swap: { part: "perception" }, beside: truth },
      { world: truth, drive: drive(policy), swap: { part: "perception" }, beside: candidate },
    ],
    needs: "truth",
    reverse: true,
  };
  const representation: PlannedReplacement = {
    name: "representation",
    part: "representation",
    size: 2,
    meaning: "latent state and history built again at every step from what was shown",
    applies: always,
    requests: (policy) => [
      {
        world: candidate,
        drive: drive(policy),
        swap: { part: "representation", contextSteps: CONTEXT_STEPS },
      },
    ],
    needs: "truth",
  };
  const dynamics = channelGroups(scenario.observation).map((channels): PlannedReplacement => ({
    name: `dynamics: ${channels.length === scenario.observation.length ? "all channels" : channels.join(", ")}`,
    part: "dynamics",
    size: 2 + channels.length,
    meaning: `the next ${channels.join(", ")} ${channels.length === 1 ? "is" : "are"} truth's, one step from where the candidate is`,
    applies: always,
    requests: (policy) => [
      {
        world: candidate,
        drive: drive(policy),
        swap: { part: "dynamics", channels, contextSteps: CONTEXT_STEPS },
        beside: truth,
      },
    ],
    needs: "truth",
  }));
  const immediate = ({ name, config }: PolicyRef): PolicyRef => {
    const { latency: _latency, chunk: _chunk, ...rest } = config;
    return { name, config: rest };
  };
  const delayed = new Set(
    contract.policies
      .filter(({ config }) => config.latency !== undefined || config.chunk !== undefined)
      .map(({ name }) => name),
  );
  const control: PlannedReplacement = {
    name: "control",
    part: "control",
    size: CONTROL_SIZE,
    meaning: "the same policy acting at once, without its latency and chunks, in both worlds",
    applies: ({ pair }) => delayed.has(pair.policy),
    requests: (policy) => [
      { world: candidate, drive: drive(immediate(policy)) },
      { world: truth, drive: drive(immediate(policy)) },
    ],
    needs: "reference",
  };
  return [evaluation, perception, representation, ...dynamics, control];
}

/** Single channels, then those joined by `derivativeOf`, then all; each set once. */
export function channelGroups(channels: readonly ChannelSpec[]): readonly (readonly string[])[] {
  const names = channels.map(({ name }) => name);
  const groupOf = new Map(names.map((name) => [name, name]));
  const rootOf = (name: string): string => {
    const next = groupOf.get(name) ?? name;
    return next === name ? name : rootOf(next);
  };
  for (const { name, derivativeOf } of channels) {
    if (derivativeOf !== undefined && groupOf.has(derivativeOf))
      groupOf.set(rootOf(name), rootOf(derivativeOf));
  }
  const groups = [...new Set(names.map(rootOf))].map((root) => names.filter((name) => rootOf(name) === root));
  const singles = names.length <= MOST_SINGLE_CHANNELS ? names.map((name) => [name]) : [];
  const seen = new Set<string>();
  return [...singles, ...groups, names].filter((group) => {
    const key = group.join(" ");
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
