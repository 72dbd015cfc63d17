import type { ChannelSpec } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { columnOfTrace, type Columns, componentCount, componentError } from "./divergence.ts";

/** Steps in a row in which a component (or an orientation) keeps every bit. */
export interface StillStretch {
  readonly channel: string;
  readonly component: number;
  /** The row it keeps. */
  readonly fromRow: number;
  readonly steps: number;
}

/** A single repeated value is nothing; this many in a row are a frozen channel or a world at rest. */
export const STILL_STEPS = 10;
/** Truth follows a still stretch from its state for so long; longer stretches are cut into pieces. */
const LONGEST_PIECE_STEPS = 25;
/**
 * Truth moves if any step of the stretch is further than this from its beginning, in tolerances. Less may be dry friction
 * that holds a joint in one world and lets it creep in the other.
 */
const MOVES_BY = 1;

/** Every stretch of at least {@link STILL_STEPS} steps, in pieces. Frozen or at rest: only truth can tell. */
export function stillStretches(
  channels: readonly ChannelSpec[],
  { observation, steps }: Pick<Trace, "observation" | "steps">,
): StillStretch[] {
  return channels.flatMap((channel) => {
    const column = columnOfTrace(observation, channel, steps + 1, "candidate");
    return Array.from({ length: componentCount(channel) }, (_, component) => {
      const found: StillStretch[] = [];
      let fromRow = 0;
      for (let row = 1; row <= steps + 1; row++) {
        if (row <= steps && sameBits(channel, component, column, row)) continue;
        const still = row - 1 - fromRow;
        if (still >= STILL_STEPS) found.push(...pieces(channel.name, component, fromRow, still));
        fromRow = row;
      }
      return found;
    }).flat();
  });
}

/** @param truth what truth does from the same state under the same commands; row 0 is the stretch's first. */
export function truthMoves(
  channels: readonly ChannelSpec[],
  { channel: name, component, steps }: StillStretch,
  truth: { readonly observation: Columns; readonly steps: number },
): boolean {
  const channel = channels.find((one) => one.name === name)!;
  const rows = Math.min(steps, truth.steps);
  const column = columnOfTrace(truth.observation, channel, rows + 1, "true");
  for (let row = 1; row <= rows; row++) {
    if (componentError(channel, component, column, row, column, 0) > MOVES_BY) return true;
  }
  return false;
}

function sameBits(
  { kind, size }: ChannelSpec,
  component: number,
  column: Float64Array,
  row: number,
): boolean {
  const width = kind === "quaternion" ? 4 : 1;
  const at = row * size + component * width;
  for (let i = at; i < at + width; i++) if (!Object.is(column[i], column[i - size])) return false;
  return true;
}

function pieces(channel: string, component: number, fromRow: number, steps: number): StillStretch[] {
  const count = Math.ceil(steps / LONGEST_PIECE_STEPS);
  const cut = (i: number): number => Math.round((i * steps) / count);
  return Array.from({ length: count }, (_, i) => ({
    channel,
    component,
    fromRow: fromRow + cut(i),
    steps: cut(i + 1) - cut(i),
  }));
}
