import { columnOf, isActive } from "../../core/channels.ts";
import { didYouMean, inputError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random.ts";
import type { World } from "../world.ts";
import { type ActionChange, withChangedActions } from "./with-changed-actions.ts";

/** Lane → one stream an action channel that is disturbed. */
type Streams = readonly (readonly RandomStream[])[];

/**
 * A world whose actuators are noisy: Gaussian noise of the given standard deviation (by action channel, in its unit) is
 * added to every component of the command, clipped to its limits before and, by the world, after. Drawn from the seed of
 * the lane's start at the control step, so that truth and candidate are disturbed alike.
 */
export function withActionNoise(
  world: World,
  { std }: { readonly std: Readonly<Record<string, number>> },
): World {
  const { action } = world.spec;
  const disturbed = Object.entries(std).map(([name, deviation]) => {
    const channel = action.find((one) => one.name === name);
    if (channel !== undefined && deviation >= 0) return { channel, deviation };
    throw inputError(
      `world ${world.spec.name}: action noise on "${name}" is not possible`,
      channel === undefined
        ? {
            hint: didYouMean(
              name,
              action.map((one) => one.name),
            ),
          }
        : { expected: "a standard deviation of 0 or more", got: String(deviation) },
    );
  });
  const noise: ActionChange<Streams> = {
    begin: (starts) =>
      starts.map(({ seed }) =>
        disturbed.map(({ channel }) => new RandomStream(seed, "action noise", channel.name)),
      ),
    change(actions, step, streams) {
      const columns: Record<string, Float64Array> = { ...actions.columns };
      for (const [k, { channel, deviation }] of disturbed.entries()) {
        const [lower, upper] = channel.limits ?? [-Infinity, Infinity];
        const column = columnOf(actions, channel).slice();
        for (let lane = 0; lane < actions.lanes; lane++) {
          if (!isActive(actions, lane)) continue;
          for (let c = 0; c < channel.size; c++) {
            const i = lane * channel.size + c;
            const command = Math.min(Math.max(column[i]!, lower), upper);
            column[i] = command + deviation * streams[lane]![k]!.normal(step, c);
          }
        }
        columns[channel.name] = column;
      }
      return { actions: { ...actions, columns }, state: streams };
    },
  };
  return withChangedActions(world, noise, { stochastic: true });
}
