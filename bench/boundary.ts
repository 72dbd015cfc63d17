import { parseArgs } from "node:util";
import { RandomStream } from "../src/core/random.ts";
import type { Design, Surrogate } from "../src/metrics/boundary/active-sampling.ts";
import { activeSampling, surrogateOf } from "../src/metrics/boundary/active-sampling.ts";
import { distanceToZeroSet, zeroSet } from "../src/metrics/boundary/zero-set.ts";
import { interpolateGrid, regularGrid } from "../src/metrics/boundary/regular-grid.ts";
import { squash, squashScales } from "../src/metrics/boundary/squash.ts";
import { sobolDimension } from "../src/scenario/sobol.ts";
import { cartpoleProblem } from "./boundary-cartpole.ts";

/**
 * Boundary error against truth rollouts spent: active sampling beside Sobol points and full grids.
 * `npx jiti bench/boundary.ts [--only disc-2d] [--seeds 5] [--json]`.
 */
export interface Problem {
  readonly name: string;
  readonly dimensions: number;
  /** Margins of points of [0, 1]^d; positive succeeds. */
  margins(points: readonly Float64Array[]): Promise<readonly number[]>;
}

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    seeds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});

const analytic = (name: string, dimensions: number, margin: (x: readonly number[]) => number): Problem => ({
  name,
  dimensions,
  margins: (points) =>
    Promise.resolve(points.map((point) => margin(Array.from(point, (value) => 2 * value - 1)))),
});

/** Semi-axes 0.75, 0.45, 0.55 of [−1, 1]³, turned by 0.6 rad about the third and 0.4 rad about the first. */
const ellipsoid = analytic("rotated ellipsoid", 3, ([x, y, z]) => {
  const [u, v] = [Math.cos(0.6) * x! + Math.sin(0.6) * y!, -Math.sin(0.6) * x! + Math.cos(0.6) * y!];
  const [p, q] = [Math.cos(0.4) * v + Math.sin(0.4) * z!, -Math.sin(0.4) * v + Math.cos(0.4) * z!];
  return 1 - Math.hypot(u / 0.75, p / 0.45, q / 0.55);
});
/** A crescent, and apart from it a small island: not convex, not even connected. */
const banana = analytic("banana and island", 2, ([x, y]) =>
  Math.max(0.3 - Math.hypot(0.55 * x!, y! + 0.25 - 0.9 * x! * x!), 0.16 - Math.hypot(x! - 0.05, y! - 0.62)),
);

const problems: readonly (Problem | (() => Promise<Problem>))[] = [
  banana,
  ellipsoid,
  () => cartpoleProblem(["pole_angle", "pole_velocity"]),
  () => cartpoleProblem(["pole_angle", "pole_velocity", "cart_velocity"]),
  () => cartpoleProblem(["pole_angle", "pole_velocity", "cart_velocity", "cart_mass"]),
];

/** Largest design, and round size, by dimension. */
const BUDGET: Readonly<
  Record<number, { grid: readonly number[]; start: number; most: number; batch: number; scoreEvery: number }>
> = {
  2: { grid: [4, 5, 6, 8, 10, 12, 16, 20, 24, 28, 32], start: 16, most: 144, batch: 8, scoreEvery: 2 },
  3: { grid: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12], start: 32, most: 320, batch: 16, scoreEvery: 2 },
  4: { grid: [3, 4, 5, 6, 7], start: 32, most: 416, batch: 16, scoreEvery: 3 },
};
const TEST_POINTS = 4096;
const ZEROS = 200;
const POOL = 1024;

interface Score {
  readonly n: number;
  /** Share of the box that the estimate gets wrong. */
  readonly wrong: number;
  /** Mean distance of points of truth's zero set to the estimated one, in scaled units; surfaces only. */
  readonly distance?: number;
}

