import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { messageOf } from "../core/errors.ts";
import { toSec } from "../core/time.ts";
import { decodeHandOver, HAND_OVER_TOPIC, HAND_OVER_TYPE } from "../record/hand-over-message.ts";
import { parseMessageType } from "../record/message-type.ts";
import type { RecordedChannels } from "../record/recorded-channel.ts";
import {
  INFO_RECORD,
  infoFrom,
  RESULT_RECORD,
  resultFrom,
  type RecordingInfo,
  type RecordingResult,
} from "../record/recording-info.ts";
import type { GrowingSignal } from "./growing-signal.ts";
import { byRole, GrowingWorld } from "./growing-world.ts";
import { FormReader, type MessageForm, numberAt, type Slot } from "./message-form.ts";
import type { Recording } from "./recording.ts";
import { channelsOf, channelsOn, type TopicChannel } from "./topic-channels.ts";

/** A topic as MCAP and the Foxglove WebSocket announce it. */
export interface AnnouncedTopic {
  readonly topic: string;
  readonly encoding: string;
  readonly schemaName: string;
  readonly schemaEncoding: string;
  readonly schema: string;
}

export interface BuilderOptions {
  /** Channels of the scenario, for recordings that do not say themselves where theirs are. */
  readonly channels?: RecordedChannels;
  /** Forget what is older than this before the newest sample. Default: keep everything. */
  readonly keepSec?: number;
}

const COMPRESSED_IMAGE = "sensor_msgs/msg/CompressedImage";

/** Forgetting is looked after once in so many messages. */
const FORGET_EVERY = 1024;

/** Collects topics and messages, of a file or as they arrive, into what the viewer shows. */
export class RecordingBuilder {
  readonly #options: BuilderOptions;
  readonly #infos: RecordingInfo[] = [];
  readonly #results: RecordingResult[] = [];
  readonly #topics = new Map<number, Topic>();
  readonly #worlds = new Map<string, GrowingWorld>();
  readonly #undecoded = new Map<string, { type: string; reason: string }>();
  #originNs: bigint | undefined;
  #lastNs = 0n;
  #newestSec = -Infinity;
  #messages = 0;

  constructor(options: BuilderOptions = {}) {
    this.#options = options;
  }

  /** A metadata record of the file, or a message on `/simgate/info` or `/simgate/result`. */
  metadata(name: string, entries: ReadonlyMap<string, string>): void {
    const info = name === INFO_RECORD ? infoFrom(entries) : undefined;
    if (info !== undefined) this.#infos.push(info);
    if (name === RESULT_RECORD) this.#results.push(resultFrom(entries));
  }

