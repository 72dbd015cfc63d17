import { componentName, type ChannelSpec } from "../core/channels.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { TensorInfo } from "../tensor/session.ts";

/** A part of a card's `inputs` or `outputs`, and how sure it is. */
export interface Guess {
  /** YAML flow: `{ channel: pole_angle, transform: sin }`, or a channel's name. */
  readonly parts: readonly string[];
  /** Why a person should look; absent where only one reading is possible. */
  readonly decide?: string;
}

export type CardContract = Pick<Scenario, "observation" | "action" | "parameters" | "images">;

interface Reading {
  readonly what: string;
  readonly width: number;
  readonly parts: readonly string[];
}

/** What the values of a graph input of this width may be: the reading whose size fits, by the name where several do. */
export function guessFeatures(tensor: TensorInfo, width: number | undefined, contract: CardContract): Guess {
  const { observation, action, parameters } = contract;
  const observed = reading("the observation", observation, (name) => `{ channel: ${name} }`);
  const circle = circular(observation);
  const applied = reading("the action", action, (name) => `{ action: ${name} }`);
  const given: Reading = {
    what: "the parameters",
    width: parameters.length,
    parts: parameters.map(({ name }) => `{ parameter: ${name} }`),
  };
  const readings = [
    ...observation.map((channel) => reading(channel.name, [channel], (name) => `{ channel: ${name} }`)),
    ...action.map((channel) => reading(channel.name, [channel], (name) => `{ action: ${name} }`)),
    ...(action.length > 1 ? [applied] : []),
    observed,
    circle,
    joined(observed, applied),
    joined(circle, applied),
    ...(parameters.length === 0
      ? []
      : [given, joined(observed, applied, given), joined(circle, applied, given), joined(observed, given)]),
  ].filter((one, i, all) => all.findIndex((other) => sameParts(one, other)) === i);
  const fitting = readings.filter((one) => one.width === width && one.width > 0);
  const chosen = preferred(tensor.name, fitting);
  if (chosen === undefined) {
    return {
      parts: joined(observed, applied).parts,
      decide: `which features these are: the graph wants ${width ?? "an open number of"} values, and no simple list of the scenario's channels has that many`,
    };
  }
  const others = fitting.filter((one) => one !== chosen).map(({ what }) => what);
  const alternatives = others.length === 0 ? "" : `, or ${others.join(", or ")}`;
  return {
    parts: chosen.parts,
    decide: `guessed by size: ${chosen.what}${alternatives}, in this order`,
  };
}

/** What the values of a graph output may be, among these channels. */
export function guessChannels(
  tensor: TensorInfo,
  width: number | undefined,
  channels: readonly ChannelSpec[],
): Guess {
  const all = reading("all channels", channels, (name) => name);
  const readings = [
    ...channels.map((channel) => reading(channel.name, [channel], (name) => name)),
    all,
  ].filter((one, i, list) => list.findIndex((other) => sameParts(one, other)) === i);
  const fitting = readings.filter((one) => one.width === width);
  const chosen = preferred(tensor.name, fitting) ?? all;
  if (fitting.length === 0) {
    return {
      parts: all.parts,
      decide: `which channels these are: the graph gives ${width ?? "an open number of"} values, the scenario has ${all.width}`,
    };
  }
  return channels.length === 1 && channels[0]!.size === 1
    ? { parts: chosen.parts }
    : { parts: chosen.parts, decide: "guessed by size: in this order" };
}

function reading(what: string, channels: readonly ChannelSpec[], part: (name: string) => string): Reading {
  return {
    what,
    width: channels.reduce((sum, { size }) => sum + size, 0),
    parts: channels.map(({ name }) => part(name)),
  };
}

/** The observation with angles as sine and cosine. */
function circular(observation: readonly ChannelSpec[]): Reading {
  const parts: string[] = [];
  for (const channel of observation) {
    if (channel.kind !== "angle") {
      parts.push(`{ channel: ${channel.name} }`);
      continue;
    }
    for (let component = 0; component < channel.size; component++) {
      const name = componentName(channel, component);
      const key = name === channel.name ? name : JSON.stringify(name);
      parts.push(`{ channel: ${key}, transform: sin }`, `{ channel: ${key}, transform: cos }`);
    }
  }
  const width = observation.reduce((sum, { size, kind }) => sum + (kind === "angle" ? 2 * size : size), 0);
  return { what: "the observation with sin and cos of the angles", width, parts };
}

function joined(...readings: readonly Reading[]): Reading {
  return {
    what: readings.map(({ what }) => what).join(" + "),
    width: readings.reduce((sum, { width }) => sum + width, 0),
    parts: readings.flatMap(({ parts }) => parts),
  };
}

/** By name where the graph's name says it; else the reading that covers most. */
function preferred(name: string, fitting: readonly Reading[]): Reading | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const named = fitting.find(({ what }) => plain(what) === plain(name));
  const byKind = /^(a|u|act|action|actions|cmd|command|torque|force|control)$/i.test(name)
    ? fitting.find(({ parts }) => parts.every((part) => part.startsWith("{ action")))
    : undefined;
  return named ?? byKind ?? [...fitting].sort((a, b) => b.parts.length - a.parts.length)[0];
}

function sameParts(a: Reading, b: Reading): boolean {
  return a.parts.join() === b.parts.join();
}
