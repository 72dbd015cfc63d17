import type { ChannelSpec } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { columnOfTrace, scaledError } from "./divergence.ts";
import { type Estimate } from "./estimate.ts";
import { clusteredRate } from "./rate.ts";

/** Under what other circumstances the same start, seed and actions were rolled out again. */
export type RepeatKind = "fresh" | "used" | "other-lane" | "other-batch" | "other-worker";

export interface RepeatPair {
  readonly kind: RepeatKind;
  readonly reference: Trace;
  readonly repeat: Trace;
}

/** How far one repeat is from its reference. */
export interface RepeatDifference {
  readonly kind: RepeatKind;
  readonly start: number;
  readonly bitIdentical: boolean;
  /** Largest error of any component in tolerances; null where the two cannot be compared to the end. */
  readonly maxError: number | null;
  /** Where that was, or why they cannot be compared. */
  readonly at: string;
}

export interface Reproducibility {
  /** Share of repeats that equal their reference within the tolerance: the score of the axis. */
  readonly identical: Estimate;
  readonly bitIdentical: Estimate;
  readonly kinds: Readonly<
    Partial<Record<RepeatKind, { readonly identical: Estimate; readonly bitIdentical: Estimate }>>
  >;
  /** The repeat furthest from its reference; absent where all are bit-identical. */
  readonly worst?: RepeatDifference;
}

export interface ReproducibilityOptions {
  readonly channels: readonly ChannelSpec[];
  /** Largest error that still counts as identical, in tolerances of the channel. */
  readonly within?: number;
  readonly confidence?: number;
}

export function reproducibility(
  pairs: readonly RepeatPair[],
  options: ReproducibilityOptions,
): Reproducibility {
  const { within = 1e-3, confidence = 0.95 } = options;
  const differences = pairs.map((pair) => compare(pair, options.channels));
  const shares = (of: readonly RepeatDifference[]): { identical: Estimate; bitIdentical: Estimate } => ({
    identical: share(of, (one) => one.maxError !== null && one.maxError <= within, confidence),
    bitIdentical: share(of, (one) => one.bitIdentical, confidence),
  });
  const kinds: Reproducibility["kinds"] = Object.fromEntries(
    [...new Set(differences.map((one) => one.kind))].map((kind) => [
      kind,
      shares(differences.filter((one) => one.kind === kind)),
    ]),
  );
  const size = (one: RepeatDifference): number => one.maxError ?? Infinity;
  const worst = differences
    .filter((one) => !one.bitIdentical)
    .reduce<RepeatDifference | undefined>(
      (far, one) => (far && size(far) >= size(one) ? far : one),
      undefined,
    );
  const result = { ...shares(differences), kinds };
  return worst === undefined ? result : { ...result, worst };
}

function compare(
  { kind, reference, repeat }: RepeatPair,
  channels: readonly ChannelSpec[],
): RepeatDifference {
  const base = { kind, start: reference.start.index };
  if (reference.steps !== repeat.steps || reference.end !== repeat.end) {
    const at = `ended after ${repeat.steps} steps (${repeat.end}), the reference after ${reference.steps} (${reference.end})`;
    return { ...base, bitIdentical: false, maxError: null, at };
  }
  let maxError = 0;
  let at = "";
  let bitIdentical = true;
  for (const channel of channels) {
    const rows = reference.steps + 1;
    const a = columnOfTrace(reference.observation, channel, rows, "reference");
    const b = columnOfTrace(repeat.observation, channel, rows, "repeated");
    if (sameBits(a, b, rows * channel.size)) continue;
    bitIdentical = false;
    for (let k = 0; k < rows; k++) {
      const error = scaledError(channel, a, k, b, k).max;
      if (error > maxError || at === "") {
        maxError = Math.max(maxError, error);
        at = `channel "${channel.name}" at step ${k}`;
      }
    }
  }
  return { ...base, bitIdentical, maxError: Number.isFinite(maxError) ? maxError : null, at };
}

/** NaN equals NaN and 0 differs from −0: this is about bytes. */
function sameBits(a: Float64Array, b: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function share(
  differences: readonly RepeatDifference[],
  hit: (one: RepeatDifference) => boolean,
  confidence: number,
): Estimate {
  const clusters = new Map<number, { hits: number; trials: number }>();
  for (const one of differences) {
    const cluster = clusters.get(one.start) ?? { hits: 0, trials: 0 };
    clusters.set(one.start, cluster);
    cluster.trials += 1;
    if (hit(one)) cluster.hits += 1;
  }
  return clusteredRate(clusters.values(), "no rollout was repeated", confidence);
}
