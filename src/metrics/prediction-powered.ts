import { inputError } from "../core/errors.ts";
import type { Interval } from "./estimate.ts";
import { twoSidedZ } from "./normal.ts";

/** A mean with its standard error and the interval that normal theory gives it. */
export interface MeanInterval {
  readonly mean: number;
  readonly standardError: number;
  readonly interval: Interval;
}

export interface PredictionPoweredInput {
  /** Truth on the n paired trials. n ≥ 2. */
  readonly truth: ArrayLike<number>;
  /** The candidate on the same trials. */
  readonly paired: ArrayLike<number>;
  /** The candidate on N further trials of its own, drawn like the paired ones. N ≥ 2. */
  readonly unpaired: ArrayLike<number>;
}

/** The mean of truth's trials alone: what the candidate must beat to be of use. */
export function classicalMean(truth: ArrayLike<number>, confidence = 0.95): MeanInterval {
  return interval(mean(truth), Math.sqrt(variance(truth) / truth.length), confidence);
}

/**
 * Prediction-powered inference (Angelopoulos et al. 2023): the candidate's mean over many trials, corrected by what
 * it was off on the paired ones. Right for large n however wrong the candidate is; with a bad one it is wider than
 * {@link classicalMean}.
 */
export function predictionPowered(input: PredictionPoweredInput, confidence = 0.95): MeanInterval {
  return tuned(input, 1, confidence);
}

/**
 * PPI++ (Angelopoulos, Duchi & Zrnic 2023): as much of the candidate as helps, λ = cov(Y, f) ÷ ((1 + n/N) var f), cut
 * to [0, 1]; the variance of f is that of all its trials together.
 */
export function predictionPoweredTuned(
  input: PredictionPoweredInput,
  confidence = 0.95,
): MeanInterval & { readonly lambda: number } {
  check(input);
  const { truth, paired, unpaired } = input;
  const all = Float64Array.of(...Array.from(paired), ...Array.from(unpaired));
  const spread = (1 + truth.length / unpaired.length) * variance(all);
  const lambda = spread === 0 ? 0 : Math.min(1, Math.max(0, covariance(truth, paired) / spread));
  return { lambda, ...tuned(input, lambda, confidence) };
}

/**
 * For outcomes of 0 and 1: one made-up paired trial of each kind (neither, one, the other, both succeed), and as many
 * further ones. Normal theory of few trials covers too little, least of all near 0 and 1, where it has no width at all;
 * what Agresti & Coull (1998) do for one rate repairs it here too (`bench/coverage.ts`).
 */
export function steadied({ truth, paired, unpaired }: PredictionPoweredInput): PredictionPoweredInput {
  return {
    truth: [...Array.from(truth), 0, 0, 1, 1],
    paired: [...Array.from(paired), 0, 1, 0, 1],
    unpaired: [...Array.from(unpaired), 0, 0, 1, 1],
  };
}

function tuned(input: PredictionPoweredInput, lambda: number, confidence: number): MeanInterval {
  check(input);
  const { truth, paired, unpaired } = input;
  const rectifier = Float64Array.from(truth, (value, i) => value - lambda * paired[i]!);
  const error = Math.sqrt(
    (lambda * lambda * variance(unpaired)) / unpaired.length + variance(rectifier) / truth.length,
  );
  return interval(lambda * mean(unpaired) + mean(rectifier), error, confidence);
}

function interval(value: number, standardError: number, confidence: number): MeanInterval {
  const reach = twoSidedZ(confidence) * standardError;
  return { mean: value, standardError, interval: [value - reach, value + reach] };
}

/** @throws SimgateError unless every truth trial has its candidate trial and both samples have a variance. */
function check({ truth, paired, unpaired }: PredictionPoweredInput): void {
  if (truth.length !== paired.length || truth.length < 2 || unpaired.length < 2) {
    throw inputError("prediction-powered inference needs paired trials and further ones of the candidate", {
      expected: "2 paired trials or more, as many of truth as of the candidate, and 2 further ones or more",
      got: `${truth.length} of truth, ${paired.length} paired, ${unpaired.length} further`,
    });
  }
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Of a sample: divided by n − 1. */
function variance(values: ArrayLike<number>): number {
  return covariance(values, values);
}

function covariance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - meanX) * (y[i]! - meanY);
  return sum / (x.length - 1);
}
