import { RandomStream } from "./random.ts";

/** Other wordings of what a model is told in text, and from which control step on it is told one of them. */
export interface PromptDrift {
  readonly wordings: readonly string[];
  readonly fromStep: number;
}

/** The wording of an episode follows from its start's seed alone, so that truth and candidate are told the same. */
export function wordingOf(wordings: readonly string[], seed: bigint): string {
  return wordings[new RandomStream(seed, "prompt drift").integer(wordings.length, 0)]!;
}

/** What is said at a control step instead of `own`, or that. */
export function saidAt(own: string, drift: PromptDrift | undefined, seed: bigint, step: number): string {
  return drift === undefined || step < drift.fromStep ? own : wordingOf(drift.wordings, seed);
}
