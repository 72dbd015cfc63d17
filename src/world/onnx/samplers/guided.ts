import type { FloatArray } from "../../../tensor/session.ts";
import type { Denoiser } from "./sampler.ts";

/**
 * Classifier-free guidance (Ho & Salimans 2022): asks twice, with the condition and without, and goes `scale` times the way
 * from what it says without to what it says with. Scale 1 is what it says with.
 * @param withCondition sets the graph's switch.
 */
export function guided(
  denoiser: Denoiser,
  scale: number,
  withCondition: (condition: boolean) => void,
): Denoiser {
  const without: FloatArray = denoiser.noisy.slice();
  return {
    noisy: denoiser.noisy,
    async run(level) {
      withCondition(false);
      without.set(await denoiser.run(level));
      withCondition(true);
      const answer = await denoiser.run(level);
      for (let j = 0; j < without.length; j++) without[j] = without[j]! + scale * (answer[j]! - without[j]!);
      return without;
    },
  };
}
