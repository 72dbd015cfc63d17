import type { Sampler } from "./sampler.ts";

export interface DdimOptions {
  readonly steps: number;
  /** Noise levels the model was trained on; it is asked at their numbers, 0 … trainSteps − 1. */
  readonly trainSteps: number;
  readonly schedule: "linear" | "scaled-linear" | "cosine";
  /** Of the first and the last level; not of the cosine schedule. */
  readonly betas: readonly [first: number, last: number];
  readonly predicts: "epsilon" | "v" | "sample";
  /** Which of the levels are asked: `leading` 0, T/n, …; `trailing` T − 1, T − 1 − T/n, … */
  readonly spacing: "leading" | "trailing";
  /** What is left of the noise after the last step: none, or as much as at level 0. */
  readonly last: "clean" | "first-level";
  /** Predictions of the sample are kept within ± this. */
  readonly clip?: number | undefined;
}

/** DDIM with eta 0 (Song, Meng & Ermon 2021, equation 12); v as in Salimans & Ho 2022, appendix D. */
export function ddimSampler(options: DdimOptions): Sampler {
  const { predicts, clip = Infinity } = options;
  const kept = keptSignal(options);
  const levels = askedLevels(options);
  const final = options.last === "clean" ? 1 : kept[0]!;
  return {
    calls: levels.length,
    startStd: 1,
    async sample(x, denoiser) {
      for (const [i, level] of levels.entries()) {
        denoiser.noisy.set(x);
        const answer = await denoiser.run(level);
        const following = levels[i + 1];
        const [here, next] = [kept[level]!, following === undefined ? final : kept[following]!];
        const [signal, noise] = [Math.sqrt(here), Math.sqrt(1 - here)];
        const [nextSignal, nextNoise] = [Math.sqrt(next), Math.sqrt(1 - next)];
        const { clean, epsilon } = PREDICTIONS[predicts](signal, noise);
        for (let j = 0; j < x.length; j++) {
          const value = x[j]!;
          const told = answer[j]!;
          const sample = Math.min(clip, Math.max(-clip, clean.x * value + clean.answer * told));
          x[j] = nextSignal * sample + nextNoise * (epsilon.x * value + epsilon.answer * told);
        }
      }
    },
  };
}

/** Sample and noise as sums of the noisy value and what the model says, from x = signal · sample + noise · epsilon. */
const PREDICTIONS = {
  epsilon: (signal: number, noise: number) => ({
    clean: { x: 1 / signal, answer: -noise / signal },
    epsilon: { x: 0, answer: 1 },
  }),
  v: (signal: number, noise: number) => ({
    clean: { x: signal, answer: -noise },
    epsilon: { x: noise, answer: signal },
  }),
  sample: (signal: number, noise: number) => ({
    clean: { x: 0, answer: 1 },
    epsilon: { x: 1 / noise, answer: -signal / noise },
  }),
} as const;

/** The share of the variance that is signal, by level: the running product of 1 − beta. */
function keptSignal({ trainSteps, schedule, betas: [first, last] }: DdimOptions): number[] {
  const along = (from: number, to: number, i: number): number =>
    trainSteps === 1 ? from : from + ((to - from) * i) / (trainSteps - 1);
  // Nichol & Dhariwal 2021, equation 17.
  const bar = (share: number): number => Math.cos(((share + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  const beta = {
    linear: (i: number) => along(first, last, i),
    "scaled-linear": (i: number) => along(Math.sqrt(first), Math.sqrt(last), i) ** 2,
    cosine: (i: number) => Math.min(0.999, 1 - bar((i + 1) / trainSteps) / bar(i / trainSteps)),
  }[schedule];
  let product = 1;
  return Array.from({ length: trainSteps }, (_, i) => (product *= 1 - beta(i)));
}

/** Falling. */
function askedLevels({ steps, trainSteps, spacing }: DdimOptions): number[] {
  return Array.from({ length: steps }, (_, i) =>
    spacing === "leading"
      ? (steps - 1 - i) * Math.floor(trainSteps / steps)
      : Math.round(trainSteps - (i * trainSteps) / steps) - 1,
  );
}
