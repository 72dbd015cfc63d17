import type { McapFile } from "./mcap-file.ts";
import type { McapOutput } from "./mcap-output.ts";
import type { RecordedChannels } from "./recorded-channel.ts";
import { exactLayouts, topicLayouts, type ChannelRole, type TopicLayout } from "./topic-layout.ts";
import { TopicEncoder } from "./topic-encoder.ts";

type Columns = Readonly<Record<string, Float64Array>>;

export interface ChannelWriterOptions {
  /** Before every topic: `/truth`. */
  readonly prefix?: string;
  /** Leaves out the topics it says no to. */
  readonly only?: (layout: TopicLayout) => boolean;
}

/** Writes rows of channels as messages: the topics of one world in an MCAP file. */
export class ChannelWriter {
  readonly #file: McapFile;
  readonly #topics: Readonly<Record<ChannelRole, readonly { encoder: TopicEncoder; id: number }[]>>;

  private constructor(file: McapFile, topics: readonly { encoder: TopicEncoder; id: number }[]) {
    this.#file = file;
    const of = (role: ChannelRole): typeof topics =>
      topics.filter(({ encoder }) => encoder.layout.role === role);
    this.#topics = { observation: of("observation"), applied: of("applied"), requested: of("requested") };
  }

  static async create(
    file: McapFile,
    channels: RecordedChannels,
    { prefix = "", only }: ChannelWriterOptions = {},
  ): Promise<ChannelWriter> {
    const topics = [];
    const layouts = topicLayouts(channels, prefix);
    for (const layout of [...layouts, ...exactLayouts(layouts, prefix)]) {
      if (only?.(layout) === false) continue;
      topics.push({ encoder: new TopicEncoder(layout), id: await file.addTopic(layout.topic, layout.type) });
    }
    return new ChannelWriter(file, topics);
  }

  /** One message a topic of this role, from row `row` of the columns. To be called within `McapFile.run`. */
  write(writer: McapOutput, role: ChannelRole, columns: Columns, row: number, timeNs: bigint): void {
    for (const { encoder, id } of this.#topics[role]) {
      this.#file.message(writer, id, timeNs, encoder.encode(columns, row, timeNs));
    }
  }
}