  topic(id: number, announced: AnnouncedTopic): void {
    if (!this.#topics.has(id)) this.#topics.set(id, new Topic(announced));
  }

  /** @param publishNs the time the writer gave; over a WebSocket there is only one */
  message(id: number, logNs: bigint, publishNs: bigint, data: Uint8Array): void {
    const topic = this.#topics.get(id);
    if (topic === undefined || topic.given.topic.startsWith("/simgate/")) return;
    this.#lastNs = logNs;
    try {
      this.#originNs ??= logNs;
      if (topic.given.schemaName === COMPRESSED_IMAGE) {
        this.#picture(topic, publishNs, data);
        return;
      }
      if (topic.given.topic.endsWith(HAND_OVER_TOPIC) && topic.given.schemaName === HAND_OVER_TYPE.name) {
        this.#handOver(topic, data);
        return;
      }
      topic.bound ??= this.#bind(topic);
      const form = topic.formOf(data);
      if (form !== topic.form) this.#rebind(topic, form);
      const own = topic.bound.info;
      const time = own === undefined ? (stampOf(form, data) ?? logNs) : publishNs;
      const timeSec = toSec(time - (own?.originNs ?? this.#originNs)) + topic.bound.world.fromSec;
      if (timeSec > this.#newestSec) this.#newestSec = timeSec;
      topic.read(timeSec, data);
    } catch (thrown) {
      this.#undecoded.set(topic.given.topic, { type: topic.given.schemaName, reason: messageOf(thrown) });
    }
    if (++this.#messages % FORGET_EVERY === 0) this.#forget();
  }

  /** Of all that is there; valid until the next message, if old ones are forgotten. */
  build(losses: readonly string[] = []): Recording {
    const worlds = [...this.#worlds.values()].filter((world) => world.signals.size > 0);
    const first = Math.min(...worlds.flatMap((world) => world.firstSec));
    // Foreign clocks begin anywhere: the first sample is their zero.
    const shiftSec = this.#infos.length === 0 && Number.isFinite(first) ? -first : 0;
    const built = worlds.map((world) => world.build(shiftSec, this.#results)).sort(byRole);
    const last = Math.max(0, ...worlds.flatMap((world) => world.lastSec)) + shiftSec;
    return {
      worlds: built,
      durationSec: last,
      wholeSec: last,
      losses,
      undecoded: [...this.#undecoded].map(([topic, { type, reason }]) => ({ topic, type, reason })),
    };
  }

  /**
   * Of what is there so far, of a file that goes on; undefined until every world that was announced has begun.
   * @param endNs log time of its last message; undefined: not known
   */
  part(endNs: bigint | undefined): Recording | undefined {
    const built = this.build();
    const { worlds, durationSec } = built;
    if (worlds.length < Math.max(1, this.#infos.length)) return undefined;
    const restSec = endNs === undefined || endNs < this.#lastNs ? 0 : toSec(endNs - this.#lastNs);
    return { ...built, wholeSec: durationSec + restSec };
  }

  /** @throws Error for a message that the definition does not fit */
  #picture(topic: Topic, publishNs: bigint, data: Uint8Array): void {
    const { world, info, local } = (topic.from ??= this.#worldOf(topic));
    const { data: file } = topic.picture(data);
    const timeSec = toSec(publishNs - (info?.originNs ?? this.#originNs!)) + world.fromSec;
    world.picturesOf(local.replace(/^\/|\/compressed$/g, "")).add(timeSec, file);
  }

  /** Of a recording of ours: in another a topic of that name may say anything. */
  #handOver(topic: Topic, data: Uint8Array): void {
    const { world, info, local } = (topic.from ??= this.#worldOf(topic));
    if (info === undefined || local !== HAND_OVER_TOPIC) throw new Error("texts are not drawn");
    world.handOvers.push(decodeHandOver(data));
  }

  /** The world whose topics have this one's prefix. */
  #worldOf({ given }: Topic): Origin {
    const name = given.topic;
    if (given.encoding !== "cdr" || given.schemaEncoding !== "ros2msg") {
      throw new Error(`messages are ${given.encoding}, not CDR with a ros2msg definition`);
    }
    const info = this.#infos
      .filter(({ prefix }) => name.startsWith(`${prefix}/`))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0];
    const prefix = info?.prefix ?? /^\/(truth|candidate)(?=\/)/.exec(name)?.[0] ?? "";
    let world = this.#worlds.get(prefix);
    if (world === undefined) {
      world = new GrowingWorld(prefix, info);
      this.#worlds.set(prefix, world);
    }
    return { world, info, local: name.slice(prefix.length) };
  }

  #bind(topic: Topic): Bound {
    const origin = this.#worldOf(topic);
    const { info, local } = origin;
    const known = info === undefined ? this.#options.channels : withMapping(info, this.#options.channels);
    const channels = known === undefined ? [] : channelsOn(local, topic.reader.type, known);
    return { ...origin, channels };
  }

  /** What is read, and where, of messages of this form. */
  #rebind(topic: Topic, form: MessageForm): void {
    const { world, info, channels, local } = topic.bound!;
    const isOpen = info === undefined && channels.length === 0;
    const read = isOpen ? channelsOf(local, form) : channels;
    if (read.length === 0) throw new Error("nothing in it is a channel of the recording");
    topic.use(
      form,
      read.map((one) => {
        const slots = one.paths.map((path) => form.slot(path));
        const lost = slots.findIndex((slot) => slot === undefined);
        if (lost >= 0) throw new Error(`channel "${one.channel.name}" is not in a message`);
        return { signal: world.signalOf(one), slots: slots as Slot[] };
      }),
    );
  }

  #forget(): void {
    const { keepSec } = this.#options;
    if (keepSec === undefined) return;
    for (const world of this.#worlds.values()) {
      world.forgetBefore(this.#newestSec - keepSec);
    }
  }
}

/** Where a topic belongs. */
interface Origin {
  readonly world: GrowingWorld;
  readonly info: RecordingInfo | undefined;
  /** The topic without the world's prefix. */
  readonly local: string;
}

interface Bound extends Origin {
  readonly channels: readonly TopicChannel[];
}

interface ReadChannel {
  readonly signal: GrowingSignal;
  readonly slots: readonly Slot[];
}

class Topic {
  readonly given: AnnouncedTopic;
  bound: Bound | undefined;
  /** Of pictures, which are not read for their numbers. */
  from: Origin | undefined;
  #pictures: MessageReader<{ readonly data: Uint8Array }> | undefined;
  form: MessageForm | undefined;
  #reader: FormReader | undefined;
  #channels: readonly ReadChannel[] = [];

  constructor(given: AnnouncedTopic) {
    this.given = given;
  }

  get reader(): FormReader {
    this.#reader ??= new FormReader(parseMessageType(this.given.schemaName, this.given.schema));
    return this.#reader;
  }

  picture(data: Uint8Array): { readonly data: Uint8Array } {
    const { schemaName, schema } = this.given;
    this.#pictures ??= new MessageReader(parseMessageType(schemaName, schema).parsed);
    return this.#pictures.readMessage(data);
  }

  formOf(data: Uint8Array): MessageForm {
    return this.reader.formOf(data);
  }

  use(form: MessageForm, channels: readonly ReadChannel[]): void {
    this.form = form;
    this.#channels = channels;
  }

  read(timeSec: number, data: Uint8Array): void {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (const { signal, slots } of this.#channels) {
      const at = signal.place(timeSec);
      const { values } = signal;
      for (let i = 0; i < slots.length; i++) values[at + i] = numberAt(view, slots[i]!);
    }
  }
}

/** Earlier recordings did not say on which topic a channel travels: the scenario does. */
function withMapping({ observation, action }: RecordingInfo, known?: RecordedChannels): RecordedChannels {
  const mapped = (list: RecordedChannels["action"], from: RecordedChannels["action"] = []): typeof list =>
    list.map((channel) => {
      const ros = channel.ros ?? from.find(({ name }) => name === channel.name)?.ros;
      return ros === undefined ? channel : { ...channel, ros };
    });
  return { observation: mapped(observation, known?.observation), action: mapped(action, known?.action) };
}

/** The time in the header of a message; undefined where nobody filled it in. */
function stampOf(form: MessageForm, data: Uint8Array): bigint | undefined {
  const field = form.fields.get("header.stamp");
  if (field === undefined) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [sec, nanosec] = [view.getInt32(field.offset, true), view.getUint32(field.offset + 4, true)];
  return sec === 0 && nanosec === 0 ? undefined : BigInt(sec) * 1_000_000_000n + BigInt(nanosec);
}
