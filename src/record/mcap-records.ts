/** The records of an MCAP file that a reader of messages needs (mcap.dev/spec). */
export type McapRecord =
  | { readonly kind: "header"; readonly profile: string; readonly library: string }
  | {
      readonly kind: "schema";
      readonly id: number;
      readonly name: string;
      readonly encoding: string;
      readonly text: string;
    }
  | {
      readonly kind: "channel";
      readonly id: number;
      readonly schemaId: number;
      readonly topic: string;
      readonly messageEncoding: string;
    }
  | {
      readonly kind: "message";
      readonly channelId: number;
      readonly logTime: bigint;
      readonly publishTime: bigint;
      /** A view into the buffer that was parsed. */
      readonly data: Uint8Array;
    }
  | {
      readonly kind: "chunk";
      readonly startNs: bigint;
      readonly endNs: bigint;
      readonly uncompressedSize: number;
      readonly crc: number;
      readonly compression: string;
      /** Shorter than `size` in a record that is cut off. */
      readonly data: Uint8Array;
      readonly size: number;
    }
  | { readonly kind: "chunk-index"; readonly offset: number }
  | { readonly kind: "statistics"; readonly endNs: bigint }
  | { readonly kind: "metadata"; readonly name: string; readonly entries: ReadonlyMap<string, string> }
  | { readonly kind: "data-end" }
  | { readonly kind: "footer"; readonly summaryStart: number }
  | { readonly kind: "other" };

export const MAGIC = Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);

/** Opcode and length. */
export const RECORD_HEADER_BYTES = 9;

const NAMES: Readonly<Record<number, string>> = {
  1: "header",
  2: "footer",
  3: "schema",
  4: "channel",
  5: "message",
  6: "chunk",
  7: "message index",
  8: "chunk index",
  9: "attachment",
  10: "attachment index",
  11: "statistics",
  12: "metadata",
  13: "metadata index",
  14: "summary offset",
  15: "data end",
};

/** `chunk`, `message index`, …; undefined for an opcode that the format does not have (128 and up are private). */
export function recordName(opcode: number): string | undefined {
  return opcode >= 128 ? "private" : NAMES[opcode];
}

/**
 * Parses the content of one record. Content that is cut off gives what its fields still say for a chunk, and an error
 * for all others. @throws RangeError
 */
export function parseRecord(opcode: number, content: Uint8Array): McapRecord {
  const fields = new Fields(content);
  switch (opcode) {
    case 1:
      return { kind: "header", profile: fields.text(), library: fields.text() };
    case 2:
      return { kind: "footer", summaryStart: Number(fields.u64()) };
    case 3:
      return {
        kind: "schema",
        id: fields.u16(),
        name: fields.text(),
        encoding: fields.text(),
        text: new TextDecoder().decode(fields.bytes(fields.u32())),
      };
    case 4:
      return {
        kind: "channel",
        id: fields.u16(),
        schemaId: fields.u16(),
        topic: fields.text(),
        messageEncoding: fields.text(),
      };
    case 5: {
      const channelId = fields.u16();
      fields.u32(); // sequence
      return {
        kind: "message",
        channelId,
        logTime: fields.u64(),
        publishTime: fields.u64(),
        data: fields.rest(),
      };
    }
    case 6:
      return {
        kind: "chunk",
        startNs: fields.u64(),
        endNs: fields.u64(),
        uncompressedSize: Number(fields.u64()),
        crc: fields.u32(),
        compression: fields.text(),
        size: Number(fields.u64()),
        data: fields.rest(),
      };
    case 8:
      fields.u64();
      fields.u64();
      return { kind: "chunk-index", offset: Number(fields.u64()) };
    case 11:
      fields.bytes(STATISTICS_COUNTS_BYTES);
      fields.u64(); // time of the first message
      return { kind: "statistics", endNs: fields.u64() };
    case 12:
      return { kind: "metadata", name: fields.text(), entries: fields.map() };
    case 15:
      return { kind: "data-end" };
    default:
      return { kind: "other" };
  }
}

/** Of messages, schemas, channels, attachments, metadata and chunks. */
const STATISTICS_COUNTS_BYTES = 26;

class Fields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  u64(): bigint {
    this.#at += 8;
    return this.#view.getBigUint64(this.#at - 8, true);
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError("a field reaches beyond its record");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes(this.u32()));
  }

  map(): Map<string, string> {
    const end = this.u32() + this.#at;
    const entries = new Map<string, string>();
    while (this.#at < end) {
      const key = this.text();
      entries.set(key, this.text());
    }
    return entries;
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}
