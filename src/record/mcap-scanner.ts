import { inputError, messageOf, SimgateError } from "../core/errors.ts";
import { decompressChunk } from "./chunk-compression.ts";
import { MAGIC, parseRecord, RECORD_HEADER_BYTES, recordName, type McapRecord } from "./mcap-records.ts";

/** Where the bytes of an MCAP file come from: a disk, or the memory of a browser. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  /** `length` bytes, fewer at the end of the file. Valid until the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The check sum of MCAP (and of zip). */
  crc32(bytes: Uint8Array): number;
}

/** A stretch of the file that could not be used, and why. */
export interface Loss {
  readonly offset: number;
  readonly bytes: number;
  readonly what: string;
}

export interface McapScan {
  readonly profile: string;
  readonly library: string;
  readonly bytes: number;
  /** In the order they lie in the file. Empty: every byte could be used. */
  readonly losses: readonly Loss[];
  /** False if the writer never closed the file, or its end is missing. */
  readonly closed: boolean;
}

type RecordOf<K extends McapRecord["kind"]> = Extract<McapRecord, { kind: K }>;
export type SchemaRecord = RecordOf<"schema">;
export type ChannelRecord = RecordOf<"channel">;
export type MessageRecord = RecordOf<"message">;

export interface ScanHandlers {
  message?(message: MessageRecord, channel: ChannelRecord, schema: SchemaRecord | undefined): void;
  channel?(channel: ChannelRecord, schema: SchemaRecord | undefined): void;
  metadata?(name: string, entries: ReadonlyMap<string, string>): void;
  /** Log time of the last message, of a file that was closed; before any message. */
  ends?(timeNs: bigint): void;
  /** All that lies before this byte has been handed on. What follows is read once that has settled. */
  reached?(offset: number): Promise<void> | undefined;
}

/**
 * Reads an MCAP file from its beginning, whether or not it has an index, was closed, or is whole. A chunk that fails
 * its checksum is left out; a record that is cut off ends the file, but the part of a chunk before the cut is used;
 * where the file loses its thread and has an index, reading goes on at the next chunk. All of it is reported.
 * @throws SimgateError `input` if this is not an MCAP file at all.
 */
export async function scanBytes(source: ByteSource, handlers: ScanHandlers): Promise<McapScan> {
  return new Scanner(source, handlers).scan();
}

class Scanner {
  readonly #source: ByteSource;
  readonly #handlers: ScanHandlers;
  readonly #schemas = new Map<number, SchemaRecord>();
  readonly #channels = new Map<number, ChannelRecord>();
  readonly #losses: Loss[] = [];
  #header = { profile: "", library: "" };
  readonly #chunkOffsets: number[] = [];
  #messages = 0;
  /** Messages of channels that nothing in the file describes. */
  #orphans = 0;

  constructor(source: ByteSource, handlers: ScanHandlers) {
    this.#source = source;
    this.#handlers = handlers;
  }

  async scan(): Promise<McapScan> {
    const magic = await this.#source.read(0, MAGIC.length);
    if (magic.length < MAGIC.length || !MAGIC.every((byte, i) => byte === magic[i])) {
      throw inputError("this is not an MCAP file", {
        where: this.#source.name,
        expected: "a file that begins with 89 4d 43 41 50 30 0d 0a (\\x89MCAP0)",
        got:
          magic.length === 0
            ? "an empty file"
            : Array.from(magic, (byte) => byte.toString(16).padStart(2, "0")).join(" "),
        hint: "a CSV becomes one with simgate import; a .db3 bag with ros2 bag convert",
      });
    }
    await this.#summary();
    let at: number | undefined = MAGIC.length;
    let closed = false;
    while (at !== undefined && at < this.#source.size) {
      const head = await this.#source.read(at, RECORD_HEADER_BYTES);
      if (head.length < RECORD_HEADER_BYTES) {
        this.#lose(at, this.#source.size - at, "an incomplete record");
        break;
      }
      const opcode = head[0]!;
      const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(1, true));
      const name = recordName(opcode);
      const end: number = at + RECORD_HEADER_BYTES + length;
      if (name === undefined || end > this.#source.size) {
        at = await this.#resume(at, opcode, name);
        continue;
      }
      if (opcode === OPCODE_MESSAGE || opcode === OPCODE_CHUNK || WANTED.has(opcode)) {
        const content = await this.#source.read(at + RECORD_HEADER_BYTES, length);
        closed ||= this.#record(opcode, content, at) === "footer";
      }
      at = end;
      if (closed) break;
      const rest = this.#handlers.reached?.(end);
      if (rest !== undefined) await rest;
    }
    if (!closed)
      this.#lose(this.#source.size, 0, "no footer: the writer never closed the file, or its end is missing");
    return { ...this.#header, bytes: this.#source.size, losses: this.#losses, closed };
  }

