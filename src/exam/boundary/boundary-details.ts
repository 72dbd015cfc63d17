import { type Estimate, undefinedEstimate } from "../../metrics/estimate.ts";
import { type MarginPair, marginPreservation } from "../../metrics/boundary/margin-preservation.ts";
import { regionMeasures } from "../../metrics/boundary/region-measures.ts";
import { setDistance } from "../../metrics/boundary/set-distance.ts";
import { signedDisplacement } from "../../metrics/boundary/signed-displacement.ts";
import { zeroSetDistances } from "../../metrics/boundary/zero-set.ts";
import type { FlipTable } from "../../metrics/boundary/flip-table.ts";
import type { Boundary } from "../../report/result.ts";
import type { ExamRun } from "../axis.ts";
import { measureOf } from "../measure.ts";
import type { Pair } from "../pairs.ts";
import { boundaryMap } from "./boundary-map.ts";
import type { FlipTables } from "./counterfactual-flips.ts";
import type { PolicyCrossing } from "./displacement.ts";
import { type NearScore, outcomePair } from "./near-score.ts";
import type { ParameterBoundary } from "./parameter-boundaries.ts";
import { type PolicySurrogates, SAMPLING, sobolPool } from "./surrogates.ts";

export interface BoundaryParts {
  readonly score: NearScore;
  readonly surrogates: readonly PolicySurrogates[];
  readonly rays: readonly PolicyCrossing[];
  readonly flips: FlipTables;
  readonly parameters: readonly ParameterBoundary[];
}

/** Points on each zero set whose distance to the other is taken. */
const ZEROS = 192;

/** Smallest margin of truth first. */
export function orderedByMargin(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.toSorted(
    (a, b) => Math.abs(a.truthOutcome.margin!) - Math.abs(b.truthOutcome.margin!) || a.start - b.start,
  );
}

export function boundaryDetails(run: ExamRun, parts: BoundaryParts): Boundary {
  const { score, surrogates, rays, flips, parameters } = parts;
  const { bandMargin } = run.contract.scenario.thresholds;
  const all = score.scored.flatMap(({ pairs }) => pairs);
  const gaps = gapsOf(run, surrogates);
  const sampled = surrogates.filter(({ extra }) => extra > 0);
  return {
    ...regionOf(run, all, "all"),
    ...distancesOf(run, [...gaps.values()].flat(), rays, "all"),
    margins: marginsOf(run, all, "all"),
    band: {
      ...regionOf(run, score.near, "band"),
      delta: bandMargin,
      widened: score.widened,
      farthest: orderedByMargin(score.near).at(-1)?.truthOutcome.margin ?? null,
      starts: new Set(score.near.map(({ start }) => start)).size,
      margins: marginsOf(run, score.near, "band"),
    },
    policies: score.scored.map(({ policy: { name: policy }, pairs }, i) => {
      const { truth, extra, unsettled } = surrogates[i]!;
      return {
        policy,
        ...regionOf(run, pairs, policy),
        ...distancesOf(
          run,
          gaps.get(policy) ?? [],
          rays.filter((ray) => ray.policy === policy),
          policy,
        ),
        margins: marginsOf(run, pairs, policy),
        nearAgreement: measureOf(score.policies[i]!.score),
        surface: {
          truthRollouts: truth.points.length,
          drawn: extra,
          unsettledBefore: unsettled.before,
          unsettledAfter: unsettled.after,
        },
      };
    }),
    oneSided: score.oneSided.map((one) => ({ ...one })),
    flips: {
      step: flips.step,
      starts: flips.starts,
      dimensions: flips.dimensions.map(({ key, table }) => ({ key, ...flipsOf(table) })),
      otherPolicy: flipsOf(flips.otherPolicy),
    },
    parameters: parameters.map(({ dimension, displacement, crossings }) => ({
      parameter: dimension.key,
      unit: dimension.unit,
      bias: measureOf(displacement.bias),
      n: displacement.rays,
      censored: displacement.censored,
      crossings: crossings.map((one) => ({ ...one })),
    })),
    sampling: {
      budget: SAMPLING.budget,
      spent: sampled.reduce((sum, { extra }) => sum + extra, 0),
      policies: sampled.map(({ policy }) => policy),
    },
    map: boundaryMap(run, score.scored, surrogates),
  };
}

