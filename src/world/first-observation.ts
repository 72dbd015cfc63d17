import { inputError } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { ObservationChannel, Scenario } from "../scenario/scenario.ts";

/**
 * What a world without physics of its own shows at step 0: the values the start sets, else the channel's `initial`,
 * else 0 where the channel is a joint's position or velocity (its rest). A channel that nothing sets is an input error:
 * a made-up observation would be examined as if it were real.
 */
export function firstObservation(
  scenario: Pick<Scenario, "name" | "file" | "observation">,
  starts: readonly Start[],
): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  for (const channel of scenario.observation) {
    const column = new Float64Array(starts.length * channel.size);
    starts.forEach((start, lane) => column.set(initialValues(scenario, channel, start), lane * channel.size));
    columns[channel.name] = column;
  }
  return columns;
}

function initialValues(
  scenario: Pick<Scenario, "name" | "file">,
  channel: ObservationChannel,
  start: Start,
): readonly number[] {
  const given = start.initial[channel.name] ?? channel.initial;
  if (given === undefined) {
    const isJoint = channel.mujoco !== undefined && "joint" in channel.mujoco;
    if (isJoint) return new Array<number>(channel.size).fill(0);
    throw inputError(`start #${start.index} gives no value for channel "${channel.name}"`, {
      where: scenario.file,
      hint: `set observation.${channel.name}.initial in the scenario, or give the channel a dimension of starts.box`,
    });
  }
  if (given.length === channel.size && given.every(Number.isFinite)) return given;
  throw inputError(`start #${start.index} does not set channel "${channel.name}" as declared`, {
    where: scenario.file,
    expected: `${channel.size} finite number${channel.size === 1 ? "" : "s"}`,
    got: `[${given.join(", ")}]`,
  });
}
