import type { FloatArray } from "../../../tensor/session.ts";

/** A denoiser that can be asked. What it is asked at and what it answers are as its sampler and card define them. */
export interface Denoiser {
  /** Its noisy input: to be filled before each call. */
  readonly noisy: FloatArray;
  /** @returns what it answers, as many values as `noisy`; valid until the next call. */
  run(level: number): Promise<FloatArray>;
}

/**
 * From noise to what it hides, by asking a denoiser at falling noise levels. What it computes is done to each value apart, in
 * the order of the formulas, so that no lane depends on another. It draws nothing: all noise is in what it begins with.
 */
export interface Sampler {
  /** Calls of the denoiser for one sample. */
  readonly calls: number;
  /** Standard deviation of the noise it begins with. */
  readonly startStd: number;
  /** @param x noise of that deviation; overwritten with the sample. */
  sample(x: FloatArray, denoiser: Denoiser): Promise<void>;
}
