/** In a world put together of a learned one and physics, one of them takes a lane over from the other. */
export interface HandOver {
  readonly lane: number;
  /** The first control step that `to` makes: from observation `step` to `step + 1`. */
  readonly step: number;
  /** Names of worlds. */
  readonly from: string;
  readonly to: string;
  /** The condition, by its name in the manifest, or `uncertainty`. */
  readonly cause: string;
  /** True: it holds from here on, and physics takes over. False: it is over, and physics hands back. */
  readonly holds: boolean;
  /** Margin of the condition, or the stated standard deviation; in tolerances of what they are about. */
  readonly value: number;
  /** What it was held against. */
  readonly threshold: number;
  /** Of the uncertainty: the channel that is least certain. */
  readonly channel?: string;
}

/** A hand-over in a rollout of its own. */
export type LaneHandOver = Omit<HandOver, "lane">;

export const BY_UNCERTAINTY = "uncertainty";

/** `gru → coarse: contact holds (margin 0.31 > 0 tolerances)`. */
export function handOverText({ from, to, ...why }: LaneHandOver): string {
  return `${from} → ${to}: ${causeText(why)}`;
}

function causeText({ cause, holds, value, threshold, channel }: Omit<LaneHandOver, "from" | "to">): string {
  const [is, was] = [value.toPrecision(3), String(threshold)];
  if (cause === BY_UNCERTAINTY) {
    const whose = channel === undefined ? "" : ` of ${channel}`;
    return `uncertainty${whose} ${is} ${holds ? ">" : "≤"} ${was} tolerances`;
  }
  return `${cause} ${holds ? "holds" : "is over"} (margin ${is} ${holds ? ">" : "≤"} ${was} tolerances)`;
}

/** Of the first `steps` control steps: how many physics made. A rollout begins with the learned world. */
export function stepsByPhysics(handOvers: readonly LaneHandOver[], steps: number): number {
  let made = 0;
  for (const [i, { step, holds }] of handOvers.entries()) {
    if (!holds) continue;
    const until = handOvers[i + 1]?.step ?? steps;
    made += Math.max(0, Math.min(until, steps) - Math.min(step, steps));
  }
  return made;
}
