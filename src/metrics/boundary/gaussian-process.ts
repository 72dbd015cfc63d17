import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { runtimeError } from "../../core/errors.ts";

/** Hyperparameters of a Gaussian process with a constant mean and a Matérn 5/2 kernel. */
export interface Kernel {
  readonly mean: number;
  /** Of the function, without noise. */
  readonly variance: number;
  /** One a dimension (automatic relevance determination): how far one must go for the function to change. */
  readonly lengthscales: readonly number[];
  /** Variance of what the function does not explain. */
  readonly noise: number;
}

export interface Prediction {
  readonly mean: number;
  /** Of the function, without noise. */
  readonly standardDeviation: number;
}

/** Matérn 5/2 correlation at a distance in lengthscales (Rasmussen & Williams 2006, eq. 4.17). */
export function matern52(distance: number): number {
  const r = Math.sqrt(5) * distance;
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** Regression of a function on points of [0, 1]^d, with how sure it is (Rasmussen & Williams 2006, algorithm 2.1). */
export class GaussianProcess {
  readonly points: readonly Float64Array[];
  readonly kernel: Kernel;
  /** K⁻¹ (y − mean). */
  readonly weights: Float64Array;
  readonly logMarginalLikelihood: number;
  /** Lower Cholesky factor of K + noise, row-major n × n. */
  readonly #factor: Float64Array;
  readonly #residuals: Float64Array;

  /** @throws SimgateError if the covariance is not positive definite even with a millionth of its size added. */
  constructor(points: readonly Float64Array[], values: ArrayLike<number>, kernel: Kernel) {
    const n = points.length;
    this.points = points;
    this.kernel = kernel;
    this.#residuals = Float64Array.from({ length: n }, (_, i) => values[i]! - kernel.mean);
    this.#factor = choleskyFactor(covariances(points, kernel), n);
    const half = solveLower(this.#factor, this.#residuals);
    this.weights = solveUpper(this.#factor, half);
    let quadratic = 0;
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) {
      quadratic += half[i]! * half[i]!;
      logDeterminant += Math.log(this.#factor[i * n + i]!);
    }
    this.logMarginalLikelihood = -quadratic / 2 - logDeterminant - (n / 2) * Math.log(2 * Math.PI);
  }

  mean(point: ArrayLike<number>): number {
    const { points, kernel, weights } = this;
    let sum = 0;
    for (let i = 0; i < points.length; i++) {
      sum += weights[i]! * matern52(scaledDistance(points[i]!, point, kernel.lengthscales));
    }
    return kernel.mean + kernel.variance * sum;
  }

  predict(point: ArrayLike<number>): Prediction {
    const half = this.#half(point);
    let explained = 0;
    for (const one of half) explained += one * one;
    return {
      mean: this.mean(point),
      standardDeviation: Math.sqrt(Math.max(0, this.kernel.variance - explained)),
    };
  }

  /** Of the function at two points, before anything was seen. */
  covariance(a: ArrayLike<number>, b: ArrayLike<number>): number {
    return this.kernel.variance * matern52(scaledDistance(a, b, this.kernel.lengthscales));
  }

  /** Gradient of the mean. */
  gradient(point: ArrayLike<number>): Float64Array {
    const { points, kernel, weights } = this;
    const { lengthscales, variance } = kernel;
    const found = new Float64Array(point.length);
    for (let i = 0; i < points.length; i++) {
      const r = Math.sqrt(5) * scaledDistance(points[i]!, point, lengthscales);
      // d/dr of the correlation is −r (1 + r) e^{−r} / 3; over r it has no singularity at 0.
      const factor = (-5 / 3) * variance * weights[i]! * (1 + r) * Math.exp(-r);
      for (let d = 0; d < found.length; d++) {
        found[d]! += (factor * (point[d]! - points[i]![d]!)) / lengthscales[d]! ** 2;
      }
    }
    return found;
  }

  /** Posterior covariance of the function at points of a pool, as it stands: see {@link ./straddle.ts!straddleBatch}. */
  posterior(pool: readonly ArrayLike<number>[]): {
    readonly means: Float64Array;
    readonly variances: Float64Array;
    /** L⁻¹ k of every point of the pool: the products of two such vectors are what is explained. */
    readonly halves: readonly Float64Array[];
  } {
    const halves = pool.map((point) => this.#half(point));
    const means = Float64Array.from(pool, (point) => this.mean(point));
    const variances = Float64Array.from(halves, (half) =>
      Math.max(
        0,
        half.reduce((left, one) => left - one * one, this.kernel.variance),
      ),
    );
    return { means, variances, halves };
  }

  /**
   * What each point's value, noise included, would have been predicted to be from all others (Rasmussen & Williams
   * 2006, eq. 5.12).
   */
  leaveOneOut(): { readonly means: Float64Array; readonly standardDeviations: Float64Array } {
    const n = this.points.length;
    const means = new Float64Array(n);
    const standardDeviations = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const unit = new Float64Array(n);
      unit[i] = 1;
      const half = solveLower(this.#factor, unit);
      const precision = half.reduce((sum, one) => sum + one * one, 0);
      means[i] = this.#residuals[i]! + this.kernel.mean - this.weights[i]! / precision;
      standardDeviations[i] = 1 / Math.sqrt(precision);
    }
    return { means, standardDeviations };
  }

  #half(point: ArrayLike<number>): Float64Array {
    const { lengthscales, variance } = this.kernel;
    const column = Float64Array.from(
      this.points,
      (own) => variance * matern52(scaledDistance(own, point, lengthscales)),
    );
    return solveLower(this.#factor, column);
  }
}

/** Distance in lengthscales. */
export function scaledDistance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  lengthscales: readonly number[],
): number {
  let squares = 0;
  for (let d = 0; d < lengthscales.length; d++) {
    const gap = (a[d]! - b[d]!) / lengthscales[d]!;
    squares += gap * gap;
  }
  return Math.sqrt(squares);
}

function covariances(points: readonly Float64Array[], { lengthscales, variance, noise }: Kernel): Matrix {
  const n = points.length;
  const matrix = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    matrix.set(i, i, variance + noise);
    for (let j = 0; j < i; j++) {
      const value = variance * matern52(scaledDistance(points[i]!, points[j]!, lengthscales));
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  return matrix;
}

/** Two equal points without noise make the matrix singular: then a millionth of its size is added to the diagonal. */
export function choleskyFactor(matrix: Matrix, n: number): Float64Array {
  let decomposition = new CholeskyDecomposition(matrix);
  if (!decomposition.isPositiveDefinite()) {
    const jitter = (matrix.trace() / n) * 1e-6;
    for (let i = 0; i < n; i++) matrix.set(i, i, matrix.get(i, i) + jitter);
    decomposition = new CholeskyDecomposition(matrix);
    if (!decomposition.isPositiveDefinite()) {
      throw runtimeError("the covariance of a Gaussian process is not positive definite", {
        got: `${n} points`,
      });
    }
  }
  return Float64Array.from(decomposition.lowerTriangularMatrix.to1DArray());
}

/** L x = b, L row-major lower triangular. */
export function solveLower(factor: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const found = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = right[i]!;
    const row = i * n;
    for (let j = 0; j < i; j++) sum -= factor[row + j]! * found[j]!;
    found[i] = sum / factor[row + i]!;
  }
  return found;
}

/** Lᵀ x = b. */
export function solveUpper(factor: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const found = Float64Array.from(right);
  for (let i = n - 1; i >= 0; i--) {
    found[i]! /= factor[i * n + i]!;
    for (let j = 0; j < i; j++) found[j]! -= factor[i * n + j]! * found[i]!;
  }
  return found;
}
