import type { ChannelSpec } from "../core/channels.ts";
import { divergence } from "../metrics/divergence.ts";
import type { Comparison, RecordedWorld, Signal } from "./recording.ts";

/** Two clocks that agree to this are the same step. */
const SLACK_SEC = 1e-6;

/**
 * How far two worlds are apart in every channel that both have, by the exam's own measure, at truth's steps for as long
 * as both ran. Undefined: they have no channel or no time in common.
 */
export function compareWorlds(truth: RecordedWorld, candidate: RecordedWorld): Comparison | undefined {
  const shared = Object.values(truth.observation).filter(
    ({ channel }) => candidate.observation[channel.name]?.channel.size === channel.size,
  );
  const pairs = shared.map((signal) => ({
    truth: signal,
    candidate: candidate.observation[signal.channel.name]!,
  }));
  const timesSec = commonTimes(pairs);
  if (timesSec.length === 0) return undefined;
  const columns = (side: "truth" | "candidate"): Record<string, Float64Array> =>
    Object.fromEntries(pairs.map((pair) => [pair[side].channel.name, valuesAt(pair[side], timesSec)]));
  const channels: ChannelSpec[] = shared.map(({ channel }) => channel);
  const steps = timesSec.length - 1;
  const found = divergence(channels, columns("truth"), columns("candidate"), steps, 1);
  const { first } = found;
  return {
    timesSec,
    channels: found.channels,
    worst: found.worst,
    first:
      first === undefined
        ? null
        : { step: first.step, timeSec: timesSec[first.step]!, channel: first.channel },
  };
}

/** The times of truth's first channel within the time for which all channels of both run. */
function commonTimes(pairs: readonly { readonly truth: Signal; readonly candidate: Signal }[]): Float64Array {
  const signals = pairs.flatMap(({ truth, candidate }) => [truth, candidate]);
  if (signals.length === 0 || signals.some(({ timesSec }) => timesSec.length === 0))
    return new Float64Array(0);
  const from = Math.max(...signals.map(({ timesSec }) => timesSec[0]!)) - SLACK_SEC;
  const to = Math.min(...signals.map(({ timesSec }) => timesSec.at(-1)!)) + SLACK_SEC;
  const { timesSec } = pairs[0]!.truth;
  return timesSec.subarray(rowAt(timesSec, from) + 1, rowAt(timesSec, to) + 1);
}

/** The row of the latest sample that is not after `timeSec`; -1 before the first. */
export function rowAt(timesSec: Float64Array, timeSec: number): number {
  let low = 0;
  let high = timesSec.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesSec[middle]! <= timeSec) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The signal at these times: a view where it lies on them, else the latest sample before each. */
function valuesAt({ timesSec, values, channel: { size } }: Signal, at: Float64Array): Float64Array {
  const first = rowAt(timesSec, at[0]! + SLACK_SEC);
  const aligned =
    first + at.length <= timesSec.length &&
    at.every((time, i) => Math.abs(timesSec[first + i]! - time) <= SLACK_SEC);
  if (aligned) return values.subarray(first * size, (first + at.length) * size);
  const held = new Float64Array(at.length * size);
  at.forEach((time, i) => {
    const row = rowAt(timesSec, time + SLACK_SEC);
    held.set(values.subarray(row * size, (row + 1) * size), i * size);
  });
  return held;
}
