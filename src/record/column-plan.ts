import { didYouMean, type SimgateError } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import { dimensionText, parseUnit, sameDimension } from "../core/units.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { ImportMap, ImportSource } from "./import-map.ts";
import type { RecordedChannel, RecordedChannels } from "./recorded-channel.ts";
import type { ChannelRole } from "./topic-layout.ts";

/** Which cells make up a channel, and how each becomes a value in the channel's unit. */
export interface ChannelColumns {
  readonly channel: RecordedChannel;
  readonly role: ChannelRole;
  readonly cells: readonly CellSource[];
}

/** value = cell × scale + offset, in the channel's unit. */
export interface CellSource {
  readonly column: string;
  readonly scale: number;
  readonly offset: number;
}

/**
 * Settles a map against a scenario's channels.
 * @throws SimgateError at the place in the map: unknown channel, wrong number of columns, unit of another kind.
 */
export function columnPlan(
  map: YamlDocument<ImportMap>,
  channels: RecordedChannels,
): readonly ChannelColumns[] {
  const plan: ChannelColumns[] = [];
  for (const [name, source] of Object.entries(map.value.observation)) {
    const channel = find(map, channels.observation, name, ["observation", name]);
    plan.push({ channel, role: "observation", cells: cells(map, channel, source, ["observation", name]) });
  }
  for (const [name, { applied, requested }] of Object.entries(map.value.action)) {
    const channel = find(map, channels.action, name, ["action", name]);
    plan.push({ channel, role: "applied", cells: cells(map, channel, applied, ["action", name, "applied"]) });
    if (requested !== undefined) {
      const path = ["action", name, "requested"];
      plan.push({ channel, role: "requested", cells: cells(map, channel, requested, path) });
    }
  }
  return plan;
}

function find(
  map: YamlDocument<ImportMap>,
  channels: readonly RecordedChannel[],
  name: string,
  path: KeyPath,
): RecordedChannel {
  const channel = channels.find((one) => one.name === name);
  if (channel !== undefined) return channel;
  const known = channels.map((one) => one.name);
  throw map.error(path, `the scenario has no ${path[0]} channel "${name}"`, {
    hint: didYouMean(name, known),
  });
}

function cells(
  map: YamlDocument<ImportMap>,
  channel: RecordedChannel,
  source: ImportSource,
  path: KeyPath,
): readonly CellSource[] {
  if (source.columns.length !== channel.size) {
    throw map.error([...path, "columns"], `channel "${channel.name}" needs one column per component`, {
      expected: `${channel.size}${channel.labels === undefined ? "" : ` (${channel.labels.join(", ")})`}`,
      got: `${source.columns.length}`,
    });
  }
  return source.columns.map((column, i) => {
    const own = typeof column === "string" ? { column, scale: 1, offset: 0, sign: 1 } : column;
    const unitPath =
      "unit" in own && own.unit !== undefined ? [...path, "columns", i, "unit"] : [...path, "unit"];
    const factor = conversion(map, channel, ("unit" in own ? own.unit : undefined) ?? source.unit, unitPath);
    return {
      column: own.column,
      scale: own.sign * own.scale * factor,
      offset: own.sign * own.offset * factor,
    };
  });
}

/** One of the file's unit in the channel's. */
function conversion(
  map: YamlDocument<ImportMap>,
  channel: RecordedChannel,
  text: string,
  path: KeyPath,
): number {
  const from = parseUnit(text, map.where(path));
  const to = parseUnit(channel.unit);
  if (!sameDimension(from.dimension, to.dimension)) throw wrongUnit(map, channel, text, path);
  return from.factor / to.factor;
}

function wrongUnit(
  map: YamlDocument<ImportMap>,
  channel: RecordedChannel,
  text: string,
  path: KeyPath,
): SimgateError {
  return map.error(path, `"${text}" cannot be converted to the unit of channel "${channel.name}"`, {
    expected: `a unit of ${dimensionText(parseUnit(channel.unit).dimension)}, such as "${channel.unit}"`,
    got: `"${text}" (${dimensionText(parseUnit(text).dimension)})`,
  });
}
