import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { inputError, messageOf } from "../core/errors.ts";
import type { ChannelRecord, MessageRecord, SchemaRecord } from "./mcap-scanner.ts";
import { parseMessageType, type MessageType } from "./message-type.ts";

/** Decodes the messages of one topic with the definition that the file has of them. */
export class TopicReader<T> {
  readonly type: MessageType;
  readonly #where: string;
  readonly #reader: MessageReader<T>;

  /** @throws SimgateError `input` for another encoding than ROS 2's, or a definition that cannot be read. */
  constructor(file: string, channel: ChannelRecord, schema: SchemaRecord | undefined) {
    this.#where = `${file}, topic ${channel.topic}`;
    this.type = definitionOf(file, channel, schema);
    this.#reader = new MessageReader<T>(this.type.parsed);
  }

  read({ data, logTime }: MessageRecord): T {
    try {
      return this.#reader.readMessage(data);
    } catch (cause) {
      throw inputError("a message cannot be decoded with the definition in the file", {
        where: `${this.#where}, ${Number(logTime) / 1e9} s`,
        got: messageOf(cause),
        cause,
      });
    }
  }
}

/** The readers of a file's topics, each made when its first message comes. */
export class TopicReaders<T> {
  readonly #file: string;
  readonly #readers = new Map<number, TopicReader<T>>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws SimgateError `input` as {@link TopicReader} does. */
  of(channel: ChannelRecord, schema: SchemaRecord | undefined): TopicReader<T> {
    let reader = this.#readers.get(channel.id);
    if (reader === undefined) {
      reader = new TopicReader(this.#file, channel, schema);
      this.#readers.set(channel.id, reader);
    }
    return reader;
  }
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
