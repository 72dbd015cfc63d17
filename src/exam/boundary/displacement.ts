import { lengthOf } from "../../metrics/boundary/first-crossings.ts";
import { nearestDistances } from "../../metrics/boundary/set-distance.ts";
import type { PairedCrossing } from "../../metrics/boundary/signed-displacement.ts";
import type { ExamRun } from "../axis.ts";
import type { Pair } from "../pairs.ts";
import type { BoundaryPolicy } from "./boundary-policies.ts";
import { followRays, type PairedRay, rayThrough } from "./paired-rays.ts";
import { unitPoint } from "./unit-box.ts";

/** Rays of each policy. */
const RAYS = 12;

/** A crossing of a ray and the policy it belongs to. */
export interface PolicyCrossing extends PairedCrossing {
  readonly policy: string;
}

/**
 * The boundary in truth and in the candidate along the same rays, in scaled units. The rays of a policy begin where both
 * worlds succeed, farthest from any failure, and go through starts of the panel that fail in either world, the first 12.
 */
export async function displacementRays(
  run: ExamRun,
  policies: readonly BoundaryPolicy[],
): Promise<readonly PolicyCrossing[]> {
  const rays = policies.flatMap((policy) => raysOf(run, policy));
  const found = await followRays(run, rays);
  return rays.map(({ policy, ray, start, insideSucceeds }, i): PolicyCrossing => ({
    policy: policy.name,
    length: lengthOf(ray),
    insideSucceeds,
    cluster: start,
    ...found[i]!,
  }));
}

function raysOf({ contract }: ExamRun, { policy, pairs }: BoundaryPolicy): PairedRay[] {
  const { dimensions } = contract.scenario;
  const pointOf = ({ truth }: Pair): Float64Array => unitPoint(truth.start, dimensions);
  const succeedsInBoth = (pair: Pair): boolean =>
    pair.truthOutcome.kind === "success" && pair.candidateOutcome.kind === "success";
  const common = pairs.filter(succeedsInBoth);
  const failing = pairs.filter((pair) => !succeedsInBoth(pair));
  if (common.length === 0) return [];
  const depths = nearestDistances(common.map(pointOf), failing.map(pointOf));
  const deepest = common[depths.indexOf(depths.reduce((most, depth) => Math.max(most, depth)))]!;
  const from = pointOf(deepest);
  return failing.slice(0, RAYS).map((target) => ({
    policy,
    ray: rayThrough(from, pointOf(target)),
    insideSucceeds: true,
    seed: deepest.truth.start.seed,
    start: target.start,
  }));
}
