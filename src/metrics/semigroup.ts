import type { ChannelSpec } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { columnOfTrace, type Columns, scaledError } from "./divergence.ts";
import type { Estimate } from "./estimate.ts";
import { clusteredRate } from "./rate.ts";

/** A rollout, and the same world taken up again from what it showed in the middle of it. */
export interface TakenUpAgain {
  readonly start: number;
  /** What was rolled on without a break; row 0 is where the other began. */
  readonly unbroken: Columns;
  readonly again: Pick<Trace, "observation" | "steps">;
  readonly steps: number;
}

export interface Semigroup {
  /** Share of the rollouts that go on the same, within the tolerance of every channel, to the end. */
  readonly same: Estimate;
  /** The one furthest off; absent where none differs. */
  readonly worst?: {
    readonly start: number;
    /** In tolerances; null where it broke. */
    readonly scaledError: number | null;
    readonly at: string;
  };
}

/** Whether rolling n + m steps equals rolling n, taking up what is then shown, and rolling m. */
export function semigroup(
  rollouts: readonly TakenUpAgain[],
  channels: readonly ChannelSpec[],
  confidence = 0.95,
): Semigroup {
  const clusters = new Map<number, { hits: number; trials: number }>();
  let worst: { start: number; error: number; at: string } | undefined;
  for (const rollout of rollouts) {
    const { error, at } = furthest(rollout, channels);
    const cluster = clusters.get(rollout.start) ?? { hits: 0, trials: 0 };
    clusters.set(rollout.start, cluster);
    cluster.trials++;
    if (error <= 1) cluster.hits++;
    if (error > (worst?.error ?? 0)) worst = { start: rollout.start, error, at };
  }
  const same = clusteredRate(
    clusters.values(),
    "no rollout was long enough to be taken up again",
    confidence,
  );
  if (worst === undefined) return { same };
  const scaledError = Number.isFinite(worst.error) ? worst.error : null;
  return { same, worst: { start: worst.start, scaledError, at: worst.at } };
}

function furthest(
  { unbroken, again, steps }: TakenUpAgain,
  channels: readonly ChannelSpec[],
): { error: number; at: string } {
  if (again.steps < steps)
    return {
      error: Infinity,
      at: `it broke after ${again.steps} of ${steps} steps`,
    };
  let found = { error: 0, at: "" };
  for (const channel of channels) {
    const a = columnOfTrace(unbroken, channel, steps + 1, "unbroken");
    const b = columnOfTrace(again.observation, channel, steps + 1, "resumed");
    for (let row = 0; row <= steps; row++) {
      const error = scaledError(channel, a, row, b, row).max;
      if (error > found.error) found = { error, at: `channel "${channel.name}" after ${row} steps` };
    }
  }
  return found;
}
