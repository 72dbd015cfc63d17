import { type Counterfactual, type FlipTable, flipTable } from "../../metrics/boundary/flip-table.ts";
import type { ExamRun } from "../axis.ts";
import type { Pair } from "../pairs.ts";
import type { BoundaryPolicy } from "./boundary-policies.ts";
import { outcomesAt } from "./probe.ts";
import { startAtPoint, unitPoint } from "./unit-box.ts";

export interface FlipTables {
  /** Size of a change of the start, as a share of the box. */
  readonly step: number;
  /** Starts that were changed. */
  readonly starts: number;
  /** One table a dimension of the box. */
  readonly dimensions: readonly { readonly key: string; readonly table: FlipTable }[];
  /** Other actions from the same start: another policy. */
  readonly otherPolicy: FlipTable;
}

const STEP = 1 / 5;
/** Starts changed, over all policies. */
const STARTS = 32;

/**
 * For the same change, does the outcome flip in both worlds? One dimension of a start at a time, by a fifth of the box up
 * and down where it stays inside; and the policy, which needs no new rollouts.
 * @param near starts near truth's boundary, nearest first.
 */
export async function counterfactualFlips(
  run: ExamRun,
  policies: readonly BoundaryPolicy[],
  near: readonly Pair[],
): Promise<FlipTables> {
  const { scenario, truth, candidate } = run.contract;
  const { dimensions, thresholds } = scenario;
  const starts = near.filter(({ candidateOutcome }) => candidateOutcome.kind !== "fault").slice(0, STARTS);
  const changes = starts.flatMap((pair) => {
    const from = unitPoint(pair.truth.start, dimensions);
    return dimensions.flatMap((_, d) =>
      [-STEP, STEP].flatMap((step) => {
        const to = from.slice();
        to[d] = from[d]! + step;
        return to[d] >= 0 && to[d] <= 1 ? [{ pair, d, to }] : [];
      }),
    );
  });
  const asked = policies.flatMap(({ policy }) => {
    const own = changes.filter(({ pair }) => pair.policy === policy.name);
    const at = own.map(({ pair, to }) => startAtPoint(scenario, to, pair.truth.start));
    return own.length === 0 ? [] : [truth, candidate].map((world) => ({ policy, world, starts: at, own }));
  });
  const outcomes = await outcomesAt(run, asked);
  const found = asked.flatMap(({ own, world }, i) =>
    world !== truth
      ? []
      : own.flatMap(({ pair, d }, k) => {
          const [inTruth, inCandidate] = [outcomes[i]![k]!.kind, outcomes[i + 1]![k]!.kind];
          if (inTruth === "fault" || inCandidate === "fault") return [];
          return [
            {
              d,
              truthFlips: inTruth !== pair.truthOutcome.kind,
              candidateFlips: inCandidate !== pair.candidateOutcome.kind,
              cluster: pair.start,
            },
          ];
        }),
  );
  return {
    step: STEP,
    starts: starts.length,
    dimensions: dimensions.map(({ key }, d) => ({
      key,
      table: flipTable(
        found.filter((one) => one.d === d),
        thresholds.confidence,
      ),
    })),
    otherPolicy: flipTable(betweenPolicies(run.pairs), thresholds.confidence),
  };
}

/** Every two policies from the same start: does taking the one instead of the other flip the outcome? */
function betweenPolicies(pairs: readonly Pair[]): Counterfactual[] {
  const byStart = new Map<number, Pair[]>();
  for (const pair of pairs) {
    if (pair.truthOutcome.kind === "fault" || pair.candidateOutcome.kind === "fault") continue;
    const own = byStart.get(pair.start);
    if (own === undefined) byStart.set(pair.start, [pair]);
    else own.push(pair);
  }
  return [...byStart].flatMap(([cluster, own]) =>
    own.flatMap((one, i) =>
      own.slice(i + 1).map((other) => ({
        truthFlips: one.truthOutcome.kind !== other.truthOutcome.kind,
        candidateFlips: one.candidateOutcome.kind !== other.candidateOutcome.kind,
        cluster,
      })),
    ),
  );
}
