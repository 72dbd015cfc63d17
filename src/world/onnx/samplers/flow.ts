import type { Sampler } from "./sampler.ts";

export interface FlowOptions {
  readonly steps: number;
  /** Above 1: more of the steps where there is much noise (Esser et al. 2024, equation 23); 1: all are alike. */
  readonly shift: number;
  /** What the model takes for pure noise: 1, or 1000 where it counts levels. */
  readonly levelScale: number;
}

/**
 * Flow matching by Euler's method (Lipman et al. 2023; Liu, Gong & Liu 2023): from x at time 1, which is noise, along the
 * velocity noise − sample that the model predicts, to time 0.
 */
export function flowSampler({ steps, shift, levelScale }: FlowOptions): Sampler {
  const times = Array.from({ length: steps + 1 }, (_, i) => {
    const time = 1 - i / steps;
    return (shift * time) / (1 + (shift - 1) * time);
  });
  return {
    calls: steps,
    startStd: 1,
    async sample(x, denoiser) {
      for (let i = 0; i < steps; i++) {
        denoiser.noisy.set(x);
        const velocity = await denoiser.run(levelScale * times[i]!);
        const dt = times[i + 1]! - times[i]!;
        for (let j = 0; j < x.length; j++) x[j] = x[j]! + dt * velocity[j]!;
      }
    },
  };
}
