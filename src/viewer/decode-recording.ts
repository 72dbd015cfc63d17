import { crc32Final, crc32Init, crc32Update } from "@foxglove/crc";
import { type ByteSource, scanBytes } from "../record/mcap-scanner.ts";
import { type BuilderOptions, RecordingBuilder } from "./recording-builder.ts";
import type { Recording } from "./recording.ts";

/**
 * What an MCAP file holds, in the browser as on the server. Of a damaged file, what can be read, and what was lost.
 * @throws SimgateError `input` if this is not an MCAP file at all
 */
export async function decodeRecording(
  bytes: Uint8Array,
  options: BuilderOptions & { readonly name?: string } = {},
): Promise<Recording> {
  const given: GivenBytes = {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
  return decodeGiven(given, options);
}

/** Bytes that may still be on their way. */
export type GivenBytes = Pick<ByteSource, "size" | "read">;

/** The same of bytes that come in one after the other. */
export async function decodeGiven(
  bytes: GivenBytes,
  options: BuilderOptions & { readonly name?: string } = {},
): Promise<Recording> {
  const builder = new RecordingBuilder(options);
  const source: ByteSource = {
    name: options.name ?? "the recording",
    size: bytes.size,
    read: (offset, length) => bytes.read(offset, length),
    crc32: (part) => crc32Final(crc32Update(crc32Init(), part)),
  };
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
  });
  return builder.build(losses.map(({ what, offset }) => `${what} (byte ${offset})`));
}
