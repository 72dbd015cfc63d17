import { measureOf } from "../exam/measure.ts";
import { type Estimate, isDefined } from "../metrics/estimate.ts";
import { type DivergenceTime, pairedDivergence } from "../metrics/paired-divergence.ts";
import { pairedValidity } from "../metrics/paired-validity.ts";
import type { ComparedCandidate, ComparedPair } from "../report/comparison.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import {
  AXES,
  AXIS_TITLES,
  type AxisName,
  type AxisResult,
  CHECK_TITLES,
  CHECKS,
  type CheckName,
} from "../report/result.ts";

/** A candidate with its rollouts. */
export interface ExaminedCandidate {
  readonly candidate: ComparedCandidate;
  readonly rows: readonly EpisodeRow[];
}

/** Two candidates on the same rollouts of truth. */
export function comparePair(
  a: ExaminedCandidate,
  b: ExaminedCandidate,
  { seed, confidence }: { readonly seed: bigint; readonly confidence: number },
): ComparedPair {
  const [first, second] = [a.candidate.label, b.candidate.label];
  const rollouts = pairedRollouts(a.rows, b.rows);
  const { youden, agreement } = pairedValidity(rollouts, confidence);
  const lasting = pairedDivergence(
    rollouts.map(({ start, times }) => ({ start, first: times[0], second: times[1] })),
    { seed, confidence, name: `first divergence, ${first}, ${second}` },
  );
  const winner = (estimate: Estimate): string | null => {
    const sign = decided(estimate);
    return sign === 0 ? null : sign > 0 ? first : second;
  };
  const pair = {
    first,
    second,
    validity: measureOf(youden),
    agreement: measureOf(agreement),
    better: winner(youden),
    policies: [...new Set(rollouts.map(({ policy }) => policy))].map((policy) => {
      const own = pairedValidity(
        rollouts.filter((one) => one.policy === policy),
        confidence,
      );
      return { policy, agreement: measureOf(own.agreement), better: winner(own.agreement) };
    }),
    lasts: measureOf(lasting),
    earlier: { [first]: second, [second]: first }[winner(lasting) ?? ""] ?? null,
    separates: separatingAxis(a.candidate, b.candidate),
  };
  return { ...pair, sentence: sentenceOf(pair, a.candidate, b.candidate) };
}

interface PairedRollout {
  readonly policy: string;
  readonly start: number;
  readonly truth: EpisodeRow["outcome"];
  readonly first: EpisodeRow["outcome"];
  readonly second: EpisodeRow["outcome"];
  readonly times: readonly [DivergenceTime, DivergenceTime];
}

function pairedRollouts(a: readonly EpisodeRow[], b: readonly EpisodeRow[]): PairedRollout[] {
  const keyOf = ({ policy, start, role }: EpisodeRow): string => `${role} ${policy} ${start}`;
  const first = new Map(a.map((row) => [keyOf(row), row]));
  const second = new Map(b.map((row) => [keyOf(row), row]));
  return a
    .filter(({ role }) => role === "truth")
    .map((truth) => {
      const key = keyOf({ ...truth, role: "candidate" });
      const [one, other] = [first.get(key)!, second.get(key)!];
      return {
        policy: truth.policy,
        start: truth.start,
        truth: truth.outcome,
        first: one.outcome,
        second: other.outcome,
        times: [divergenceTime(truth, one), divergenceTime(truth, other)],
      };
    });
}

function divergenceTime(truth: EpisodeRow, candidate: EpisodeRow): DivergenceTime {
  return {
    timeSec: candidate.firstDivergenceSec,
    comparedSec: Math.min(truth.durationSec, candidate.durationSec),
  };
}

/** The sign of a difference whose interval excludes 0; 0 where it does not. */
function decided(estimate: Estimate): number {
  if (!isDefined(estimate) || estimate.interval === undefined) return 0;
  const [lower, upper] = estimate.interval;
  return lower > 0 ? 1 : upper < 0 ? -1 : 0;
}

function separatingAxis(a: ComparedCandidate, b: ComparedCandidate): ComparedPair["separates"] {
  const of = ({ axes, checks }: ComparedCandidate): Record<AxisName | CheckName, AxisResult> => ({
    ...axes,
    ...checks,
  });
  let widest: ComparedPair["separates"] = null;
  let most = 0;
  for (const name of [...AXES, ...CHECKS]) {
    const [first, second] = [of(a)[name], of(b)[name]];
    if (first.interval === null || second.interval === null) continue;
    const gap = Math.max(first.interval[0] - second.interval[1], second.interval[0] - first.interval[1]);
    if (gap <= most) continue;
    most = gap;
    const higher = first.interval[0] > second.interval[1] ? a.label : b.label;
    widest = { name, higher, first, second };
  }
  return widest;
}

function sentenceOf(
  { first, second, better, earlier, separates }: Omit<ComparedPair, "sentence">,
  a: ComparedCandidate,
  b: ComparedCandidate,
): string {
  const said =
    better === null
      ? `Which of ${first} and ${second} ends more often as truth ends is not decided by these rollouts.`
      : `${better} ends more often as truth ends than ${better === first ? second : first} does.`;
  const titles = { ...AXIS_TITLES, ...CHECK_TITLES };
  const channel = (earlier === first ? a : b).divergence.channels[0]?.channel;
  const left =
    earlier === null
      ? "Neither is shown to leave truth earlier."
      : `${earlier} leaves truth earlier${channel === undefined ? "" : `, most often in ${channel}`}.`;
  const apart =
    separates === null
      ? "No axis has its intervals apart."
      : `What separates them most is ${titles[separates.name].toLowerCase()}: ${separates.higher} is higher.`;
  return `${said} ${left} ${apart}`;
}
