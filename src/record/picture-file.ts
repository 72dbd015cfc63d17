import { convertIndexedToRgb, decode as decodePng, hasPngSignature, type DecodedPng } from "fast-png";
import jpeg from "jpeg-js";
import { inputError, messageOf } from "../core/errors.ts";
import type { Picture } from "../core/picture.ts";

/**
 * A PNG of any colour type and depth, or a JPEG; what is transparent shows the colour it has beneath.
 * @throws SimgateError `input` for anything else, or a damaged file.
 */
export function decodePicture(bytes: Uint8Array, where: string): Picture {
  try {
    if (hasPngSignature(bytes)) return fromPng(decodePng(bytes));
    if (bytes[0] === 0xff && bytes[1] === 0xd8) {
      const { width, height, data } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false });
      return { width, height, rgb: data };
    }
  } catch (cause) {
    throw inputError("the picture cannot be decoded", { where, got: messageOf(cause), cause });
  }
  throw inputError("this is neither a PNG nor a JPEG", {
    where,
    got: bytes.length === 0 ? "an empty file" : `a file that begins with ${hex(bytes.subarray(0, 4))}`,
  });
}

function fromPng(png: DecodedPng): Picture {
  const { width, height } = png;
  const samples = eightBit(png);
  const channels = samples.length / (width * height);
  const colours = channels >= 3;
  const rgb = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = samples[colours ? from + c : from]!;
  }
  return { width, height, rgb };
}

/** One byte a sample: from a palette, from bits packed into bytes, or the upper byte of 16 bits. */
function eightBit(png: DecodedPng): ArrayLike<number> {
  if (png.palette !== undefined) return convertIndexedToRgb(png);
  if (png.depth < 8) {
    const most = 2 ** png.depth - 1;
    const greys = Array.from({ length: most + 1 }, (_, i) => new Array<number>(3).fill((255 * i) / most));
    return convertIndexedToRgb({ ...png, palette: greys });
  }
  return png.depth === 16 ? png.data.map((sample) => sample >> 8) : png.data;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
