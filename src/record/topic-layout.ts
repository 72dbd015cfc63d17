import { inputError } from "../core/errors.ts";
import { componentPaths, fieldAt, isQuaternion } from "./component-paths.ts";
import { fieldPathText, NAME_FIELDS, parseFieldPath, type FieldStep } from "./field-path.ts";
import { messageType } from "./message-definitions.ts";
import { fieldsOf, type MessageType } from "./message-type.ts";
import {
  EXACT_SUFFIX,
  MULTI_ARRAY,
  REQUESTED_SUFFIX,
  type RecordedChannel,
  type RecordedChannels,
} from "./recorded-channel.ts";

/** What a channel carries: what was observed, what was applied after limits, or what the policy had asked for. */
export type ChannelRole = "observation" | "applied" | "requested";

/** One topic of a recording: which channels travel in its message, and where. */
export interface TopicLayout {
  readonly topic: string;
  readonly type: MessageType;
  readonly role: ChannelRole;
  readonly channels: readonly TopicChannel[];
  /** A message of the right form; the numbers of {@link channels} are overwritten for each one sent. */
  readonly skeleton: Readonly<Record<string, unknown>>;
}

export interface TopicChannel {
  readonly channel: RecordedChannel;
  /** One path a component, with positions only: `position[1]`. */
  readonly paths: readonly string[];
}

/**
 * Topics and messages of a recording. Channels that name the same ROS topic share its message; a channel without a
 * `ros` mapping, or with a type whose definition is not known here, is a labelled Float64MultiArray on `/<channel>`.
 * @throws SimgateError if mappings contradict each other or lead nowhere.
 */
export function topicLayouts(channels: RecordedChannels, prefix = ""): readonly TopicLayout[] {
  const applied = group(channels.action, "applied", prefix);
  const layouts = [
    ...group(channels.observation, "observation", prefix),
    ...applied,
    ...applied.map((one): TopicLayout => ({
      ...one,
      topic: one.topic + REQUESTED_SUFFIX,
      role: "requested",
    })),
  ];
  const seen = new Map<string, TopicLayout>();
  for (const layout of layouts) {
    const other = seen.get(layout.topic);
    if (other !== undefined) {
      throw inputError(`topic ${layout.topic} would carry both observations and actions`, {
        where: `channels ${[...other.channels, ...layout.channels].map((one) => one.channel.name).join(", ")}`,
        hint: "give the action another topic",
      });
    }
    seen.set(layout.topic, layout);
  }
  return layouts;
}

/** What a recording needs besides, to give back every number bit for bit: see {@link EXACT_SUFFIX}. */
export function exactLayouts(layouts: readonly TopicLayout[], prefix = ""): readonly TopicLayout[] {
  return layouts.flatMap(({ role, type, channels }) =>
    channels
      .filter(({ channel, paths }) => paths.some((path) => !isExact(path, channel, type)))
      .map(({ channel }) => {
        const plain = multiArrayLayout(channel, role, prefix);
        const suffix = role === "requested" ? REQUESTED_SUFFIX : "";
        return { ...plain, topic: plain.topic + suffix + EXACT_SUFFIX };
      }),
  );
}

function isExact(path: string, { name }: RecordedChannel, type: MessageType): boolean {
  const where = `channel "${name}", ros.field`;
  return fieldAt(parseFieldPath(path, where), type, where).type === "float64";
}

/** A ROS type that can be recorded as itself. Images need more than their numbers, so they are not among them. */
export function recordableType(name: string): MessageType | undefined {
  return /^sensor_msgs\/msg\/(Compressed)?Image$/.test(name) ? undefined : messageType(name);
}

function group(channels: readonly RecordedChannel[], role: ChannelRole, prefix: string): TopicLayout[] {
  const topics = new Map<string, { type: MessageType; channels: RecordedChannel[] }>();
  const plain: TopicLayout[] = [];
  for (const channel of channels) {
    const type = channel.ros === undefined ? undefined : recordableType(channel.ros.type);
    if (channel.ros === undefined || type === undefined) {
      plain.push(multiArrayLayout(channel, role, prefix));
      continue;
    }
    const topic = topics.get(channel.ros.topic) ?? { type, channels: [] };
    if (topic.type.name !== type.name) {
      throw inputError(`topic ${channel.ros.topic} has two types`, {
        where: `channel "${channel.name}", ros.type`,
        expected: `${topic.type.name}, as channel "${topic.channels[0]?.name ?? ""}" says`,
        got: type.name,
      });
    }
    topic.channels.push(channel);
    topics.set(channel.ros.topic, topic);
  }
  const mapped = [...topics].map(([topic, { type, channels: members }]): TopicLayout => {
    const skeleton = new Skeleton(type);
    const parts = members.map((channel) => ({
      channel,
      paths: componentPaths(channel, channel.ros!.field, type).map((path, i) =>
        skeleton.add(path, channel, i),
      ),
    }));
    for (const channel of members) skeleton.fix(channel);
    return { topic: prefix + topic, type, role, channels: parts, skeleton: skeleton.finish(members) };
  });
  return [...mapped, ...plain];
}

