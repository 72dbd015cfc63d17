import { CholeskyDecomposition, Matrix } from "ml-matrix";

/** A linear reading of one quantity from many features. */
export interface RidgeProbe {
  /** Penalty on the squared weights of standardised features, per sample. */
  readonly penalty: number;
  predict(features: ArrayLike<number>): number;
  /**
   * How the features change where the reading does by `by`: their regression on it, the pattern that belongs to the
   * filter (Haufe et al. 2014), which stays among the states there are. Undefined if the reading never changes.
   */
  towards(by: number): Float64Array | undefined;
}

/** Tried in turn; the one that reads best what it was not fitted on is taken. */
const PENALTIES = [1e-4, 1e-3, 1e-2, 1e-1, 1];

/**
 * Ridge regression of each target on the features (Hoerl & Kennard 1970), both centred, features standardised. The
 * penalty is chosen target by target: fitted on the samples with `inner` true, compared on the others, then fitted
 * again on all.
 * @param targets one array a target, as long as there are samples
 */
export function fitRidgeProbes(
  features: readonly ArrayLike<number>[],
  targets: readonly ArrayLike<number>[],
  inner: readonly boolean[],
): RidgeProbe[] {
  const all = features.map((_, i) => i);
  const [own, other] = [all.filter((i) => inner[i]), all.filter((i) => !inner[i])];
  const trial = own.length > 0 && other.length > 0 ? new Normal(features, targets, own) : undefined;
  const final = new Normal(features, targets, all);
  return targets.map((target, t) => {
    const penalty =
      trial === undefined
        ? PENALTIES[2]!
        : PENALTIES.reduce<{ penalty: number; error: number }>(
            (best, candidate) => {
              const probe = trial.solve(t, candidate);
              const error = other.reduce(
                (sum, i) => sum + (target[i]! - probe.predict(features[i]!)) ** 2,
                0,
              );
              return error < best.error ? { penalty: candidate, error } : best;
            },
            { penalty: PENALTIES[2]!, error: Infinity },
          ).penalty;
    return final.solve(t, penalty);
  });
}

/** 1 − Σ(y − ŷ)² ÷ Σ(y − ȳ)²; undefined where y does not vary. */
export function rSquared(observed: ArrayLike<number>, predicted: ArrayLike<number>): number | undefined {
  const n = observed.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += observed[i]! / n;
  let [missed, spread] = [0, 0];
  for (let i = 0; i < n; i++) {
    missed += (observed[i]! - predicted[i]!) ** 2;
    spread += (observed[i]! - mean) ** 2;
  }
  return spread === 0 ? undefined : 1 - missed / spread;
}

/** The normal equations of some of the samples, for all targets. */
class Normal {
  readonly #count: number;
  readonly #mean: Float64Array;
  /** 0 for a feature that does not vary. */
  readonly #std: Float64Array;
  readonly #gram: Matrix;
  readonly #moment: Matrix;
  readonly #centre: Float64Array;
  readonly #solved = new Map<number, Matrix>();

  constructor(
    features: readonly ArrayLike<number>[],
    targets: readonly ArrayLike<number>[],
    samples: readonly number[],
  ) {
    const p = features[0]?.length ?? 0;
    this.#count = samples.length;
    this.#mean = new Float64Array(p);
    this.#std = new Float64Array(p);
    for (const i of samples) for (let j = 0; j < p; j++) this.#mean[j]! += features[i]![j]! / samples.length;
    for (const i of samples)
      for (let j = 0; j < p; j++) this.#std[j]! += (features[i]![j]! - this.#mean[j]!) ** 2 / samples.length;
    for (let j = 0; j < p; j++) this.#std[j] = Math.sqrt(this.#std[j]!);
    this.#centre = Float64Array.from(targets, (target) =>
      samples.reduce((sum, i) => sum + target[i]! / samples.length, 0),
    );
    this.#gram = Matrix.zeros(p, p);
    this.#moment = Matrix.zeros(p, targets.length);
    const row = new Float64Array(p);
    for (const i of samples) {
      for (let j = 0; j < p; j++) row[j] = this.#scaled(features[i]![j]!, j);
      for (let j = 0; j < p; j++) {
        for (let k = 0; k <= j; k++) this.#gram.set(j, k, this.#gram.get(j, k) + row[j]! * row[k]!);
        targets.forEach((target, t) =>
          this.#moment.set(j, t, this.#moment.get(j, t) + row[j]! * (target[i]! - this.#centre[t]!)),
        );
      }
    }
    for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) this.#gram.set(k, j, this.#gram.get(j, k));
  }

  solve(target: number, penalty: number): RidgeProbe {
    const weights = Float64Array.from(this.#weights(penalty).getColumn(target));
    const centre = this.#centre[target]!;
    const pattern = Float64Array.from(this.#gram.mmul(Matrix.columnVector(weights)).getColumn(0));
    /** Count × variance of the readings. */
    const spread = pattern.reduce((sum, one, j) => sum + one * weights[j]!, 0);
    return {
      penalty,
      predict: (features) =>
        weights.reduce((sum, weight, j) => sum + weight * this.#scaled(features[j]!, j), centre),
      towards: (by) =>
        spread === 0 ? undefined : pattern.map((one, j) => (by * one * this.#std[j]!) / spread),
    };
  }

  #scaled(value: number, j: number): number {
    return this.#std[j] === 0 ? 0 : (value - this.#mean[j]!) / this.#std[j]!;
  }

  #weights(penalty: number): Matrix {
    let found = this.#solved.get(penalty);
    if (found === undefined) {
      const ridge = this.#gram.clone();
      for (let j = 0; j < ridge.rows; j++) ridge.set(j, j, ridge.get(j, j) + penalty * this.#count);
      found = new CholeskyDecomposition(ridge).solve(this.#moment);
      this.#solved.set(penalty, found);
    }
    return found;
  }
}
