import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { inputError, messageOf } from "../core/errors.ts";
import { componentPaths } from "./component-paths.ts";
import { fieldReader, type FieldReader } from "./field-reader.ts";
import { parseMessageType, type MessageType } from "./message-type.ts";
import { MULTI_ARRAY, type RecordedChannel } from "./recorded-channel.ts";
import type { ChannelRecord, MessageRecord, SchemaRecord } from "./mcap-scanner.ts";
import type { SeriesBuilder } from "./series.ts";
import type { WantedChannel } from "./wanted-channel.ts";

type Decoded = Readonly<Record<string, unknown>> & {
  readonly header?: { readonly stamp?: { readonly sec: number; readonly nanosec: number } };
};

/** What one message says, by part. */
interface Sample {
  readonly logTime: bigint;
  readonly publishTime: bigint;
  readonly values: readonly (readonly number[])[];
}

/** Decodes the messages of one topic for the channels that live in them. */
export class TopicDecoder {
  readonly #file: string;
  readonly #topic: string;
  readonly #parts: readonly { series: SeriesBuilder; fields: readonly FieldReader[]; received: boolean }[];
  readonly #reader: MessageReader<Decoded> | undefined;
  /** The messages so far, if all of them are stamped zero; undefined: one was not. */
  #unsettled: Sample[] | undefined = [];

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
    const { logTime, publishTime } = message;
    const values = this.#parts.map(({ fields }) => fields.map((field) => field(decoded)));
    if (header === 0n && !own && this.#unsettled !== undefined) {
      this.#unsettled.push({ logTime, publishTime, values });
      return;
    }
    if (header !== undefined && header !== 0n) this.#settle(header);
    this.#put({ logTime, publishTime, values }, header === 0n ? undefined : header, own);
  }

  /** To be called after the last message. */
  finish(): void {
    this.#settle(undefined);
  }

  /** What the first stamps of zero mean is known once one differs: see {@link stampOf}. */
  #settle(next: bigint | undefined): void {
    for (const message of this.#unsettled ?? []) {
      const simulated = next !== undefined && next < message.publishTime / 2n;
      this.#put(message, simulated ? 0n : undefined, false);
    }
    this.#unsettled = undefined;
  }

  #put({ logTime, publishTime, values }: Sample, header: bigint | undefined, own: boolean): void {
    this.#parts.forEach(({ series, received }, i) => {
      series.add(received && !own ? logTime : (header ?? publishTime), values[i]!);
    });
  }
}

/**
 * A stamp of zero is a header that nobody filled in, or the very beginning of simulated time. In the second case the
 * stamps that follow are small too, while on a header that was filled in late they are near the time of publishing.
 */
function stampOf({ header }: Decoded): bigint | undefined {
  const stamp = header?.stamp;
  if (stamp === undefined) return undefined;
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
