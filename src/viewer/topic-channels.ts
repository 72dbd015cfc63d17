import type { ChannelSpec } from "../core/channels.ts";
import { componentPaths } from "../record/component-paths.ts";
import type { FieldStep } from "../record/field-path.ts";
import type { MessageType } from "../record/message-type.ts";
import {
  EXACT_SUFFIX,
  MULTI_ARRAY,
  REQUESTED_SUFFIX,
  type RecordedChannel,
  type RecordedChannels,
  UNCERTAINTY_SUFFIX,
} from "../record/recorded-channel.ts";
import { type MessageForm, namesIn } from "./message-form.ts";

/** A channel that travels in the messages of a topic. */
export interface TopicChannel {
  /** Which of a world's signals it is. */
  readonly kind: "observation" | "applied" | "requested" | "uncertainty";
  readonly channel: ChannelSpec;
  /** One a component. */
  readonly paths: readonly (readonly FieldStep[])[];
}

/**
 * The channels of a world that travel in a topic: on the topic that their mapping names, or on `/<channel>`.
 * @param topic without the world's prefix
 */
export function channelsOn(
  topic: string,
  type: MessageType,
  channels: RecordedChannels,
): readonly TopicChannel[] {
  const found: TopicChannel[] = [];
  const look = (
    kind: TopicChannel["kind"],
    list: readonly RecordedChannel[],
    suffix: string,
    mapped = true,
  ): void => {
    for (const channel of list) {
      const paths = pathsOn(topic, suffix, type, channel, mapped);
      if (paths !== undefined) found.push({ kind, channel, paths });
    }
  };
  look("observation", channels.observation, "");
  look("applied", channels.action, "");
  look("requested", channels.action, REQUESTED_SUFFIX);
  look("uncertainty", channels.observation, UNCERTAINTY_SUFFIX, false);
  return found;
}

function pathsOn(
  topic: string,
  suffix: string,
  type: MessageType,
  channel: RecordedChannel,
  mapped: boolean,
): TopicChannel["paths"] | undefined {
  const { ros, name } = channel;
  if (mapped && ros !== undefined && topic === ros.topic + suffix && type.name === ros.type) {
    return componentPaths(channel, ros.field, type);
  }
  const own = `/${name}${suffix}`;
  // The numbers themselves come after the message that rounds them, and take the place of what was read there.
  if (![own, own + EXACT_SUFFIX].includes(topic) || type.name !== MULTI_ARRAY) return undefined;
  return Array.from({ length: channel.size }, (_, i) => [{ name: "data", index: i }]);
}

/** More numbers than this in one field are an image or a scan, not something to plot. */
const MOST_VALUES = 64;
const NOT_TO_SHOW = /(^|\.)(header|stamp|layout|.*covariance)(\.|$)/;

/** Of a topic that nothing is known of: every number of its messages, one channel a field. */
export function channelsOf(topic: string, form: MessageForm): readonly TopicChannel[] {
  return [...form.fields].flatMap(([path, { type, count }]) => {
    const plot = count > 0 && count <= MOST_VALUES && type !== "time" && type !== "duration";
    if (!plot || NOT_TO_SHOW.test(path)) return [];
    const isArray =
      count > 1 || Array.isArray(valueAt(form, path)) || ArrayBuffer.isView(valueAt(form, path));
    const names = namesIn(form.message);
    const labels = isArray && names?.length === count ? { labels: names } : {};
    const channel: ChannelSpec = {
      name: `${topic.slice(1)}.${path}`,
      unit: "",
      kind: "linear",
      shape: isArray ? [count] : [],
      size: count,
      ...labels,
      tolerance: 1,
    };
    const steps = path.split(".").map((part): FieldStep => {
      const [, name = part, index] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
      return index === undefined ? { name } : { name, index: Number(index) };
    });
    const last = steps.at(-1)!;
    const paths = isArray
      ? Array.from({ length: count }, (_, index) => [...steps.slice(0, -1), { name: last.name, index }])
      : [steps];
    return [{ kind: "observation" as const, channel, paths }];
  });
}

function valueAt(form: MessageForm, path: string): unknown {
  let value: unknown = form.message;
  for (const part of path.split(/[.[\]]+/).filter((one) => one !== "")) {
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
  }
  return value;
}
