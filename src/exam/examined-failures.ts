import { RandomStream } from "../core/random.ts";
import type { Pair } from "./pairs.ts";

/** In what way a candidate decided otherwise than truth. */
export type FailureKind = "wrong pass" | "wrong fail" | "fault";

export interface Failure {
  readonly pair: Pair;
  readonly kind: FailureKind;
}

const MOST_OF_A_KIND = 12;
/** So many at least, where there are as many: a share of fewer says little. */
const ENOUGH = 24;

/** Every pair that the candidate decides otherwise than truth. Pairs in which truth itself broke say nothing. */
export function failuresOf(pairs: readonly Pair[]): readonly Failure[] {
  return pairs.flatMap((pair) => {
    const [truth, candidate] = [pair.truthOutcome.kind, pair.candidateOutcome.kind];
    if (truth === "fault" || truth === candidate) return [];
    const kind = candidate === "fault" ? "fault" : candidate === "success" ? "wrong pass" : "wrong fail";
    return [{ pair, kind }];
  });
}

/**
 * Those worth the rollouts: of each kind and policy the worst one (the first of the faults), then others at random, so
 * that their shares stand for the rest; 12 of a kind, and 24 in all where there are as many.
 */
export function chooseFailures(failures: readonly Failure[], seed: bigint): readonly Failure[] {
  const ordered = (["wrong pass", "wrong fail", "fault"] as const).map((kind) =>
    inTurn(
      failures.filter((failure) => failure.kind === kind),
      new RandomStream(seed, "attribution", kind),
    ),
  );
  const chosen = ordered.flatMap((list) => list.slice(0, MOST_OF_A_KIND));
  const rest = ordered.map((list) => list.slice(MOST_OF_A_KIND));
  for (let i = 0; chosen.length < ENOUGH && rest.some((list) => list.length > i); i++) {
    for (const list of rest) if (list.length > i && chosen.length < ENOUGH) chosen.push(list[i]!);
  }
  return chosen;
}

/** One of each policy in turn. */
function inTurn(failures: readonly Failure[], stream: RandomStream): readonly Failure[] {
  const policies = [...new Set(failures.map(({ pair }) => pair.policy))];
  const queues = policies.map((policy, p) => {
    const own = failures.filter(({ pair }) => pair.policy === policy);
    const worst = own.reduce((a, b) => (contradiction(b) > contradiction(a) ? b : a));
    const others = own
      .filter((failure) => failure !== worst)
      .map((failure) => ({ failure, at: stream.uniform(failure.pair.start, p) }))
      .sort((a, b) => a.at - b.at);
    return [worst, ...others.map(({ failure }) => failure)];
  });
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, i) => queues.flatMap((queue) => queue[i] ?? [])).flat();
}

/** How far apart the two verdicts are: by the nearer of the two margins. A fault has none: the first one counts. */
function contradiction({ pair: { truthOutcome, candidateOutcome } }: Failure): number {
  if (truthOutcome.margin === null || candidateOutcome.margin === null) return 0;
  return Math.min(Math.abs(truthOutcome.margin), Math.abs(candidateOutcome.margin));
}