/** One dimension a shape axis; the last is labelled with the names of the components. */
function multiArrayLayout(channel: RecordedChannel, role: ChannelRole, prefix: string): TopicLayout {
  const shape = channel.shape.length === 0 ? [1] : channel.shape;
  let stride = channel.size;
  const dim = shape.map((size, axis) => {
    const last = axis === shape.length - 1;
    const label = last ? (channel.labels?.join(",") ?? channel.name) : `axis ${axis}`;
    const entry = { label, size, stride };
    stride /= size;
    return entry;
  });
  return {
    topic: `${prefix}/${channel.name}`,
    type: messageType(MULTI_ARRAY)!,
    role,
    channels: [{ channel, paths: Array.from({ length: channel.size }, (_, i) => `data[${i}]`) }],
    skeleton: { layout: { dim, data_offset: 0 }, data: new Array<number>(channel.size).fill(0) },
  };
}

type Node = Record<string, unknown>;

/** Builds the message that all paths of a topic fit into: names filled in, arrays long enough. */
class Skeleton {
  readonly #type: MessageType;
  readonly #root: Node = {};
  readonly #parallel: { readonly values: number[]; readonly names: string[] }[] = [];

  constructor(type: MessageType) {
    this.#type = type;
  }

  /** Makes room for one component and returns its path with positions only. */
  add(path: readonly FieldStep[], channel: RecordedChannel, component: number): string {
    let node = this.#root;
    let fields = fieldsOf(this.#type);
    const settled: FieldStep[] = [];
    for (const [depth, step] of path.entries()) {
      const field = fields.find((one) => one.name === step.name)!;
      const last = depth === path.length - 1;
      if (field.isArray !== true) {
        if (!last || isQuaternion(field)) node = (node[step.name] ??= {}) as Node;
        settled.push(step);
      } else {
        const length = field.arrayLength ?? 0;
        const items = (node[step.name] ??= last
          ? new Array<number>(length).fill(field.arrayLength === undefined ? NaN : 0)
          : []) as unknown[];
        const index = this.#indexOf(step, node, last ? (items as number[]) : undefined, channel, component);
        if (field.arrayLength !== undefined && index >= field.arrayLength) {
          throw inputError(`${fieldPathText(path)} lies beyond the end of the array`, {
            where: `channel "${channel.name}", ros.field`,
            expected: `an index below ${field.arrayLength}`,
          });
        }
        while (items.length <= index) items.push(last ? NaN : {});
        if (!last) node = items[index] as Node;
        settled.push({ name: step.name, index });
      }
      fields = field.isComplex === true ? fieldsOf(this.#type, field.type) : [];
    }
    return fieldPathText(settled);
  }

  /** Fills in what the channel's mapping fixes. */
  fix({ name, ros }: RecordedChannel): void {
    const where = `channel "${name}", ros.fixed`;
    for (const [selector, value] of Object.entries(ros?.fixed ?? {})) {
      const path = parseFieldPath(selector, where);
      const field = fieldAt(path, this.#type, where);
      const fits = field.type === "string" ? "string" : field.type === "bool" ? "boolean" : "number";
      if (
        field.isComplex === true ||
        path.some(({ index }) => index !== undefined) ||
        field.isArray === true
      ) {
        throw inputError(`"${selector}" of ${this.#type.name} cannot be fixed`, {
          where,
          expected: "a single number, text or flag",
          got: `${field.type}${field.isArray === true ? "[]" : ""}`,
        });
      }
      if (typeof value !== fits) {
        throw inputError(`"${selector}" of ${this.#type.name} is a ${field.type}`, {
          where,
          got: JSON.stringify(value),
        });
      }
      let node = this.#root;
      for (const step of path.slice(0, -1)) node = (node[step.name] ??= {}) as Node;
      node[path.at(-1)!.name] = value;
    }
  }

  /** Arrays that run parallel to names are as long as those; elements nobody fills stay NaN. */
  finish(channels: readonly RecordedChannel[]): Node {
    for (const { values, names } of this.#parallel) while (values.length < names.length) values.push(NaN);
    const frame = channels.find((channel) => channel.frame !== undefined)?.frame;
    const stamped = fieldsOf(this.#type).some((field) => field.name === "header");
    if (stamped && frame !== undefined) this.#root["header"] = { frame_id: frame };
    return this.#root;
  }

  #indexOf(
    step: FieldStep,
    node: Node,
    values: number[] | undefined,
    channel: RecordedChannel,
    component: number,
  ): number {
    const names = this.#namesFor(node);
    if (typeof step.index === "string") {
      if (names === undefined) {
        throw inputError(`${this.#type.name} does not name the elements of "${step.name}"`, {
          where: `channel "${channel.name}", ros.field`,
          got: `${step.name}[${step.index}]`,
          hint: "select by position: data[0]",
        });
      }
      if (!names.includes(step.index)) names.push(step.index);
      if (values !== undefined) this.#parallel.push({ values, names });
      return names.indexOf(step.index);
    }
    const index = step.index ?? 0;
    if (names !== undefined && values !== undefined) {
      while (names.length <= index) names.push("");
      names[index] ||= channel.labels?.[component] ?? (channel.size === 1 ? channel.name : `joint_${index}`);
      this.#parallel.push({ values, names });
    }
    return index;
  }

  /** The list of names beside an array, or at the root (JointTrajectory names its joints once for all points). */
  #namesFor(node: Node): string[] | undefined {
    const name = NAME_FIELDS.find((one) =>
      fieldsOf(this.#type).some((f) => f.name === one && f.type === "string" && f.isArray === true),
    );
    if (name === undefined) return undefined;
    const root = node === this.#root || fieldsOf(this.#type).some((f) => f.name === name);
    return root ? ((this.#root[name] ??= []) as string[]) : undefined;
  }
}
