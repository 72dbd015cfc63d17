import type { ChannelSpec } from "../core/channels.ts";
import { componentOf } from "../core/component-key.ts";
import { inputError } from "../core/errors.ts";
import type { TeleopConfig } from "./teleop-config.ts";

export interface TwistMessage {
  readonly linear: Vector;
  readonly angular: Vector;
}
interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
export interface JoyMessage {
  readonly axes: ArrayLike<number>;
  readonly buttons: ArrayLike<number>;
}

/** Values of the action channels, by name. */
export type Columns = Record<string, Float64Array>;
/** Adds what an input says to the channels that it is mapped to. @returns false if it says to command nothing. */
export type Mapping<T> = (input: T, into: Columns) => boolean;

/** @throws SimgateError `input` for a channel that the scenario has not. */
export function twistMapping(
  config: NonNullable<TeleopConfig["twist"]>,
  action: readonly ChannelSpec[],
): Mapping<TwistMessage> {
  const parts = config.map.map(({ field, channel, scale }) => {
    const [vector, axis] = field.split(".") as ["linear" | "angular", "x" | "y" | "z"];
    return {
      ...componentOf(action, channel, "twist.map"),
      scale,
      read: (twist: TwistMessage) => twist[vector][axis],
    };
  });
  return (twist, into) => {
    for (const { channel, component, scale, read } of parts) {
      into[channel.name]![component]! += scale * read(twist);
    }
    return true;
  };
}

/** @throws SimgateError `input` for a channel that the scenario has not, or if nothing is mapped. */
export function joyMapping(
  config: NonNullable<TeleopConfig["joy"]>,
  action: readonly ChannelSpec[],
): Mapping<JoyMessage> {
  const axes = config.axes.map((one) => ({ ...one, ...componentOf(action, one.channel, "joy.axes") }));
  const buttons = config.buttons.map((one) => ({
    ...one,
    ...componentOf(action, one.channel, "joy.buttons"),
  }));
  if (axes.length + buttons.length === 0) {
    throw inputError("joy: no axis and no button is mapped to a channel", {
      hint: "axes: [{ axis: 1, channel: …, scale: … }]",
    });
  }
  return (joy, into) => {
    if (config.deadman !== undefined && joy.buttons[config.deadman] !== 1) return false;
    for (const { axis, channel, component, scale } of axes) {
      const value = joy.axes[axis] ?? 0;
      // from the edge of the dead zone on, so that there is no jump
      const moved = Math.max(0, Math.abs(value) - config.deadzone) / (1 - config.deadzone);
      into[channel.name]![component]! += scale * Math.sign(value) * moved;
    }
    for (const { button, channel, component, value } of buttons) {
      if (joy.buttons[button] === 1) into[channel.name]![component]! += value;
    }
    return true;
  };
}
