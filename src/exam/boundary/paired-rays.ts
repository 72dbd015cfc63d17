import { type Crossings, firstCrossings, pointOn, type Ray } from "../../metrics/boundary/first-crossings.ts";
import type { ExamRun } from "../axis.ts";
import type { PolicyRef } from "../contract.ts";
import { outcomesAt } from "./probe.ts";
import { startAtPoint } from "./unit-box.ts";

/** A ray through the scaled box, from a point where both worlds end the same. */
export interface PairedRay {
  readonly policy: PolicyRef;
  readonly ray: Ray;
  readonly insideSucceeds: boolean;
  /** The start whose seed the rollouts share, so that nothing but the point differs. */
  readonly seed: bigint;
  readonly start: number;
}

/** Where truth and the candidate first end otherwise along a ray, as a fraction of it; null: nowhere on it. */
export interface PairedFraction {
  readonly truth: number | null;
  readonly candidate: number | null;
}

/** Points scanned along a ray, then halvings: found to 1/256 of the ray, with 13 rollouts a world. */
const SEARCH = { scan: 8, bisections: 5 };

/** Follows all rays in both worlds together: six rounds of rollouts. A rollout that breaks counts as a failure. */
export async function followRays(
  run: ExamRun,
  rays: readonly PairedRay[],
): Promise<readonly PairedFraction[]> {
  if (rays.length === 0) return [];
  const { scenario, truth, candidate } = run.contract;
  const worlds = [truth, candidate] as const;
  const inside = rays.map(({ insideSucceeds }) => insideSucceeds);
  const searches = worlds.map(() => firstCrossings(inside, SEARCH));
  const steps = searches.map((search) => search.next());
  while (steps.some(({ done }) => done !== true)) {
    /** Every open question of either world: by policy, so that the lanes of a job share one. */
    const open = steps.flatMap((step, w) =>
      step.done === true
        ? []
        : rays
            .map(({ policy }) => policy)
            .filter((policy, i, all) => all.indexOf(policy) === i)
            .map((policy) => ({
              w,
              policy,
              at: step.value.flatMap((query, position) =>
                rays[query.ray]!.policy === policy ? [{ ...query, position }] : [],
              ),
            }))
            .filter(({ at }) => at.length > 0),
    );
    const outcomes = await outcomesAt(
      run,
      open.map(({ w, policy, at }) => ({
        policy,
        world: worlds[w]!,
        starts: at.map(({ ray, at: fraction }) => {
          const { ray: line, seed, start } = rays[ray]!;
          return startAtPoint(scenario, pointOn(line, fraction), { index: start, seed });
        }),
      })),
    );
    searches.forEach((search, w) => {
      const step = steps[w]!;
      if (step.done === true) return;
      const answers = new Array<boolean>(step.value.length);
      open.forEach((one, i) => {
        if (one.w !== w) return;
        one.at.forEach(({ position }, k) => (answers[position] = outcomes[i]![k]!.kind === "success"));
      });
      steps[w] = search.next(answers);
    });
  }
  const [inTruth, inCandidate] = steps.map(({ value }) => value as Crossings);
  return rays.map((_, i) => ({ truth: inTruth![i]!, candidate: inCandidate![i]! }));
}

/** The ray from a point through another, on to the edge of the scaled box. */
export function rayThrough(from: ArrayLike<number>, through: ArrayLike<number>): Ray {
  let longest = Infinity;
  for (let d = 0; d < from.length; d++) {
    const step = through[d]! - from[d]!;
    if (step !== 0) longest = Math.min(longest, ((step > 0 ? 1 : 0) - from[d]!) / step);
  }
  const to = Float64Array.from({ length: from.length }, (_, d) =>
    Math.min(1, Math.max(0, from[d]! + longest * (through[d]! - from[d]!))),
  );
  return { from, to };
}
