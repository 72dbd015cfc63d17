import { Decompress, decompress } from "fzstd";
import { inputError } from "../core/errors.ts";
import { decodeLz4Frame } from "./lz4.ts";

/**
 * The records of a chunk. Of one that is cut off, as many bytes as could be decoded.
 * @throws SimgateError for a compression nobody here knows; Error if the data are damaged.
 */
export function decompressChunk(
  compression: string,
  data: Uint8Array,
  decodedSize: number,
  whole: boolean,
): Uint8Array {
  switch (compression) {
    case "":
    case "none":
      return data;
    case "lz4":
      return decodeLz4Frame(data, decodedSize);
    case "zstd":
      return whole ? decompress(data, new Uint8Array(decodedSize)) : partialZstd(data, decodedSize);
    default:
      throw inputError(`chunks are compressed with "${compression}"`, {
        expected: "lz4, zstd or none",
        hint: "write it again with the MCAP tools: mcap compress --compression zstd in.mcap -o out.mcap",
      });
  }
}

function partialZstd(data: Uint8Array, decodedSize: number): Uint8Array {
  const output = new Uint8Array(decodedSize);
  let written = 0;
  const stream = new Decompress((part) => {
    const fitting = part.subarray(0, decodedSize - written);
    output.set(fitting, written);
    written += fitting.length;
  });
  try {
    stream.push(data);
  } catch {
    // Cut off in the middle of a block: what came before it is what there is.
  }
  return output.subarray(0, written);
}
