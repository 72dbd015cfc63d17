import { didYouMean, inputError, type SimgateError } from "../core/errors.ts";
import { toSec, type TimeNs } from "../core/time.ts";
import { fieldPathText } from "./field-path.ts";
import { isImageType } from "./image-message.ts";
import type { ChannelRecord, MessageRecord, SchemaRecord } from "./mcap-scanner.ts";
import { numericPaths } from "./numeric-paths.ts";
import type { Series } from "./series.ts";
import { TopicDecoder } from "./topic-decoder.ts";
import { TopicReader } from "./topic-reader.ts";
import { WantedChannel } from "./wanted-channel.ts";

/** What has more numbers than this says what was seen, not what was done. */
const MOST_COLUMNS = 256;

export interface ActionTopicOptions {
  readonly stamp: "header" | "receive";
  /** Columns begin with the name of their topic, for there are others. */
  readonly several: boolean;
}

/** An error at a key of the session's card. */
export type Refuse = (
  path: readonly string[],
  what: string,
  details: { readonly expected?: string; readonly got: string; readonly hint?: string },
) => SimgateError;

type Message = Readonly<Record<string, unknown>>;

/** What was done, as one topic of a recording tells it: each number of its messages is a column. */
export class ActionTopic {
  readonly topic: string;
  messages = 0;
  readonly #options: ActionTopicOptions;
  /** From the first message that has numbers on. */
  #columns: readonly WantedChannel[] = [];
  #paths = "";
  /** Bytes of a message with those columns: others are looked at again. */
  #bytes = -1;
  #tooMany = 0;
  readonly #decoders = new Map<
    string,
    { readonly reader: TopicReader<Message>; decoder: TopicDecoder | undefined }
  >();

  constructor(topic: string, options: ActionTopicOptions) {
    this.topic = topic;
    this.#options = options;
  }

  /** @param own of a recording by simgate. @throws SimgateError `input` for what cannot be decoded, or has other columns than the first. */
  add(
    file: string,
    message: MessageRecord,
    channel: ChannelRecord,
    schema: SchemaRecord | undefined,
    own: boolean,
  ): void {
    this.messages++;
    if (isImageType(schema?.name) || this.#tooMany > 0) return;
    const key = `${file}:${channel.id}`;
    const entry = this.#decoders.get(key) ?? {
      reader: new TopicReader<Message>(file, channel, schema),
      decoder: undefined,
    };
    this.#decoders.set(key, entry);
    if (message.data.length !== this.#bytes) this.#look(file, message, entry.reader);
    if (this.#columns.length === 0) return;
    entry.decoder ??= new TopicDecoder(file, channel, schema, this.#columns);
    entry.decoder.add(message, own);
  }

  #look(file: string, message: MessageRecord, reader: TopicReader<Message>): void {
    const { type } = reader;
    const paths = numericPaths(type, reader.read(message)).map(fieldPathText);
    if (paths.length > MOST_COLUMNS) {
      this.#tooMany = paths.length;
      return;
    }
    // Joints may change places.
    const all = [...paths].sort().join(", ");
    if (this.#columns.length > 0 && all !== this.#paths) {
      throw inputError("a message has other numbers than the first", {
        where: `${file}, topic ${this.topic}, ${toSec(message.logTime)} s`,
        expected: this.#paths,
        got: all || "none",
      });
    }
    this.#bytes = message.data.length;
    if (this.#columns.length > 0) return;
    this.#paths = all;
    const { stamp, several } = this.#options;
    this.#columns = paths.map((field) => {
      const name = several ? `${this.topic}.${field}` : field;
      const ros = { topic: this.topic, type: type.name, field, stamp };
      return new WantedChannel(
        { name, unit: "1", kind: "linear", shape: [], size: 1, tolerance: 1, ros },
        ...(["", file, "", "drop"] as const),
      );
    });
  }

  /** To be called after the last message. @param types of all topics of the recording */
  finish(types: ReadonlyMap<string, string>, refuse: Refuse): void {
    for (const { decoder } of this.#decoders.values()) decoder?.finish();
    const type = types.get(this.topic);
    const path = ["actions", "topic"];
    const others = [...types].filter(([, one]) => !isImageType(one)).map(([topic]) => topic);
    const expected = "a topic whose messages say in numbers what was done";
    if (type === undefined) {
      const got = types.size === 0 ? "no topic at all" : [...types.keys()].join(", ");
      throw refuse(path, `the recording has no topic ${this.topic}`, {
        got,
        hint: didYouMean(this.topic, others),
      });
    }
    if (isImageType(type)) {
      throw refuse(path, `topic ${this.topic} carries pictures`, {
        expected,
        got: type,
        hint: `known: ${others.join(", ")}`,
      });
    }
    if (this.messages === 0)
      throw refuse(path, `there is no action on topic ${this.topic}`, { got: "no message" });
    if (this.#tooMany > 0) {
      throw refuse(path, `topic ${this.topic} carries no actions`, {
        expected: `${expected}: ${MOST_COLUMNS} of them at most`,
        got: `${type} with ${this.#tooMany} numbers`,
      });
    }
    if (this.#columns.length > 0) return;
    throw refuse(path, `the messages of ${this.topic} have no number`, { expected, got: type });
  }

  /** A series of each column. @param originNs the zero of their times */
  series(originNs: TimeNs): readonly Series[] {
    return this.#columns.map((column) => column.series(originNs));
  }
}
