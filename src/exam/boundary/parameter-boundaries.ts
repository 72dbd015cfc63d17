import { lengthOf, type Ray } from "../../metrics/boundary/first-crossings.ts";
import { type Displacement, signedDisplacement } from "../../metrics/boundary/signed-displacement.ts";
import type { StartDimension } from "../../scenario/scenario.ts";
import type { ExamRun } from "../axis.ts";
import type { Pair } from "../pairs.ts";
import type { BoundaryPolicy } from "./boundary-policies.ts";
import { followRays, type PairedFraction, type PairedRay } from "./paired-rays.ts";
import { unitPoint, valueAt } from "./unit-box.ts";

/** The value of a parameter at which a rollout ends otherwise, everything else about its start kept. */
export interface ParameterCrossing extends PairedFraction {
  readonly policy: string;
  readonly start: number;
  /** Of the start itself, in the parameter's unit, like the two values where the outcome changes. */
  readonly from: number;
  readonly truth: number | null;
  readonly candidate: number | null;
}

export interface ParameterBoundary {
  readonly dimension: StartDimension;
  /** In the parameter's unit. */
  readonly displacement: Displacement;
  readonly crossings: readonly ParameterCrossing[];
}

/** Starts looked at, over all policies. */
const STARTS = 8;

/**
 * Where along each parameter the outcome changes, in truth and in the candidate: from starts near the boundary that end
 * alike in both worlds, down and up to the ends of the parameter's range.
 * @param near starts near truth's boundary, nearest first.
 */
export async function parameterBoundaries(
  run: ExamRun,
  policies: readonly BoundaryPolicy[],
  near: readonly Pair[],
): Promise<readonly ParameterBoundary[]> {
  const { scenario, seed } = run.contract;
  const { dimensions, thresholds } = scenario;
  const parameters = dimensions.flatMap(({ target }, d) => (target.kind === "parameter" ? [d] : []));
  const starts = near
    .filter(({ truthOutcome, candidateOutcome }) => truthOutcome.kind === candidateOutcome.kind)
    .slice(0, STARTS);
  const rays = parameters.flatMap((d) =>
    starts.flatMap((pair) =>
      [0, 1].map((end): PairedRay & { readonly d: number; readonly pair: Pair } => ({
        d,
        pair,
        policy: policies.find(({ policy }) => policy.name === pair.policy)!.policy,
        ray: along(unitPoint(pair.truth.start, dimensions), d, end),
        insideSucceeds: pair.truthOutcome.kind === "success",
        seed: pair.truth.start.seed,
        start: pair.start,
      })),
    ),
  );
  const found = await followRays(run, rays);
  return parameters.map((d) => {
    const dimension = dimensions[d]!;
    const [lower, upper] = dimension.range;
    const own = rays.flatMap((ray, i) => (ray.d === d ? [{ ...ray, found: found[i]! }] : []));
    const value = (ray: Ray, at: number | null): number | null =>
      at === null ? null : valueAt(dimension.range, ray.from[d]! + at * (ray.to[d]! - ray.from[d]!));
    return {
      dimension,
      displacement: signedDisplacement(
        own.map((one) => ({
          ...one.found,
          length: lengthOf(one.ray) * (upper - lower),
          insideSucceeds: one.insideSucceeds,
          cluster: one.start,
        })),
        { seed, confidence: thresholds.confidence, name: `parameter ${dimension.key}` },
      ),
      crossings: own
        .filter((one) => one.found.truth !== null || one.found.candidate !== null)
        .map((one) => ({
          policy: one.pair.policy,
          start: one.start,
          from: valueAt(dimension.range, one.ray.from[d]!),
          truth: value(one.ray, one.found.truth),
          candidate: value(one.ray, one.found.candidate),
        })),
    };
  });
}

function along(from: Float64Array, d: number, end: number): Ray {
  const to = from.slice();
  to[d] = end;
  return { from, to };
}
