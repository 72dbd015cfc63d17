import { crc32 } from "node:zlib";
import { Opcode, type McapRecordBuilder, type McapTypes } from "@mcap/core";

/** Bytes of a chunk record before its records: see {@link McapChunk.finish}. */
const CHUNK_HEADER_BYTES = 49;
/** Bytes of a message record before its data: see {@link McapChunk.addMessage}. */
const MESSAGE_HEADER_BYTES = 31;
/** Of opcode and length, which the length of a record does not count. */
const PREFIX_BYTES = 9;

/** One chunk of an MCAP file being filled, in place: what is written to the disk is this memory. */
export class McapChunk {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #end = CHUNK_HEADER_BYTES;
  #startTime = 0n;
  #endTime = 0n;
  /** Per channel, in the order of their first messages: log time and offset of each message. */
  readonly #index = new Map<number, [logTime: bigint, offset: bigint][]>();

  constructor(capacity: number) {
    // A chunk is closed by the message that makes it too long, and its index follows it.
    this.#bytes = new Uint8Array(CHUNK_HEADER_BYTES + Math.ceil(capacity * 1.25));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** True if it has no message yet. */
  get empty(): boolean {
    return this.#index.size === 0;
  }

  /** Bytes of its records. */
  get length(): number {
    return this.#end - CHUNK_HEADER_BYTES;
  }

  /** Schemas and channels. */
  addRecords(records: Uint8Array): void {
    const at = this.#reserve(records.length);
    this.#bytes.set(records, at);
  }

  addMessage(
    channelId: number,
    sequence: number,
    logTime: bigint,
    publishTime: bigint,
    data: Uint8Array,
  ): void {
    if (this.empty || logTime < this.#startTime) this.#startTime = logTime;
    if (this.empty || logTime > this.#endTime) this.#endTime = logTime;
    let messages = this.#index.get(channelId);
    if (messages === undefined) this.#index.set(channelId, (messages = []));
    messages.push([logTime, BigInt(this.length)]);
    const at = this.#reserve(MESSAGE_HEADER_BYTES + data.length);
    const view = this.#view;
    view.setUint8(at, Opcode.MESSAGE);
    setLength(view, at + 1, MESSAGE_HEADER_BYTES - PREFIX_BYTES + data.length);
    view.setUint16(at + 9, channelId, true);
    view.setUint32(at + 11, sequence, true);
    view.setBigUint64(at + 15, logTime, true);
    view.setBigUint64(at + 23, publishTime, true);
    this.#bytes.set(data, at + MESSAGE_HEADER_BYTES);
  }

  /**
   * The chunk record and its message index, ready to be written, and its entry in the chunk index. The bytes are the
   * chunk's own memory.
   * @param position of the chunk in the file
   * @param records lends its buffer
   */
  finish(
    position: bigint,
    records: McapRecordBuilder,
  ): { readonly bytes: Uint8Array; readonly index: McapTypes.ChunkIndex } {
    const size = this.length;
    const view = this.#view;
    view.setUint8(0, Opcode.CHUNK);
    setLength(view, 1, CHUNK_HEADER_BYTES - PREFIX_BYTES + size);
    view.setBigUint64(9, this.#startTime, true);
    view.setBigUint64(17, this.#endTime, true);
    setLength(view, 25, size);
    view.setUint32(33, crc32(this.#bytes.subarray(CHUNK_HEADER_BYTES, this.#end)), true);
    view.setUint32(37, 0, true); // compression: an empty string
    setLength(view, 41, size);
    const chunkLength = BigInt(this.#end);
    const messageIndexOffsets = new Map<number, bigint>();
    for (const [channelId, messages] of this.#index) {
      messageIndexOffsets.set(channelId, position + chunkLength + BigInt(records.length));
      records.writeMessageIndex({ channelId, records: messages });
    }
    const messageIndexLength = BigInt(records.length);
    this.addRecords(records.buffer);
    records.reset();
    return {
      bytes: this.#bytes.subarray(0, this.#end),
      index: {
        messageStartTime: this.#startTime,
        messageEndTime: this.#endTime,
        chunkStartOffset: position,
        chunkLength,
        messageIndexOffsets,
        messageIndexLength,
        compression: "",
        compressedSize: BigInt(size),
        uncompressedSize: BigInt(size),
      },
    };
  }

  clear(): void {
    this.#end = CHUNK_HEADER_BYTES;
    this.#index.clear();
  }

  /** Room for so many bytes more; where they begin. */
  #reserve(bytes: number): number {
    const at = this.#end;
    this.#end += bytes;
    if (this.#end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#end, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** A 64-bit length, without the detour over a BigInt. */
function setLength(view: DataView, at: number, length: number): void {
  view.setUint32(at, length % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(length / 2 ** 32), true);
}
