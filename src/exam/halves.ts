import { RandomStream } from "../core/random.ts";

/**
 * Divides the starts into two halves at random: what is chosen or fitted on the first is scored on the second. Not by
 * parity, which may go with the policy that drove a start.
 */
export function firstHalf(seed: bigint): (start: number) => boolean {
  const stream = new RandomStream(seed, "halves");
  return (start) => stream.integer(2, start) === 0;
}