type Region = Pick<
  Boundary,
  "tp" | "fp" | "fn" | "tn" | "iou" | "falsePassRate" | "falseDiscoveryRate" | "falseFailRate" | "mcc"
>;

function regionOf({ contract }: ExamRun, pairs: readonly Pair[], name: string): Region {
  const { confusion, iou, falsePass, falseDiscovery, falseFail, mcc } = regionMeasures(
    pairs.map(outcomePair),
    {
      seed: contract.seed,
      confidence: contract.scenario.thresholds.confidence,
      name: `boundary region, ${name}`,
    },
  );
  return {
    tp: confusion.truePass,
    fp: confusion.falsePass,
    fn: confusion.falseFail,
    tn: confusion.trueFail,
    iou: measureOf(iou),
    falsePassRate: measureOf(falsePass),
    falseDiscoveryRate: measureOf(falseDiscovery),
    falseFailRate: measureOf(falseFail),
    mcc: measureOf(mcc),
  };
}

function marginsOf({ contract }: ExamRun, pairs: readonly Pair[], name: string): Boundary["margins"] {
  const known = pairs.flatMap(({ truthOutcome, candidateOutcome, start }): MarginPair[] =>
    truthOutcome.margin === null || candidateOutcome.margin === null
      ? []
      : [{ truth: truthOutcome.margin, candidate: candidateOutcome.margin, cluster: start }],
  );
  const { signAgreement, spearman } = marginPreservation(known, {
    seed: contract.seed,
    confidence: contract.scenario.thresholds.confidence,
    name: `margins, ${name}`,
  });
  return { signAgreement: measureOf(signAgreement), spearman: measureOf(spearman) };
}

/** Distances of points on either zero set to the other. */
interface Gap {
  readonly fromFirst: Float64Array;
  readonly fromSecond: Float64Array;
}

function gapsOf({ contract }: ExamRun, surrogates: readonly PolicySurrogates[]): Map<string, Gap[]> {
  const pool = sobolPool(contract.scenario.dimensions.length, contract.seed)(0);
  return new Map(
    surrogates.map(({ policy, truth, candidate }) => {
      const gap =
        candidate === undefined ? undefined : zeroSetDistances(truth.process, candidate.process, pool, ZEROS);
      return [policy, gap === undefined ? [] : [gap]];
    }),
  );
}

function distancesOf(
  { contract }: ExamRun,
  gaps: readonly Gap[],
  rays: readonly PolicyCrossing[],
  name: string,
): Pick<Boundary, "meanSymmetric" | "hausdorff" | "hausdorff95" | "bias" | "rays"> {
  const joined = (of: keyof Gap): Float64Array =>
    Float64Array.from(gaps.flatMap((gap) => Array.from(gap[of])));
  const [fromFirst, fromSecond] = [joined("fromFirst"), joined("fromSecond")];
  const n = fromFirst.length + fromSecond.length;
  const found = n === 0 ? undefined : setDistance(fromFirst, fromSecond);
  // Without an interval: resampling points of a surface says nothing of how well the surface itself is known.
  const measure = (of: "meanSymmetric" | "hausdorff" | "hausdorff95"): Estimate =>
    found === undefined
      ? undefinedEstimate(
          "the surface through the margins of one of the two worlds has one sign in the whole box",
        )
      : { value: found[of], n };
  const displacement = signedDisplacement(rays, {
    seed: contract.seed,
    confidence: contract.scenario.thresholds.confidence,
    name: name === "all" ? "displacement of the boundary" : `displacement, ${name}`,
  });
  return {
    meanSymmetric: measureOf(measure("meanSymmetric")),
    hausdorff: measureOf(measure("hausdorff")),
    hausdorff95: measureOf(measure("hausdorff95")),
    bias: measureOf(displacement.bias),
    rays: { n: displacement.rays, censored: displacement.censored },
  };
}

function flipsOf({ agreement, found, real, ...counts }: FlipTable): Boundary["flips"]["otherPolicy"] {
  return {
    ...counts,
    agreement: measureOf(agreement),
    found: measureOf(found),
    real: measureOf(real),
  };
}