  #record(opcode: number, content: Uint8Array, at: number): McapRecord["kind"] {
    let record: McapRecord;
    try {
      record = parseRecord(opcode, content);
    } catch {
      this.#lose(
        at,
        RECORD_HEADER_BYTES + content.length,
        `a damaged ${recordName(opcode) ?? "unknown"} record`,
      );
      return "other";
    }
    switch (record.kind) {
      case "header":
        this.#header = { profile: record.profile, library: record.library };
        break;
      case "schema":
        this.#schemas.set(record.id, record);
        break;
      case "channel":
        // The summary repeats them.
        if (this.#channels.has(record.id)) break;
        this.#channels.set(record.id, record);
        this.#handlers.channel?.(record, this.#schemas.get(record.schemaId));
        break;
      case "message":
        this.#message(record);
        break;
      case "chunk-index":
        this.#chunkOffsets.push(record.offset);
        break;
      case "statistics":
        this.#handlers.ends?.(record.endNs);
        break;
      case "metadata":
        this.#handlers.metadata?.(record.name, record.entries);
        break;
      case "chunk":
        this.#chunk(record, at, RECORD_HEADER_BYTES + content.length);
        break;
    }
    return record.kind;
  }

  #message(record: MessageRecord): void {
    const channel = this.#channels.get(record.channelId);
    if (channel === undefined) {
      this.#orphans++;
      return;
    }
    this.#messages++;
    this.#handlers.message?.(record, channel, this.#schemas.get(channel.schemaId));
  }

  #chunk(chunk: RecordOf<"chunk">, at: number, recordBytes: number): void {
    const whole = chunk.data.length >= chunk.size;
    const span = `from ${seconds(chunk.startNs)} to ${seconds(chunk.endNs)}`;
    let records: Uint8Array;
    try {
      records = decompressChunk(
        chunk.compression,
        chunk.data.subarray(0, chunk.size),
        chunk.uncompressedSize,
        whole,
      );
    } catch (thrown) {
      if (thrown instanceof SimgateError)
        throw inputError(thrown.what, { ...thrown.details, where: this.#source.name });
      this.#lose(at, recordBytes, `a chunk ${span} that cannot be decompressed (${messageOf(thrown)})`);
      return;
    }
    if (whole && chunk.crc !== 0 && this.#source.crc32(records) !== chunk.crc) {
      this.#lose(at, recordBytes, `a chunk ${span} that fails its checksum`);
      return;
    }
    const before = this.#messages;
    const used = this.#recordsOf(records, at);
    if (whole && used === records.length) return;
    const kept = this.#messages - before;
    this.#lose(at, recordBytes, `an incomplete chunk ${span}; its first ${kept} messages were recovered`);
  }

  /** Returns how many bytes were whole records. */
  #recordsOf(records: Uint8Array, at: number): number {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    let offset = 0;
    while (offset + RECORD_HEADER_BYTES <= records.length) {
      const end = offset + RECORD_HEADER_BYTES + Number(view.getBigUint64(offset + 1, true));
      if (end > records.length) break;
      this.#record(records[offset]!, records.subarray(offset + RECORD_HEADER_BYTES, end), at);
      offset = end;
    }
    return offset;
  }

  /** What can be done where a record reaches beyond the file or makes no sense; returns where to go on. */
  async #resume(at: number, opcode: number, name: string | undefined): Promise<number | undefined> {
    const next = this.#chunkOffsets.find((offset) => offset > at);
    if (next !== undefined) {
      this.#lose(at, next - at, "no valid record; went on at the next chunk of the index");
      return next;
    }
    const rest = this.#source.size - at;
    if (opcode === OPCODE_CHUNK) {
      const content = await this.#source.read(at + RECORD_HEADER_BYTES, rest - RECORD_HEADER_BYTES);
      this.#record(opcode, content, at);
    } else {
      this.#lose(at, rest, name === undefined ? "no valid record" : `an incomplete ${name} record`);
    }
    return undefined;
  }

  /**
   * The index at the end of the file, if it is there: where chunks begin, and the schemas and channels once more, which
   * a reader needs when the chunk that introduced them is damaged.
   */
  async #summary(): Promise<void> {
    const footerBytes = RECORD_HEADER_BYTES + 20 + MAGIC.length;
    const tail = await this.#source.read(Math.max(0, this.#source.size - footerBytes), footerBytes);
    if (tail.length < footerBytes || tail[0] !== OPCODE_FOOTER) return;
    const footer = parseRecord(OPCODE_FOOTER, tail.subarray(RECORD_HEADER_BYTES));
    if (footer.kind !== "footer" || footer.summaryStart === 0) return;
    const summary = await this.#source.read(
      footer.summaryStart,
      this.#source.size - footerBytes - footer.summaryStart,
    );
    this.#recordsOf(summary, footer.summaryStart);
    this.#chunkOffsets.sort((a, b) => a - b);
  }

  #lose(offset: number, bytes: number, what: string): void {
    this.#losses.push({ offset, bytes, what });
  }
}

const OPCODE_FOOTER = 2;
const OPCODE_MESSAGE = 5;
const OPCODE_CHUNK = 6;
/** Besides messages and chunks: header, footer, schema, channel, metadata. */
const WANTED = new Set([1, OPCODE_FOOTER, 3, 4, 12]);

function seconds(ns: bigint): string {
  return `${(Number(ns) / 1e9).toFixed(3)} s`;
}