const sobolPoint = (dimensions: number, stream: RandomStream): ((index: number) => Float64Array) => {
  const axes = Array.from({ length: dimensions }, (_, d) => sobolDimension(d));
  const shifts = axes.map((_, d) => stream.integer(2 ** 32, d));
  return (index) => Float64Array.from(axes, (at, d) => (((at(index) ^ shifts[d]!) >>> 0) + 0.5) / 2 ** 32);
};
const sobolPoints = (
  dimensions: number,
  stream: RandomStream,
  from: number,
  count: number,
): Float64Array[] => {
  const at = sobolPoint(dimensions, stream);
  return Array.from({ length: count }, (_, k) => at(from + k));
};

for (const entry of problems) {
  const problem = typeof entry === "function" ? await entry() : entry;
  if (flags.only !== undefined && !problem.name.includes(flags.only)) continue;
  const { dimensions } = problem;
  const budget = BUDGET[dimensions]!;
  const test = sobolPoints(dimensions, new RandomStream(99n, "test"), 0, TEST_POINTS);
  const truth = await problem.margins(test);
  const zeros = await truthZeros(problem, test, truth);
  const area = truth.filter((margin) => margin > 0).length / truth.length;
  const scoreOf = (mean: (point: Float64Array) => number): number =>
    test.filter((point, i) => mean(point) > 0 !== truth[i]! > 0).length / test.length;
  const scoreSurrogate = ({ process, points }: Surrogate): Score => {
    const known = zeroSet(process, test.slice(0, 512), 256);
    const distance =
      known.length === 0
        ? NaN
        : zeros.reduce((sum, zero) => sum + distanceToZeroSet(zero, process, known), 0) / zeros.length;
    return { n: points.length, wrong: scoreOf((point) => process.mean(point)), distance };
  };

  const grids: Score[] = [];
  const gridSurfaces: Score[] = [];
  for (const side of budget.grid) {
    const axis = Float64Array.from({ length: side }, (_, i) => i / (side - 1));
    const cells = side ** dimensions;
    const points = Array.from({ length: cells }, (_, cell) =>
      Float64Array.from({ length: dimensions }, (_, d) => axis[Math.floor(cell / side ** d) % side]!),
    );
    const margins = await problem.margins(points);
    const grid = regularGrid(
      Array.from({ length: dimensions }, (_, d) => Float64Array.from(points, (p) => p[d]!)),
    );
    if ("none" in grid) throw new Error(grid.none);
    // Bent by whichever scale turns out to suit the grid best: it is given the benefit of hindsight.
    const wrong = squashScales(margins).map((scale) =>
      scoreOf(
        interpolateGrid(
          grid,
          Float64Array.from(grid.rows, (row) => squash(margins[row]!, scale)),
        ),
      ),
    );
    grids.push({ n: cells, wrong: Math.min(...wrong) });
    if (cells <= budget.most) gridSurfaces.push(scoreSurrogate(surrogateOf({ points, margins })));
  }

  const active: Score[][] = [];
  const uniform: Score[][] = [];
  for (let seed = 0; seed < Number(flags.seeds); seed++) {
    const stream = new RandomStream(BigInt(seed), "bench boundary");
    const points = sobolPoints(dimensions, stream, 0, budget.most);
    const margins = await problem.margins(points);
    const initial: Design = {
      points: points.slice(0, budget.start),
      margins: margins.slice(0, budget.start),
    };
    const sizes: number[] = [];
    for (let n = budget.start; n < budget.most; n += budget.batch) sizes.push(budget.batch);
    const curve: Score[] = [];
    let design = initial;
    curve.push(scoreSurrogate(surrogateOf(initial)));
    const search = activeSampling(
      initial,
      (round) => sobolPoints(dimensions, stream, budget.most + round * POOL, POOL),
      sizes,
    );
    let step = search.next();
    for (let round = 1; step.done !== true; round++) {
      const found = await problem.margins(step.value);
      design = { points: [...design.points, ...step.value], margins: [...design.margins, ...found] };
      if (round % budget.scoreEvery === 0) curve.push(scoreSurrogate(surrogateOf(design)));
      step = search.next(found);
    }
    active.push(curve);
    uniform.push(
      curve.map(({ n }) =>
        scoreSurrogate(surrogateOf({ points: points.slice(0, n), margins: margins.slice(0, n) })),
      ),
    );
  }
  report(problem.name, area, { grids, gridSurfaces, active: medians(active), uniform: medians(uniform) });
}

