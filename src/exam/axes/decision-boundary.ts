import { type Estimate, isDefined } from "../../metrics/estimate.ts";
import { signedDisplacement } from "../../metrics/boundary/signed-displacement.ts";
import type { Boundary } from "../../report/result.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { boundaryDetails, orderedByMargin } from "../boundary/boundary-details.ts";
import { counterfactualFlips } from "../boundary/counterfactual-flips.ts";
import { displacementRays } from "../boundary/displacement.ts";
import { type NearScore, nearScore, worstPolicy } from "../boundary/near-score.ts";
import { parameterBoundaries } from "../boundary/parameter-boundaries.ts";
import { boundarySurrogates } from "../boundary/surrogates.ts";
import { axisResult } from "../measure.ts";

type Details = Boundary | { readonly undefined: string };

/**
 * Does the verdict flip where truth's flips? The share of rollouts near truth's boundary that end in the candidate as in
 * truth, policies × panel. What is drawn besides (rays, changed starts, active sampling) tells where and which way the
 * candidate's boundary lies off, and is in no rate.
 */
export const decisionBoundary: Axis<Details> = {
  name: "decisionBoundary",
  async measure(run: ExamRun): Promise<Finding<Details>> {
    const { scenario, truth } = run.contract;
    const { decisionBoundary: threshold, bandMargin, confidence } = scenario.thresholds;
    const score = nearScore(run);
    if (!isDefined(score.score)) {
      return {
        axis: axisResult(score.score, threshold, ""),
        details: { undefined: score.score.undefined },
      };
    }
    if (!truth.respondsToActions || scenario.dimensions.length === 0) {
      const reason = truth.respondsToActions
        ? "the scenario varies no start dimension"
        : `${truth.name} is a recording: it cannot be rolled out from other starts`;
      return {
        axis: axisResult(score.score, threshold, explain(score, undefined, bandMargin)),
        details: { undefined: reason },
      };
    }
    const near = orderedByMargin(score.near);
    const surrogates = await boundarySurrogates(run, score.scored);
    const rays = await displacementRays(run, score.scored);
    const flips = await counterfactualFlips(run, score.scored, near);
    const parameters = await parameterBoundaries(run, score.scored, near);
    const { bias } = signedDisplacement(rays, {
      seed: run.contract.seed,
      confidence,
      name: "displacement of the boundary",
    });
    return {
      axis: axisResult(score.score, threshold, explain(score, bias, bandMargin)),
      details: boundaryDetails(run, { score, surrogates, rays, flips, parameters }),
    };
  },
};

/** The score alone, without a further rollout: what a panel of defects or stressors can afford. */
export function decisionBoundaryScore(run: ExamRun): Finding<Details>["axis"] {
  const { decisionBoundary: threshold, bandMargin } = run.contract.scenario.thresholds;
  const score = nearScore(run);
  return axisResult(
    score.score,
    threshold,
    isDefined(score.score) ? explain(score, undefined, bandMargin) : "",
  );
}

function explain(found: NearScore, bias: Estimate | undefined, delta: number): string {
  const { near, widened, oneSided } = found;
  const agree = near.filter(
    ({ truthOutcome, candidateOutcome }) => truthOutcome.kind === candidateOutcome.kind,
  ).length;
  const parts = [`${agree} of ${near.length} rollouts near the boundary end as in truth`];
  if (bias !== undefined && isDefined(bias)) parts.push(direction(bias));
  const worst = worstPolicy(found);
  if (worst !== undefined) parts.push(`${worst.policy} agrees least (${(100 * worst.value).toFixed(0)} %)`);
  const notes: string[] = [];
  if (widened) {
    notes.push(
      `fewer than 12 successes or failures of truth lie within ${delta} tolerances of the boundary: the nearest fifth of either stands for it`,
    );
  }
  if (oneSided.length > 0)
    notes.push(
      `not scored, because truth has one outcome only: ${oneSided.map(({ policy }) => policy).join(", ")}`,
    );
  return [parts.join(", "), ...notes].join("; ");
}

function direction({
  value,
  interval,
}: Estimate & { value: number; interval?: readonly [number, number] }): string {
  const size = `${Math.abs(value).toFixed(3)} of the box's side`;
  if (value === 0) return "its boundary lies where truth's does";
  const sure = interval !== undefined && (interval[0] > 0 || interval[1] < 0);
  const [where, word] = value > 0 ? ["beyond", "optimistic"] : ["short of", "pessimistic"];
  return `its boundary lies ${size} ${where} truth's (${word}${sure ? "" : ", though not for sure"})`;
}
