import { crc32 } from "node:zlib";
import { McapRecordBuilder, Opcode, type McapTypes } from "@mcap/core";
import { McapChunk } from "./mcap-chunk.ts";

/** Where the bytes of a file go, in order. They must stay as they are until the next call has resolved. */
export interface McapSink {
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * An MCAP file written in one pass (mcap.dev/spec): uncompressed chunks, message index, chunk index, statistics. The
 * bytes are those of `McapWriter` of @mcap/core. Recording every lane of a rollout is mostly copies and check sums, of
 * which that one makes four and two in JavaScript for each byte; this one makes a single copy and leaves the check sums
 * to zlib. Calls must not overlap.
 */
export class McapOutput {
  readonly #sink: McapSink;
  readonly #chunkBytes: number;
  readonly #records = new McapRecordBuilder();
  readonly #schemas: McapTypes.Schema[] = [];
  readonly #channels: McapTypes.Channel[] = [];
  readonly #written = { schemas: new Set<number>(), channels: new Set<number>() };
  readonly #chunks: McapTypes.ChunkIndex[] = [];
  readonly #metadata: McapTypes.MetadataIndex[] = [];
  /** Messages so far, by channel in the order of their first. */
  readonly #messages = new Map<number, number>();
  #startTime = 0n;
  #endTime = 0n;
  #position = 0;
  #dataCrc = 0;
  /** The chunk being filled, those that wait for {@link flush}, and one that the sink is done with. */
  #chunk: McapChunk;
  readonly #full: McapChunk[] = [];
  #spare: McapChunk | undefined;
  #inSink: McapChunk | undefined;

  /** @param chunkBytes a chunk is closed by the message that makes it longer than this */
  constructor(sink: McapSink, chunkBytes: number) {
    this.#sink = sink;
    this.#chunkBytes = chunkBytes;
    this.#chunk = new McapChunk(chunkBytes);
  }

  async start(header: { readonly profile: string; readonly library: string }): Promise<void> {
    this.#records.writeMagic();
    this.#records.writeHeader(header);
    await this.#writeData(this.#take());
  }

  addSchema(name: string, encoding: string, data: Uint8Array): number {
    const id = this.#schemas.length + 1;
    this.#schemas.push({ id, name, encoding, data });
    return id;
  }

  addChannel(channel: Omit<McapTypes.Channel, "id">): number {
    const id = this.#channels.length;
    this.#channels.push({ id, ...channel });
    return id;
  }

  /** Copies the message. */
  addMessage(
    channelId: number,
    sequence: number,
    logTime: bigint,
    publishTime: bigint,
    data: Uint8Array,
  ): void {
    if (!this.#written.channels.has(channelId)) this.#describe(this.#channels[channelId]!);
    this.#chunk.addMessage(channelId, sequence, logTime, publishTime, data);
    if (this.#messages.size === 0 || logTime < this.#startTime) this.#startTime = logTime;
    if (this.#messages.size === 0 || logTime > this.#endTime) this.#endTime = logTime;
    this.#messages.set(channelId, (this.#messages.get(channelId) ?? 0) + 1);
    if (this.#chunk.length > this.#chunkBytes) this.#closeChunk();
  }

  /** Hands completed chunks on: to be called now and then, and before anything else is added. Undefined: none was. */
  flush(): Promise<void> | undefined {
    return this.#full.length === 0 ? undefined : this.#writeChunks();
  }

  async addMetadata(name: string, entries: Readonly<Record<string, string>>): Promise<void> {
    const length = this.#records.writeMetadata({ name, metadata: new Map(Object.entries(entries)) });
    this.#metadata.push({ name, offset: BigInt(this.#position), length });
    await this.#writeData(this.#take());
  }

  /** Writes what is still to write: the last chunk and the indexes. */
  async end(): Promise<void> {
    if (!this.#chunk.empty) this.#closeChunk();
    await this.#writeChunks();
    const out = this.#records;
    const at = (): bigint => BigInt(this.#position + out.length);
    out.writeDataEnd({ dataSectionCrc: this.#dataCrc });
    const summaryFrom = out.length;
    const summaryStart = at();
    const groups: McapTypes.SummaryOffset[] = [];
    const group = (groupOpcode: Opcode, write: () => void): void => {
      const groupStart = at();
      write();
      groups.push({ groupOpcode, groupStart, groupLength: at() - groupStart });
    };
    group(Opcode.SCHEMA, () => this.#schemas.forEach((schema) => out.writeSchema(schema)));
    group(Opcode.CHANNEL, () => this.#channels.forEach((channel) => out.writeChannel(channel)));
    group(Opcode.STATISTICS, () => out.writeStatistics(this.#statistics()));
    group(Opcode.METADATA_INDEX, () => this.#metadata.forEach((index) => out.writeMetadataIndex(index)));
    group(Opcode.CHUNK_INDEX, () => this.#chunks.forEach((index) => out.writeChunkIndex(index)));
    const summaryOffsetStart = at();
    for (const one of groups) if (one.groupLength > 0n) out.writeSummaryOffset(one);
    out.writeFooter({ summaryStart, summaryOffsetStart, summaryCrc: 0 });
    // The check sum is the last field of the footer and covers all of the summary before it.
    const crcAt = out.length - 4;
    out.writeMagic();
    const bytes = this.#take();
    new DataView(bytes.buffer).setUint32(crcAt, crc32(bytes.subarray(summaryFrom, crcAt)), true);
    await this.#sink.write(bytes);
  }

  /** Schema and channel stand in the chunk of the channel's first message. */
  #describe(channel: McapTypes.Channel): void {
    if (!this.#written.schemas.has(channel.schemaId)) {
      this.#records.writeSchema(this.#schemas[channel.schemaId - 1]!);
      this.#written.schemas.add(channel.schemaId);
    }
    this.#records.writeChannel(channel);
    this.#written.channels.add(channel.id);
    this.#chunk.addRecords(this.#take());
  }

  #closeChunk(): void {
    this.#full.push(this.#chunk);
    this.#chunk = this.#spare ?? new McapChunk(this.#chunkBytes);
    this.#spare = undefined;
  }

  async #writeChunks(): Promise<void> {
    for (const chunk of this.#full.splice(0)) {
      const { bytes, index } = chunk.finish(BigInt(this.#position), this.#records);
      this.#chunks.push(index);
      await this.#writeData(bytes);
      // The sink is through with the bytes of the call before.
      this.#inSink?.clear();
      this.#spare = this.#inSink;
      this.#inSink = chunk;
    }
  }

  #statistics(): McapTypes.Statistics {
    const counts = [...this.#messages].map(([id, count]): [number, bigint] => [id, BigInt(count)]);
    return {
      messageCount: counts.reduce((sum, [, count]) => sum + count, 0n),
      schemaCount: this.#schemas.length,
      channelCount: this.#channels.length,
      attachmentCount: 0,
      metadataCount: this.#metadata.length,
      chunkCount: this.#chunks.length,
      messageStartTime: this.#startTime,
      messageEndTime: this.#endTime,
      channelMessageCounts: new Map(counts),
    };
  }

  #writeData(bytes: Uint8Array): Promise<void> {
    this.#dataCrc = crc32(bytes, this.#dataCrc);
    this.#position += bytes.length;
    return this.#sink.write(bytes);
  }

  #take(): Uint8Array {
    const bytes = this.#records.buffer;
    this.#records.reset();
    return bytes;
  }
}
