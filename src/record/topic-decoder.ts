import { componentPaths } from "./component-paths.ts";
import { fieldReader, type FieldReader } from "./field-reader.ts";
import { headerStamp, type MaybeStamped, MessageTimes } from "./message-times.ts";
import type { MessageType } from "./message-type.ts";
import { MULTI_ARRAY, type RecordedChannel } from "./recorded-channel.ts";
import type { ChannelRecord, MessageRecord, SchemaRecord } from "./mcap-scanner.ts";
import type { SeriesBuilder } from "./series.ts";
import { TopicReader } from "./topic-reader.ts";
import type { WantedChannel } from "./wanted-channel.ts";

type Decoded = Readonly<Record<string, unknown>> & MaybeStamped;

/** Decodes the messages of one topic for the channels that live in them. */
export class TopicDecoder {
  readonly #parts: readonly { series: SeriesBuilder; fields: readonly FieldReader[]; received: boolean }[];
  readonly #reader: TopicReader<Decoded> | undefined;
  /** What one message says, by part. */
  readonly #times: MessageTimes<readonly (readonly number[])[]>;

  constructor(
    file: string,
    channel: ChannelRecord,
    schema: SchemaRecord | undefined,
    wanted: readonly WantedChannel[],
  ) {
    const reader = wanted.length === 0 ? undefined : new TopicReader<Decoded>(file, channel, schema);
    this.#reader = reader;
    this.#parts = wanted.map((one) => ({
      series: one.builder(channel.topic),
      fields: readersFor(
        one.channel,
        reader!.type,
        one.isMapped(channel.topic),
        `${file}, topic ${channel.topic}`,
      ),
      received: one.channel.ros?.stamp === "receive",
    }));
    this.#times = new MessageTimes((timeNs, { logTime, value }) => {
      this.#parts.forEach(({ series, received }, i) => series.add(received ? logTime : timeNs, value[i]!));
    });
  }

  /** @param own true for what simgate wrote, where `publishTime` is the true time and `logTime` may be moved by nanoseconds. */
  add(message: MessageRecord, own: boolean): void {
    if (this.#reader === undefined) return;
    const decoded = this.#reader.read(message);
    const { logTime, publishTime } = message;
    const value = this.#parts.map(({ fields }) => fields.map((field) => field(decoded)));
    const sent = { logTime: own ? publishTime : logTime, publishTime, value };
    this.#times.add(sent, headerStamp(decoded), own);
  }

  /** To be called after the last message. */
  finish(): void {
    this.#times.finish();
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
