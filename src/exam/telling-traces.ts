import type { Images } from "../core/picture.ts";
import { BREAK_WORDS, type Persistence, type TraceLink } from "../report/result.ts";
import type { Pair } from "./pairs.ts";

/** A pair worth looking at, and where its two traces are kept. */
export interface TellingPair {
  readonly link: TraceLink;
  readonly pair: Pair;
  /** What goes with its traces, of each world that has any to go with them. */
  readonly pictures?: { readonly truth?: Images; readonly candidate?: Images };
}

type PersistenceEvent = Persistence["events"][number];

/** Decision flips that are kept for the maps of the report to lead to. */
const MOST_FLIPS = 12;

/**
 * The pairs that show most: the worst decision flips in either direction, for all policies together and for each, the
 * first fault, the longest break of object persistence, and further flips up to twelve; and where nothing went wrong, the closest calls. Never fewer than two (if there are two pairs).
 * @param events what happened to objects, what lasted longest first
 */
export function tellingPairs(
  pairs: readonly Pair[],
  events: readonly PersistenceEvent[] = [],
): readonly TellingPair[] {
  const found = new Map<Pair, string>();
  const add = (why: string, candidates: readonly Pair[], weight: (pair: Pair) => number): void => {
    const worst = candidates.reduce<Pair | undefined>(
      (best, pair) => (best === undefined || weight(pair) > weight(best) ? pair : best),
      undefined,
    );
    if (worst !== undefined && !found.has(worst)) found.set(worst, why);
  };
  const wrongPass = pairs.filter((pair) => outcomesAre(pair, "failure", "success"));
  const wrongFail = pairs.filter((pair) => outcomesAre(pair, "success", "failure"));
  const faulted = pairs.filter(({ candidateOutcome }) => candidateOutcome.kind === "fault");

  add("the worst wrong pass: truth fails, the candidate succeeds", wrongPass, contradiction);
  add("the worst wrong fail: truth succeeds, the candidate fails", wrongFail, contradiction);
  add("the first fault of the candidate", faulted, () => 0);
  for (const policy of new Set(pairs.map((pair) => pair.policy))) {
    const own = (list: readonly Pair[]): Pair[] => list.filter((pair) => pair.policy === policy);
    add(`the worst wrong pass of ${policy}`, own(wrongPass), contradiction);
    add(`the worst wrong fail of ${policy}`, own(wrongFail), contradiction);
  }
  const broken = events.find(({ drive }) => drive === "closedLoop");
  const lost = pairs.find(({ policy, start }) => policy === broken?.policy && start === broken.start);
  if (broken !== undefined && lost !== undefined) {
    // Also where that pair is kept already: nothing else says what there is to see of the object, and when.
    found.set(lost, [found.get(lost), breakText(broken)].filter((why) => why !== undefined).join("; "));
  }
  const flips = [...wrongPass, ...wrongFail].toSorted((a, b) => contradiction(b) - contradiction(a));
  let kept = flips.filter((pair) => found.has(pair)).length;
  for (const pair of flips) {
    if (kept >= MOST_FLIPS) break;
    if (found.has(pair)) continue;
    found.set(
      pair,
      `a further wrong ${outcomesAre(pair, "failure", "success") ? "pass" : "fail"} of ${pair.policy}`,
    );
    kept++;
  }
  const agreeing = pairs.filter(
    ({ truthOutcome, candidateOutcome }) =>
      truthOutcome.kind === candidateOutcome.kind && truthOutcome.kind !== "fault",
  );
  for (const kind of ["success", "failure"] as const) {
    if (found.size >= 2) break;
    add(
      `the closest call that both worlds judge a ${kind}`,
      agreeing.filter(({ truthOutcome }) => truthOutcome.kind === kind),
      ({ truthOutcome }) => -Math.abs(truthOutcome.margin!),
    );
  }
  return [...found].map(([pair, why]) => ({
    pair,
    link: { path: `traces/${fileName(pair)}.mcap`, why, policy: pair.policy, start: pair.start },
  }));
}

/** A policy may be an address or a path. */
function fileName({ policy, start }: Pair): string {
  return `${policy.replaceAll(/[^\w.-]+/g, "-")}-${start}`;
}

function outcomesAre(pair: Pair, truth: string, candidate: string): boolean {
  return pair.truthOutcome.kind === truth && pair.candidateOutcome.kind === candidate;
}

function breakText({ object, kind, as, atSec, steps }: PersistenceEvent): string {
  const what = `${object} ${BREAK_WORDS[kind]}${as === null ? "" : ` (${as})`}`;
  return `the longest break of object persistence: ${what} at ${atSec.toFixed(2)} s, for ${steps === 1 ? "1 step" : `${steps} steps`}`;
}

/** How far apart the two verdicts are: by the nearer of the two margins, so that both must be clear. */
function contradiction({ truthOutcome, candidateOutcome }: Pair): number {
  return Math.min(Math.abs(truthOutcome.margin!), Math.abs(candidateOutcome.margin!));
}
