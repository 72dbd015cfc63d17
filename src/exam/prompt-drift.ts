import { wordingOf } from "../core/prompt-drift.ts";
import type { Outcome } from "../core/trace.ts";
import { worldSuccess } from "../metrics/success-rate.ts";
import type { WordingResult } from "../report/result.ts";
import type { PromptStressor } from "../scenario/schema.ts";
import type { Contract, PolicyRef, WorldRef } from "./contract.ts";
import type { Pair } from "./pairs.ts";
import { successOf } from "./policy-results.ts";

/** Why nobody in this exam can be told anything in other words; undefined: somebody can. */
export function whyUntold({ of }: PromptStressor, contract: Contract): string | undefined {
  if (of === "policy") {
    return contract.policies.some(hasGoal)
      ? undefined
      : "no policy of this exam is told its goal in words: none has a prompt among its constants";
  }
  const { truth, candidate } = contract;
  return [truth, candidate].some(hasPrompt)
    ? undefined
    : `neither ${truth.name} nor ${candidate.name} is told anything in words: none has a prompt`;
}

/** Who goes on as ever beside those that are told otherwise. */
export function untoldText({ of }: PromptStressor, { policies, truth, candidate }: Contract): string {
  const untold =
    of === "policy"
      ? policies.filter((policy) => !hasGoal(policy))
      : [truth, candidate].filter((world) => !hasPrompt(world));
  const names = untold.map(({ name }) => name).join(" and ");
  return untold.length === 0
    ? ""
    : `; ${names}, told nothing in words, ${untold.length === 1 ? "goes" : "go"} on as ever`;
}

/** The pairs in which somebody was told something. */
export function toldPairs({ of }: PromptStressor, { policies }: Contract, pairs: readonly Pair[]): Pair[] {
  const told = policies.filter((policy) => of === "world" || hasGoal(policy)).map(({ name }) => name);
  return pairs.filter(({ policy }) => told.includes(policy));
}

/** How it ends in the own words, from all of the starts, and in each wording, from the starts that it was drawn for. */
export function byWording(
  { wordings }: PromptStressor,
  { panel }: Contract,
  { without, under }: { readonly without: readonly Pair[]; readonly under: readonly Pair[] },
): WordingResult[] {
  const drawn = new Map(panel.map(({ index, seed }) => [index, wordingOf(wordings, seed)]));
  const own = without.filter(({ start }) => drawn.has(start));
  return [
    resultOf(null, own),
    ...[...new Set(wordings)].map((wording) => {
      const said = under.filter(({ start }) => drawn.get(start) === wording);
      return resultOf(wording, said);
    }),
  ];
}

function resultOf(wording: string | null, pairs: readonly Pair[]): WordingResult {
  const counts = (outcomeOf: (pair: Pair) => Outcome): WordingResult["truth"] => {
    const { successes, trials, rate } = successOf(worldSuccess(pairs.map((pair) => outcomeOf(pair).kind)));
    return { successes, trials, rate };
  };
  return {
    wording,
    truth: counts(({ truthOutcome }) => truthOutcome),
    candidate: counts(({ candidateOutcome }) => candidateOutcome),
  };
}

function hasGoal({ config }: PolicyRef): boolean {
  return config.kind === "remote" && typeof config.constants[config.promptKey] === "string";
}

function hasPrompt({ config }: WorldRef): boolean {
  return config.kind === "remote" && config.prompt !== undefined;
}
