import { Matrix } from "ml-matrix";
import { choleskyFactor, GaussianProcess, type Kernel, matern52, solveLower } from "./gaussian-process.ts";

export interface FitOptions {
  /** The hyperparameters are chosen on the first so many points (a choice costs n³); all points are then fitted. */
  readonly chooseOn?: number;
}

/** Bounds and first guess, in the unit box and as shares of the variance of the values. */
const LENGTHSCALE = { least: 0.02, most: 20, first: [0.2, 0.6, 2] } as const;
const NOISE = { least: 1e-5, most: 1, first: 1e-2 } as const;
/** Factors by which one hyperparameter at a time, or all lengthscales together, are tried larger and smaller. */
const STEPS = [4, 2, 1.3] as const;
const MOST_ROUNDS = 5;
const CHOOSE_ON = 128;

/**
 * A Gaussian process whose lengthscales and noise make the values most likely (marginal likelihood; Rasmussen & Williams
 * 2006, ch. 5.4), found by trying one hyperparameter after the other. The mean is that of the values; the variance follows.
 */
export function fitGaussianProcess(
  points: readonly Float64Array[],
  values: ArrayLike<number>,
  { chooseOn = CHOOSE_ON }: FitOptions = {},
): GaussianProcess {
  return new GaussianProcess(
    points,
    values,
    chooseKernel(points.slice(0, chooseOn), Float64Array.from(values).slice(0, chooseOn)),
  );
}

/**
 * The hyperparameters that make the values most likely.
 * @param near hyperparameters of much the same data, from where a shorter search is enough.
 */
export function chooseKernel(points: readonly Float64Array[], values: Float64Array, near?: Kernel): Kernel {
  const dimensions = points[0]!.length;
  const likelihood = profiledLikelihood(points, values);
  const lower = [...new Array<number>(dimensions).fill(LENGTHSCALE.least), NOISE.least];
  const upper = [...new Array<number>(dimensions).fill(LENGTHSCALE.most), NOISE.most];
  const within = (at: readonly number[]): number[] =>
    at.map((one, d) => Math.min(upper[d]!, Math.max(lower[d]!, one)));
  const firsts =
    near === undefined
      ? LENGTHSCALE.first.map((first) => [...new Array<number>(dimensions).fill(first), NOISE.first])
      : [within([...near.lengthscales, near.noise / near.variance])];
  let best: { at: number[]; value: number } | undefined;
  for (const at of firsts) {
    const value = likelihood(at);
    if (best === undefined || value > best.value) best = { at, value };
  }
  let { at, value } = best!;
  for (const factor of near === undefined ? STEPS : STEPS.slice(1)) {
    for (let improved = true, round = 0; improved && round < MOST_ROUNDS; round++) {
      improved = false;
      for (let k = 0; k <= at.length; k++) {
        const moves = (d: number): boolean => (k < at.length ? d === k : d < dimensions);
        for (const by of [factor, 1 / factor]) {
          const tried = within(at.map((one, d) => (moves(d) ? one * by : one)));
          if (tried.every((one, d) => one === at[d])) continue;
          const found = likelihood(tried);
          if (found <= value + 1e-6) continue;
          [at, value] = [tried, found];
          improved = true;
          break;
        }
      }
    }
  }
  const { mean, variance } = moments(squaredGaps(points), values, at);
  return { mean, variance, lengthscales: at.slice(0, dimensions), noise: variance * at[dimensions]! };
}

/** Log marginal likelihood, up to a constant, of lengthscales and noise ÷ variance, at the best variance for them. */
function profiledLikelihood(
  points: readonly Float64Array[],
  values: Float64Array,
): (at: readonly number[]) => number {
  const gaps = squaredGaps(points);
  return (at) => {
    const { variance, logDeterminant } = moments(gaps, values, at);
    return -(points.length / 2) * Math.log(variance) - logDeterminant;
  };
}

/** Squared differences of every two points, i < j by row, one array a dimension. */
function squaredGaps(points: readonly Float64Array[]): readonly Float64Array[] {
  const n = points.length;
  return Array.from(points[0]!, (_, d) => {
    const gaps = new Float64Array((n * (n - 1)) / 2);
    let at = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) gaps[at++] = (points[i]![d]! - points[j]![d]!) ** 2;
    }
    return gaps;
  });
}

function moments(
  gaps: readonly Float64Array[],
  values: Float64Array,
  at: readonly number[],
): { mean: number; variance: number; logDeterminant: number } {
  const n = values.length;
  const noise = at.at(-1)!;
  const squares = new Float64Array((n * (n - 1)) / 2);
  gaps.forEach((own, d) => {
    const scale = 1 / at[d]! ** 2;
    for (let k = 0; k < own.length; k++) squares[k]! += own[k]! * scale;
  });
  const matrix = new Matrix(n, n);
  let k = 0;
  for (let i = 0; i < n; i++) {
    matrix.set(i, i, 1 + noise);
    for (let j = 0; j < i; j++) {
      const value = matern52(Math.sqrt(squares[k++]!));
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  const factor = choleskyFactor(matrix, n);
  const mean = values.reduce((sum, one) => sum + one, 0) / n;
  const half = solveLower(
    factor,
    values.map((value) => value - mean),
  );
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += Math.log(factor[i * n + i]!);
  const quadratic = half.reduce((sum, one) => sum + one * one, 0);
  // Values that are all the same have no variance: any small one describes them.
  return { mean, variance: Math.max(quadratic / n, 1e-12), logDeterminant };
}
