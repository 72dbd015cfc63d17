import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { inputError, messageOf } from "../core/errors.ts";
import { componentPaths } from "./component-paths.ts";
import { fieldReader, type FieldReader } from "./field-reader.ts";
import { parseMessageType, type MessageType } from "./message-definitions.ts";
import type { RecordedChannel } from "./recorded-channel.ts";
import type { ChannelRecord, MessageRecord, SchemaRecord } from "./scan-mcap.ts";
import type { SeriesBuilder } from "./series.ts";
import { MULTI_ARRAY } from "./topic-layout.ts";
import type { WantedChannel } from "./wanted-channel.ts";

type Decoded = Readonly<Record<string, unknown>> & {
  readonly header?: { readonly stamp?: { readonly sec: number; readonly nanosec: number } };
};

/** Decodes the messages of one topic for the channels that live in them. */
export class TopicDecoder {
  readonly #file: string;
  readonly #topic: string;
  readonly #parts: readonly { series: SeriesBuilder; fields: readonly FieldReader[]; received: boolean }[];
  readonly #reader: MessageReader<Decoded> | undefined;

  constructor(
    file: string,
    channel: ChannelRecord,
    schema: SchemaRecord | undefined,
    wanted: readonly WantedChannel[],
  ) {
    this.#file = file;
    this.#topic = channel.topic;
    if (wanted.length === 0) {
      this.#parts = [];
      return;
    }
    const type = definitionOf(file, channel, schema);
    this.#reader = new MessageReader<Decoded>(type.parsed);
    this.#parts = wanted.map((one) => ({
      series: one.builder(channel.topic),
      fields: readersFor(one.channel, type, one.isMapped(channel.topic), `${file}, topic ${channel.topic}`),
      received: one.channel.ros?.stamp === "receive",
    }));
  }

  /** @param own true for what simgate wrote, where `publishTime` is the true time and `logTime` may be moved by nanoseconds. */
  add(message: MessageRecord, own: boolean): void {
    if (this.#parts.length === 0) return;
    let decoded: Decoded;
    try {
      decoded = this.#reader!.readMessage(message.data);
    } catch (cause) {
      throw inputError("a message cannot be decoded with the definition in the file", {
        where: `${this.#file}, topic ${this.#topic}, ${Number(message.logTime) / 1e9} s`,
        got: messageOf(cause),
        cause,
      });
    }
    const header = stampOf(decoded);
    for (const { series, fields, received } of this.#parts) {
      const timeNs = received && !own ? message.logTime : (header ?? message.publishTime);
      series.add(
        timeNs,
        fields.map((field) => field(decoded)),
      );
    }
  }
}

/** A stamp of zero is a header that nobody filled in, except at the very beginning of time, where it changes nothing. */
function stampOf({ header }: Decoded): bigint | undefined {
  const stamp = header?.stamp;
  if (stamp === undefined || (stamp.sec === 0 && stamp.nanosec === 0)) return undefined;
  return BigInt(stamp.sec) * 1_000_000_000n + BigInt(stamp.nanosec);
}

function definitionOf(file: string, channel: ChannelRecord, schema: SchemaRecord | undefined): MessageType {
  if (channel.messageEncoding !== "cdr" || schema?.encoding !== "ros2msg") {
    throw inputError(`topic ${channel.topic} is not in ROS 2's encoding`, {
      where: file,
      expected: "CDR messages with a ros2msg definition",
      got: `${channel.messageEncoding} messages with ${schema === undefined ? "no" : `a ${schema.encoding}`} definition`,
    });
  }
  try {
    return parseMessageType(schema.name, schema.text);
  } catch (cause) {
    throw inputError(`the definition of ${schema.name} in the file cannot be read`, {
      where: `${file}, topic ${channel.topic}`,
      got: messageOf(cause),
      cause,
    });
  }
}

/** By the channel's selectors where it is mapped to this message; otherwise our own form, `data` in the channel's order. */
function readersFor(
  channel: RecordedChannel,
  type: MessageType,
  mapped: boolean,
  where: string,
): FieldReader[] {
  const own = !mapped || (type.name === MULTI_ARRAY && channel.ros?.type !== MULTI_ARRAY);
  const field = own ? "data" : channel.ros!.field;
  return componentPaths(channel, field, type).map((path) => fieldReader(path, where));
}
