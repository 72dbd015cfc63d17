import { type ChannelSpec, componentName } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { columnOfTrace, componentCount, componentError } from "./divergence.ts";
import type { Estimate } from "./estimate.ts";
import { quantileOfSorted, sorted } from "./quantile.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";
import type { StillStretch } from "./still-stretch.ts";

/** Channel → largest change in one step that is no jump, one a component (or orientation), in tolerances. */
export type ChangeEnvelope = Readonly<Record<string, Float64Array>>;

const ENVELOPE_QUANTILE = 0.999;
const ENVELOPE_MARGIN = 1.5;
/** Smaller changes are never a jump, in tolerances: what stands still in truth may tremble. */
const ALWAYS_ALLOWED = 0.01;

/**
 * The larger of 1.5 × the 99.9 % quantile of truth's own changes in one step and the largest of them, over all its
 * traces: what truth itself does is no jump, however rare.
 */
export function changeEnvelope(channels: readonly ChannelSpec[], truth: readonly Trace[]): ChangeEnvelope {
  const total = truth.reduce((sum, { steps }) => sum + steps, 0);
  const envelope: Record<string, Float64Array> = {};
  for (const channel of channels) {
    envelope[channel.name] = Float64Array.from({ length: componentCount(channel) }, (_, component) => {
      const changes = new Float64Array(total);
      let i = 0;
      for (const { observation, steps } of truth) {
        const column = columnOfTrace(observation, channel, steps + 1, "true");
        for (let row = 1; row <= steps; row++) changes[i++] = change(channel, component, column, row);
      }
      // Nothing seen in truth: nothing can be called a jump.
      if (total === 0) return Infinity;
      const ascending = sorted(changes);
      const usual = ENVELOPE_MARGIN * quantileOfSorted(ascending, ENVELOPE_QUANTILE);
      return Math.max(ALWAYS_ALLOWED, usual, ascending[total - 1]!);
    });
  }
  return envelope;
}

/** One rollout to be judged step by step. */
export interface JudgedTrace {
  /** Position in the panel: what rollouts are resampled by. */
  readonly start: number;
  readonly trace: Trace;
  /** How long truth went on. A fault loses its own step and all that truth still had to show. */
  readonly expectedSteps: number;
  /** Still stretches from whose beginning truth moves. */
  readonly frozen: readonly StillStretch[];
  /** For each declared quantity, 1 for every step that breaks it. */
  readonly invariants?: readonly Uint8Array[];
}

export interface ComponentConsistency {
  /** `pole_angle`, `joint_pos[elbow]`. */
  readonly channel: string;
  readonly unit: string;
  /** In `unit`, in one step. */
  readonly allowedChange: number;
  readonly largestChange: number;
  readonly jumps: number;
  readonly frozenSteps: number;
}

/** The jump that exceeds its envelope most. */
export interface Jump {
  /** Which of the traces given. */
  readonly trace: number;
  readonly step: number;
  readonly channel: string;
  readonly unit: string;
  readonly change: number;
  readonly allowed: number;
}

export interface TemporalConsistency {
  /** Share of the steps that break no invariant. */
  readonly unbroken: Estimate;
  /** Steps by what they break; a step may break several. */
  readonly broken: {
    readonly jumps: number;
    readonly outOfLimits: number;
    readonly lost: number;
    readonly frozen: number;
    readonly invariants: number;
  };
  readonly components: readonly ComponentConsistency[];
  readonly worstJump?: Jump;
}

interface Tally {
  allowed: number;
  largest: number;
  jumps: number;
  frozen: number;
}

