import { throwIfAborted } from "../../core/errors.ts";
import type { ChannelSpec } from "../../core/channels.ts";
import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { Episode } from "./episode.ts";

export interface Channels {
  readonly observation: readonly ChannelSpec[];
  readonly action: readonly ChannelSpec[];
}

/**
 * Brings the model's memory to step 0. Lanes that begin inside a recording (`start.context`) see what came before, and
 * their recurrent state is run over it with the recorded observations. What is before the first step known is that
 * observation with no action; recurrent state begins at zero.
 * @param first the observation of step 0.
 */
export async function warmUp(
  episode: Episode,
  starts: readonly Start[],
  first: Pick<FeatureColumns, "observation" | "parameters">,
  channels: Channels,
  carriesState: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const longest = Math.max(0, ...starts.map((start) => start.context?.steps ?? 0));
  episode.begin(columnsAt(starts, -longest - 1, first, channels));
  for (let step = -longest; step < 0; step++) {
    throwIfAborted(signal);
    episode.remember(columnsAt(starts, step, first, channels));
    if (!carriesState) continue;
    const rows = Int32Array.from(starts.keys()).filter(
      (lane) => (starts[lane]!.context?.steps ?? 0) >= -step,
    );
    await episode.predict(step, rows, undefined, signal);
  }
}

/** What every lane saw and did at a step before 0; lanes without a record of it: the oldest known, and no action. */
export function columnsAt(
  starts: readonly Start[],
  step: number,
  first: Pick<FeatureColumns, "observation" | "parameters">,
  channels: Channels,
): FeatureColumns {
  const observation: Record<string, Float64Array> = {};
  const action: Record<string, Float64Array> = {};
  for (const { name, size } of channels.observation) {
    const column = first.observation[name]!.slice();
    starts.forEach(({ context }, lane) => {
      if (context === undefined || context.steps === 0) return;
      const row = Math.max(0, context.steps + step);
      column.set(context.observation[name]!.slice(row * size, (row + 1) * size), lane * size);
    });
    observation[name] = column;
  }
  for (const { name, size } of channels.action) {
    const column = new Float64Array(starts.length * size);
    starts.forEach(({ context }, lane) => {
      const row = (context?.steps ?? 0) + step;
      if (context === undefined || row < 0) return;
      column.set(context.action[name]!.slice(row * size, (row + 1) * size), lane * size);
    });
    action[name] = column;
  }
  return { observation, action, parameters: first.parameters };
}