/** Points on truth's zero set, by bisection in truth itself between test points of either outcome. */
async function truthZeros(
  problem: Problem,
  test: readonly Float64Array[],
  truth: readonly number[],
): Promise<Float64Array[]> {
  const inside = test.filter((_, i) => truth[i]! > 0);
  const outside = test.filter((_, i) => truth[i]! <= 0);
  const low = inside.slice(0, ZEROS).map((point) => Float64Array.from(point));
  const high = low.map((point) => Float64Array.from(nearestOf(point, outside)));
  for (let k = 0; k < 10; k++) {
    const middle = low.map((point, i) => point.map((value, d) => (value + high[i]![d]!) / 2));
    const margins = await problem.margins(middle);
    middle.forEach((point, i) => ((margins[i]! > 0 ? low : high)[i] = point));
  }
  return low;
}

function nearestOf(point: Float64Array, others: readonly Float64Array[]): Float64Array {
  let [best, least] = [others[0]!, Infinity];
  for (const other of others) {
    const distance = other.reduce((sum, value, d) => sum + (value - point[d]!) ** 2, 0);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

function medians(curves: readonly (readonly Score[])[]): Score[] {
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return curves[0]!.map(({ n }, k) => ({
    n,
    wrong: middle(curves.map((curve) => curve[k]!.wrong)),
    distance: middle(curves.map((curve) => curve[k]!.distance ?? NaN)),
  }));
}

function report(
  name: string,
  area: number,
  curves: Readonly<Record<"grids" | "gridSurfaces" | "active" | "uniform", readonly Score[]>>,
): void {
  if (flags.json) {
    console.log(JSON.stringify({ name, area, ...curves }));
    return;
  }
  console.log(`\n${name}: succeeds in ${(100 * area).toFixed(1)} % of the box`);
  /** First size from which the curve stays at or below an error. */
  const needed = (curve: readonly Score[], wrong: number): number | undefined => {
    const last = curve.findLastIndex((one) => one.wrong > wrong);
    return curve[last + 1]?.n;
  };
  console.log("grid n | wrong % | active n | ratio | Sobol n | ratio");
  for (const { n, wrong } of curves.grids) {
    const [a, u] = [needed(curves.active, wrong), needed(curves.uniform, wrong)];
    const ratio = (own: number | undefined): string => (own === undefined ? "–" : (n / own).toFixed(1));
    console.log(
      [n, (100 * wrong).toFixed(2), a ?? "not reached", ratio(a), u ?? "not reached", ratio(u)].join(" | "),
    );
  }
  console.log("n | active wrong % | Sobol wrong % | active distance | Sobol distance");
  /** A surface on one side of zero has no boundary to be near. */
  const far = (distance: number | undefined): string =>
    distance === undefined || Number.isNaN(distance) ? "no boundary" : distance.toFixed(4);
  curves.active.forEach(({ n, wrong, distance }, k) => {
    const other = curves.uniform[k]!;
    if (k % 4 === 0 || k === curves.active.length - 1)
      console.log(
        [
          n,
          (100 * wrong).toFixed(2),
          (100 * other.wrong).toFixed(2),
          far(distance),
          far(other.distance),
        ].join(" | "),
      );
  });
  for (const { n, wrong, distance } of curves.gridSurfaces)
    console.log(`grid of ${n} with the same surface: ${(100 * wrong).toFixed(2)} %, ${far(distance)}`);
}
