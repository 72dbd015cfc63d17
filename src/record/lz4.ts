/**
 * Decodes an LZ4 frame (lz4_Frame_format.md 1.6.x), which is what MCAP's `lz4` chunks hold. Of a frame that is cut off
 * it returns what was decoded before the cut. Checksums are not verified: MCAP carries its own over the whole chunk.
 * @throws Error if this is not an LZ4 frame, or it refers to data that is not there.
 */
export function decodeLz4Frame(source: Uint8Array, decodedSize: number): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (source.length < 7 || view.getUint32(0, true) !== MAGIC) throw new Error("not an LZ4 frame");
  const flags = source[4]!;
  const blockChecksum = (flags & 0x10) !== 0;
  const contentSize = (flags & 0x08) !== 0;
  const dictionary = (flags & 0x01) !== 0;
  let position = 7 + (contentSize ? 8 : 0) + (dictionary ? 4 : 0);

  const output = new Uint8Array(decodedSize);
  let written = 0;
  while (position + 4 <= source.length) {
    const size = view.getUint32(position, true);
    position += 4;
    if (size === 0) break; // the end mark
    const stored = (size & 0x8000_0000) !== 0;
    const length = size & 0x7fff_ffff;
    const block = source.subarray(position, Math.min(position + length, source.length));
    if (stored) {
      output.set(block.subarray(0, decodedSize - written), written);
      written += Math.min(block.length, decodedSize - written);
    } else {
      written = decodeBlock(block, output, written);
    }
    position += length + (blockChecksum ? 4 : 0);
  }
  return output.subarray(0, written);
}

const MAGIC = 0x184d2204;
const MIN_MATCH = 4;

/** Decodes one block behind `start` in `output`; matches may reach back into earlier blocks. Returns the new end. */
function decodeBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let from = 0;
  let to = start;
  /** A 4-bit length, continued in bytes of 255 and one less. */
  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble !== 15) return length;
    let byte: number;
    do {
      byte = block[from++] ?? 0;
      length += byte;
    } while (byte === 255);
    return length;
  };
  while (from < block.length && to < output.length) {
    const token = block[from++]!;
    const literals = Math.min(extended(token >> 4), block.length - from, output.length - to);
    output.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from + 2 > block.length) break; // the last sequence has literals only
    const distance = block[from]! | (block[from + 1]! << 8);
    from += 2;
    if (distance === 0 || distance > to) throw new Error("an LZ4 match reaches before the data");
    const length = Math.min(extended(token & 15) + MIN_MATCH, output.length - to);
    if (distance >= length) {
      output.copyWithin(to, to - distance, to - distance + length);
      to += length;
    } else {
      for (const end = to + length; to < end; to++) output[to] = output[to - distance]!;
    }
  }
  return to;
}