/** Counts the steps that jump, leave declared limits, are frozen, break a declared quantity, or are lost to a fault. */
export function temporalConsistency(
  traces: readonly JudgedTrace[],
  channels: readonly ChannelSpec[],
  envelope: ChangeEnvelope,
  confidence = 0.95,
): TemporalConsistency {
  const broken = { jumps: 0, outOfLimits: 0, lost: 0, frozen: 0, invariants: 0 };
  const clusters = new Map<number, ClusterCount>();
  const tallies = new Map(
    channels.map(({ name }) => [
      name,
      Array.from(envelope[name]!, (allowed): Tally => ({
        allowed,
        largest: 0,
        jumps: 0,
        frozen: 0,
      })),
    ]),
  );
  let worst: Jump | undefined;

  for (const [index, { start, trace, expectedSteps, frozen, invariants = [] }] of traces.entries()) {
    const { steps, observation, fault } = trace;
    const jumped = new Uint8Array(steps);
    const outside = new Uint8Array(steps);
    for (const channel of channels) {
      const column = columnOfTrace(observation, channel, steps + 1, "judged");
      for (const [component, tally] of tallies.get(channel.name)!.entries()) {
        for (let row = 1; row <= steps; row++) {
          const size = change(channel, component, column, row);
          if (size > tally.largest) tally.largest = size;
          if (size <= tally.allowed) continue;
          tally.jumps++;
          jumped[row - 1] = 1;
          if (worst !== undefined && size / tally.allowed <= worst.change / worst.allowed) continue;
          worst = {
            trace: index,
            step: row,
            channel: nameOf(channel, component),
            unit: channel.unit,
            change: size * channel.tolerance,
            allowed: tally.allowed * channel.tolerance,
          };
        }
      }
      markOutside(channel, column, outside);
    }
    const still = new Uint8Array(steps);
    for (const { channel, component, fromRow, steps: count } of frozen) {
      still.fill(1, fromRow, fromRow + count);
      tallies.get(channel)![component]!.frozen += count;
    }
    const departed = new Uint8Array(steps);
    for (const flags of invariants) for (let i = 0; i < steps; i++) departed[i]! |= flags[i]!;
    // A policy that broke says nothing against the world.
    const lost = fault === undefined || fault.kind === "policy" ? 0 : Math.max(1, expectedSteps - steps);
    let bad = lost;
    for (let i = 0; i < steps; i++) bad += jumped[i]! | outside[i]! | still[i]! | departed[i]!;
    broken.jumps += count(jumped);
    broken.outOfLimits += count(outside);
    broken.frozen += count(still);
    broken.invariants += count(departed);
    broken.lost += lost;
    const { hits, trials } = clusters.get(start) ?? { hits: 0, trials: 0 };
    clusters.set(start, {
      hits: hits + steps + lost - bad,
      trials: trials + steps + lost,
    });
  }

  return {
    unbroken: clusteredRate(clusters.values(), "no step was rolled out", confidence),
    broken,
    components: channels.flatMap((channel) =>
      tallies.get(channel.name)!.map(({ allowed, largest, jumps, frozen }, component) => ({
        channel: nameOf(channel, component),
        unit: channel.unit,
        allowedChange: allowed * channel.tolerance,
        largestChange: largest * channel.tolerance,
        jumps,
        frozenSteps: frozen,
      })),
    ),
    ...(worst === undefined ? {} : { worstJump: worst }),
  };
}

/** In one step, into `row`, in tolerances; Infinity where a value is not finite. */
function change(channel: ChannelSpec, component: number, column: Float64Array, row: number): number {
  return componentError(channel, component, column, row, column, row - 1);
}

function markOutside({ limits, size }: ChannelSpec, column: Float64Array, outside: Uint8Array): void {
  if (limits === undefined) return;
  for (let i = size; i < (outside.length + 1) * size; i++) {
    if (!(column[i]! >= limits[0] && column[i]! <= limits[1])) outside[Math.floor(i / size) - 1] = 1;
  }
}

function count(flags: Uint8Array): number {
  let sum = 0;
  for (const flag of flags) sum += flag;
  return sum;
}

/** An orientation has four values and goes by its channel's name. */
function nameOf(channel: ChannelSpec, component: number): string {
  if (channel.kind !== "quaternion") return componentName(channel, component);
  return channel.size === 4 ? channel.name : `${channel.name}[${component}]`;
}
