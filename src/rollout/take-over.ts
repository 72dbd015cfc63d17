import type { Batch, ChannelSpec } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import { bytesOf } from "../core/picture.ts";
import type { Start, Trace } from "../core/trace.ts";
import type { Policy } from "../policy/policy.ts";
import type { World } from "../world/world.ts";
import { sightOf } from "./pictures.ts";
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
  const seen = policy === undefined ? undefined : sightOf(world, policy);
  let ready: readonly Batch[] = [];
  if (policy !== undefined) {
    await policy.reset(lanes, new Array<bigint>(lanes).fill(start.seed));
    for (let step = 0; step < atStep; step++) {
      if (ready.length === 0) {
        const observed = rowOf(world.spec.observation, past.observation, step, lanes);
        const watched = { ...observed, ...picturesOf(past, policy, step, lanes) };
        ready = (await policy.act(watched, options.signal)).actions.map(copied);
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
    return (await policy.act({ ...seen!(observation), step }, signal)).actions;
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

/** The recorded pictures that the policy looks at, for every lane. @throws SimgateError `input` if they were not recorded */
function picturesOf(
  { images = {}, steps }: Trace,
  { spec }: Policy,
  step: number,
  lanes: number,
): Pick<Batch, "images"> {
  if (spec.images === undefined) return {};
  const pictures = spec.images.map((image): [string, Uint8Array] => {
    const size = bytesOf(image);
    const recorded = images[image.name];
    if (recorded?.length !== (steps + 1) * size) {
      throw inputError(
        `policy ${spec.name} cannot take over: the rollout has no pictures for it to look back at`,
        {
          expected: `image channel "${image.name}" of ${image.size.join(" × ")} pixels`,
          hint: "record it with its pictures: simgate run --record trial.mcap --images",
        },
      );
    }
    const shown = new Uint8Array(lanes * size);
    for (let lane = 0; lane < lanes; lane++) {
      shown.set(recorded.subarray(step * size, (step + 1) * size), lane * size);
    }
    return [image.name, shown];
  });
  return { images: Object.fromEntries(pictures) };
}

/** The policy's answer is only valid until its next call. */
function copied(batch: Batch): Batch {
  const columns = Object.entries(batch.columns).map(([name, values]) => [name, values.slice()] as const);
  return { ...batch, columns: Object.fromEntries(columns) };
}
