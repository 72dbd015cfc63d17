import type { ChannelSpec } from "../../core/channels.ts";
import type { Start } from "../../core/trace.ts";
import type { Judge } from "../../scenario/judge.ts";
import type { LaneValues } from "./defect-model.ts";

/** A component that may be moved, of an observation that is otherwise kept. */
export interface Movable {
  readonly channel: ChannelSpec;
  readonly component: number;
}

/** In tolerances: the first step tried, the last, and how far inside success is far enough. */
const STEP = { first: 64, last: 1 / 8 };
const INSIDE = 1;

/** Such an observation, and by movable component whether the margin hangs on it. */
export interface SuccessState {
  readonly observation: Readonly<Record<string, Float64Array>>;
  readonly matters: readonly boolean[];
}

/**
 * An observation near the given one that would be a success if it never changed again: coordinate search (Hooke & Jeeves
 * 1961) uphill on the margin of the observation held to the horizon. Undefined where none is found by moving these
 * components.
 */
export function successState(
  judge: Judge,
  start: Start,
  observation: LaneValues,
  movable: readonly Movable[],
): SuccessState | undefined {
  const found: Record<string, Float64Array> = {};
  for (const [name, values] of Object.entries(observation)) found[name] = values.slice();
  const held = (): number => {
    const margin = judge.margin({
      start,
      steps: 0,
      controlPeriodSec: 0,
      end: "horizon",
      observation: found,
      requestedAction: {},
      appliedAction: {},
    });
    return Number.isNaN(margin) ? -Infinity : margin;
  };
  let best = held();
  for (let step = STEP.first; step >= STEP.last && best < INSIDE;) {
    let moved = false;
    for (const { channel, component } of movable) {
      const values = found[channel.name]!;
      const from = values[component]!;
      for (const sign of [1, -1]) {
        values[component] = from + sign * step * channel.tolerance;
        const margin = held();
        if (margin > best) {
          best = margin;
          moved = true;
          break;
        }
        values[component] = from;
      }
    }
    if (!moved) step /= 2;
  }
  if (!(best > 0)) return undefined;
  const matters = movable.map(({ channel, component }) => {
    const values = found[channel.name]!;
    const at = values[component]!;
    const changes = [1, -1].some((sign) => {
      values[component] = at + sign * STEP.first * channel.tolerance;
      return held() !== best;
    });
    values[component] = at;
    return changes;
  });
  return { observation: found, matters };
}

export function movableComponents(channels: readonly ChannelSpec[]): readonly Movable[] {
  return channels.flatMap((channel) =>
    Array.from({ length: channel.size }, (_, component) => ({ channel, component })),
  );
}
