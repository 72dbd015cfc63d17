import { bootstrapInterval, clusterIndex } from "./bootstrap.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";

/** How much the error of a prediction changed in each of its steps. */
export interface ErrorChanges {
  /** What windows of one source have in common, for resampling. */
  readonly cluster: string | number;
  /** Of step 1, 2, …: 0 where the prediction went on as truth did. */
  readonly changes: ArrayLike<number>;
}

/** What happens where one chunk ends and the next begins, beside what happens inside of chunks. */
export interface ChunkBoundary {
  /** Boundaries, and mean change of the error in the first step of a chunk; the first chunk begins at truth and has none. */
  readonly boundaries: number;
  readonly boundary: number;
  /** Mean change of the error in the other steps of the chunks on both sides. */
  readonly inside: number;
  /** `boundary ÷ inside`: 1 where a boundary is as any other step. */
  readonly ratio: Estimate;
  /** Mean change by position in the chunk, first to last; the first chunk left out. */
  readonly byPosition: readonly number[];
}

export interface ChunkBoundaryOptions {
  /** Control steps of one chunk. */
  readonly steps: number;
  readonly seed: bigint;
  readonly confidence?: number;
  readonly resamples?: number;
}

/**
 * Each boundary is held against the steps before and behind it, up to the next boundaries, so that an error that grows with
 * time is no boundary effect. The interval is a bootstrap over clusters.
 */
export function chunkBoundary(
  windows: readonly ErrorChanges[],
  { steps, ...resampling }: ChunkBoundaryOptions,
): ChunkBoundary {
  const { of, count } = clusterIndex(windows.map(({ cluster }) => cluster));
  const sums = { boundary: new Float64Array(count), inside: new Float64Array(count) };
  const positions = Array.from({ length: steps }, () => ({ sum: 0, n: 0 }));
  let boundaries = 0;
  windows.forEach(({ changes }, w) => {
    for (let i = steps; i < changes.length; i++) {
      const position = positions[i % steps]!;
      position.sum += changes[i]!;
      position.n++;
    }
    for (let first = steps; first < changes.length; first += steps) {
      const around = meanAround(changes, first, steps);
      if (around === undefined) continue;
      sums.boundary[of[w]!]! += changes[first]!;
      sums.inside[of[w]!]! += around;
      boundaries++;
    }
  });
  const total = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0);
  const [boundary, inside] = [total(sums.boundary), total(sums.inside)];
  return {
    boundaries,
    boundary: boundaries === 0 ? 0 : boundary / boundaries,
    inside: boundaries === 0 ? 0 : inside / boundaries,
    ratio: ratioOf(),
    byPosition: positions.map(({ sum, n }) => (n === 0 ? 0 : sum / n)),
  };

  function ratioOf(): Estimate {
    if (boundaries === 0) return undefinedEstimate("no window is longer than a chunk");
    if (inside === 0) return undefinedEstimate("inside of the chunks the error never changes", boundaries);
    const interval = bootstrapInterval({
      ...resampling,
      name: "chunk boundary",
      clusters: count,
      method: "percentile",
      statistic: (drawn) => {
        let [above, below] = [0, 0];
        for (const cluster of drawn) {
          above += sums.boundary[cluster]!;
          below += sums.inside[cluster]!;
        }
        return below === 0 ? NaN : above / below;
      },
    });
    return estimate(boundary / inside, boundaries, interval, "bootstrap-percentile");
  }
}

/** Mean of the changes between the boundaries before and behind; undefined where there is none behind. */
function meanAround(changes: ArrayLike<number>, first: number, steps: number): number | undefined {
  const sideMean = (from: number, to: number): number | undefined => {
    if (to <= from) return undefined;
    let sum = 0;
    for (let i = from; i < to; i++) sum += changes[i]!;
    return sum / (to - from);
  };
  const before = sideMean(first - steps + 1, first);
  const behind = sideMean(first + 1, Math.min(first + steps, changes.length));
  return before === undefined || behind === undefined ? undefined : (before + behind) / 2;
}
