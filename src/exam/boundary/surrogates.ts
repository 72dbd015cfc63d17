import { RandomStream } from "../../core/random.ts";
import type { Outcome } from "../../core/trace.ts";
import {
  activeSampling,
  type Design,
  type Surrogate,
  surrogateOf,
  unsettledShare,
} from "../../metrics/boundary/active-sampling.ts";
import { SOBOL_DIMENSIONS, sobolDimension } from "../../scenario/sobol.ts";
import type { ExamRun } from "../axis.ts";
import type { BoundaryPolicy } from "./boundary-policies.ts";
import { outcomesAt } from "./probe.ts";
import { startAtPoint, unitPoint } from "./unit-box.ts";

/** The margins of one policy over the box, in truth and in the candidate, from the same design. */
export interface PolicySurrogates {
  readonly policy: string;
  readonly truth: Surrogate;
  /** Undefined: the candidate has fewer than two margins, or they are all of one sign. */
  readonly candidate: Surrogate | undefined;
  /** Truth rollouts beyond the panel that were spent on it. */
  readonly extra: number;
  /** Expected share of the box on the wrong side of truth's surface, before and after those. */
  readonly unsettled: { readonly before: number; readonly after: number };
  /** Start of the panel of each point of the design; null: drawn by active sampling. */
  readonly starts: readonly (number | null)[];
}

/** Truth rollouts spent beyond the panel, and on how many policies: those whose boundary is least settled. */
export const SAMPLING = { budget: 128, batch: 16, policies: 2 } as const;
const POOL = 768;

/**
 * Surfaces through the margins of every policy. The panel is the first design of all; for the policies whose boundary it
 * settles least, further starts are drawn where the sign of truth's margin is most open, and rolled out in both worlds.
 */
export async function boundarySurrogates(
  run: ExamRun,
  policies: readonly BoundaryPolicy[],
): Promise<readonly PolicySurrogates[]> {
  const { scenario, seed } = run.contract;
  const pool = sobolPool(scenario.dimensions.length, seed);
  const reference = pool(0);
  const first = policies.map((policy) => {
    const design = panelDesign(run, policy);
    const surrogate = surrogateOf(design);
    return { ...policy, design, surrogate, before: unsettledShare(surrogate.process, reference) };
  });
  const open = first
    .toSorted((a, b) => b.before - a.before)
    .slice(0, SAMPLING.policies)
    .filter(({ before }) => before > 0);
  const rounds = open.length === 0 ? 0 : Math.floor(SAMPLING.budget / open.length / SAMPLING.batch);
  const batches = new Array<number>(rounds).fill(SAMPLING.batch);
  const searches = open.map(({ policy, design, surrogate }, i) => ({
    policy,
    search: activeSampling(design, (round) => pool(1 + round * open.length + i), batches, surrogate),
    drawn: [] as Float64Array[],
  }));
  const steps = searches.map(({ search }) => search.next());
  let index = run.contract.panel.length;
  while (steps.some(({ done }) => done !== true)) {
    const asks = steps.map((step, i) => {
      const points = step.done === true ? [] : step.value;
      searches[i]!.drawn.push(...points);
      return {
        policy: searches[i]!.policy,
        world: run.contract.truth,
        starts: points.map((point) => drawnStart(run, point, index++)),
      };
    });
    const outcomes = await outcomesAt(run, asks);
    steps.forEach((step, i) => {
      if (step.done === true) return;
      steps[i] = searches[i]!.search.next(outcomes[i]!.map(({ margin }) => margin));
    });
  }
  const sampled = new Map(
    searches.map(({ policy, drawn }, i) => [policy.name, { drawn, truth: steps[i]!.value as Surrogate }]),
  );
  return withCandidates(
    run,
    first.map(({ policy, pairs, design, surrogate, before }) => {
      const { truth, drawn } = sampled.get(policy.name) ?? { truth: surrogate, drawn: [] };
      const after = drawn.length === 0 ? before : unsettledShare(truth.process, reference);
      return { policy, pairs, design, truth, drawn, unsettled: { before, after } };
    }),
  );
}

type Sampled = BoundaryPolicy & {
  readonly design: Design;
  readonly truth: Surrogate;
  readonly drawn: readonly Float64Array[];
  readonly unsettled: PolicySurrogates["unsettled"];
};

/** The candidate at the same starts, its surface with truth's kernel and bend: what differs is the margins alone. */
async function withCandidates(run: ExamRun, sampled: readonly Sampled[]): Promise<PolicySurrogates[]> {
  const { candidate, panel, scenario } = run.contract;
  const outcomes = await outcomesAt(
    run,
    sampled.map(({ policy, truth, design }) => ({
      policy,
      world: candidate,
      starts: truth.points
        .slice(design.points.length)
        .map((point, k) => drawnStart(run, point, panel.length + k)),
    })),
  );
  return sampled.map(({ policy, pairs, design, truth, drawn, unsettled }, i) => {
    const known = (outcome: Outcome): boolean => outcome.margin !== null;
    const fromPanel = pairs.filter(({ candidateOutcome }) => known(candidateOutcome));
    const further = truth.points.slice(design.points.length);
    const points = [
      ...fromPanel.map((pair) => unitPoint(pair.truth.start, scenario.dimensions)),
      ...further.filter((_, k) => known(outcomes[i]![k]!)),
    ];
    const margins = [
      ...fromPanel.map(({ candidateOutcome }) => candidateOutcome.margin!),
      ...outcomes[i]!.flatMap(({ margin }) => (margin === null ? [] : [margin])),
    ];
    const oneSided = margins.every((margin) => margin > 0) || margins.every((margin) => margin <= 0);
    return {
      policy: policy.name,
      truth,
      candidate: oneSided
        ? undefined
        : surrogateOf({ points, margins }, { kernel: truth.process.kernel, scale: truth.scale }),
      extra: drawn.length,
      unsettled,
      starts: [...pairs.map(({ start }) => start), ...further.map(() => null)],
    };
  });
}

function panelDesign({ contract }: ExamRun, { pairs }: BoundaryPolicy): Design {
  return {
    points: pairs.map(({ truth }) => unitPoint(truth.start, contract.scenario.dimensions)),
    margins: pairs.map(({ truthOutcome }) => truthOutcome.margin!),
  };
}

/** Rollouts from a drawn point have a seed that the point alone decides: the same in truth and candidate. */
function drawnStart({ contract }: ExamRun, point: Float64Array, index: number) {
  const stream = new RandomStream(contract.seed, "boundary start", Array.from(point).join(" "));
  return startAtPoint(contract.scenario, point, { index, seed: stream.seed(0) });
}

/** Blocks of the Sobol sequence, shifted; uniform points where the box has more dimensions than it. */
export function sobolPool(dimensions: number, seed: bigint): (block: number) => readonly Float64Array[] {
  const stream = new RandomStream(seed, "boundary pool");
  const axes = Array.from({ length: dimensions }, (_, d) => {
    if (d >= SOBOL_DIMENSIONS) return (index: number) => stream.uniform(index, d);
    const at = sobolDimension(d);
    const shift = stream.integer(2 ** 32, d);
    return (index: number) => (((at(index) ^ shift) >>> 0) + 0.5) / 2 ** 32;
  });
  return (block) =>
    Array.from({ length: POOL }, (_, k) => Float64Array.from(axes, (axis) => axis(block * POOL + k)));
}
