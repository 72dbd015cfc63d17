import { crc32Final, crc32Init, crc32Update } from "@foxglove/crc";
import { type ByteSource, scanBytes } from "../record/mcap-scanner.ts";
import { type BuilderOptions, RecordingBuilder } from "./recording-builder.ts";
import type { Recording } from "./recording.ts";

export interface DecodeOptions extends BuilderOptions {
  /** For messages. */
  readonly name?: string;
}

/**
 * What an MCAP file holds, in the browser as on the server. Of a damaged file, what can be read, and what was lost.
 * @throws SimgateError `input` if this is not an MCAP file at all
 */
export async function decodeRecording(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Recording> {
  const given: GivenBytes = {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
  return decodeGiven(given, options);
}

/** Bytes that may still be on their way. */
export type GivenBytes = Pick<ByteSource, "size" | "read">;

export interface PartOptions {
  /** The first part reaches this moment, s. */
  readonly fromSec: number;
  /** Takes a part, until the next message to read a view of what is kept; what follows is read once it is settled. */
  readonly take: (part: Recording) => Promise<void>;
}

/** Of the file, before its first part is handed on; a shorter one comes whole. */
const FIRST_PART_BYTES = 1 << 20;
/** Each part reaches so much farther than the one before: what is done anew with each of them stays bounded. */
const PART_GROWTH = 3;
/** Of the file: once so much is read, the rest is as good as there. */
const LAST_PART_SHARE = 2 / 3;

/** The same of bytes that come in one after the other; of a long file, more and more of it on the way. */
export async function decodeGiven(
  bytes: GivenBytes,
  options: DecodeOptions = {},
  parts?: PartOptions,
): Promise<Recording> {
  const builder = new RecordingBuilder(options);
  const source: ByteSource = {
    name: options.name ?? "the recording",
    size: bytes.size,
    read: (offset, length) => bytes.read(offset, length),
    crc32: (part) => crc32Final(crc32Update(crc32Init(), part)),
  };
  let endNs: bigint | undefined;
  let nextBytes = FIRST_PART_BYTES;
  let fromSec = parts?.fromSec ?? 0;
  const { losses } = await scanBytes(source, {
    metadata: (name, entries) => builder.metadata(name, entries),
    channel: ({ id, topic, messageEncoding }, schema) =>
      builder.topic(id, {
        topic,
        encoding: messageEncoding,
        schemaName: schema?.name ?? "",
        schemaEncoding: schema?.encoding ?? "",
        schema: schema?.text ?? "",
      }),
    message: ({ channelId, logTime, publishTime, data }) =>
      builder.message(channelId, logTime, publishTime, data),
    ends: (timeNs) => {
      endNs = timeNs;
    },
    reached: (offset) => {
      if (parts === undefined || offset < nextBytes || offset > LAST_PART_SHARE * bytes.size)
        return undefined;
      const part = builder.part(endNs);
      const isTooShort = part === undefined || part.durationSec < fromSec;
      nextBytes = isTooShort ? offset + FIRST_PART_BYTES / 4 : offset * PART_GROWTH;
      if (isTooShort) return undefined;
      fromSec = -Infinity;
      return parts.take(part);
    },
  });
  return builder.build(losses.map(({ what, offset }) => `${what} (byte ${offset})`));
}
