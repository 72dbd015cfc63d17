import type { Batch, ChannelSpec } from "../core/channels.ts";
import type { Start, Trace } from "../core/trace.ts";
import type { Policy } from "../policy/policy.ts";
import type { World } from "../world/world.ts";
import { type ActionSource, runLockstep, type Rollout, type RolloutOptions } from "./lockstep.ts";

export interface TakeOverOptions extends RolloutOptions {
  /** The rollout that is left. */
  readonly past: Trace;
  /** At which of its control steps. */
  readonly atStep: number;
  /**
   * `replay`: the world is led there from the start by the commands it was given then, and goes on from the very state
   * it had. `start`: `start` is that state already, and the rollout begins with it.
   */
  readonly by: "replay" | "start";
  /**
   * Lanes that do the same, of which the first counts: a learned model may round differently at other batch sizes.
   * Default 1.
   */
  readonly lanes?: number;
}

/**
 * Another policy takes over in the middle of a rollout, or the same one goes on elsewhere. It has watched what came
 * before, so that one with a memory has it, and one that plans ahead is where it would be. Without a policy the
 * commands of the past are carried on, as far as they go.
 */
export async function takeOver(
  world: World,
  policy: Policy | undefined,
  start: Start,
  { past, atStep, by, lanes = 1, ...options }: TakeOverOptions,
): Promise<Rollout> {
  const recorded = (step: number): Batch => rowOf(world.spec.action, past.requestedAction, step, lanes);
  let ready: readonly Batch[] = [];
  if (policy !== undefined) {
    await policy.reset(lanes, new Array<bigint>(lanes).fill(start.seed));
    for (let step = 0; step < atStep; step++) {
      if (ready.length === 0) {
        const seen = rowOf(world.spec.observation, past.observation, step, lanes);
        ready = (await policy.act(seen, options.signal)).actions.map(copied);
      }
      ready = ready.slice(1);
    }
  }
  let next = by === "replay" ? 0 : atStep;
  const source: ActionSource = async (observation, signal) => {
    if (next < atStep || policy === undefined) {
      return next < past.steps ? [recorded(next++)] : undefined;
    }
    if (ready.length > 0) {
      const rest = ready;
      ready = [];
      return rest;
    }
    const step = by === "replay" ? observation.step : observation.step + atStep;
    return (await policy.act({ ...observation, step }, signal)).actions;
  };
  return runLockstep(world, new Array<Start>(lanes).fill(start), source, options);
}

function rowOf(
  channels: readonly ChannelSpec[],
  columns: Readonly<Record<string, Float64Array>>,
  step: number,
  lanes: number,
): Batch {
  const row: Record<string, Float64Array> = {};
  for (const { name, size } of channels) {
    const values = new Float64Array(lanes * size);
    for (let lane = 0; lane < lanes; lane++) {
      values.set(columns[name]!.subarray(step * size, (step + 1) * size), lane * size);
    }
    row[name] = values;
  }
  return { lanes, step, columns: row };
}

/** The policy's answer is only valid until its next call. */
function copied(batch: Batch): Batch {
  const columns = Object.entries(batch.columns).map(([name, values]) => [name, values.slice()] as const);
  return { ...batch, columns: Object.fromEntries(columns) };
}
