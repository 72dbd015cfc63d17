import { inputError } from "../core/errors.ts";
import type { Picture } from "../core/picture.ts";
import { COMPRESSED_IMAGE } from "./image-topic.ts";
import type { MaybeStamped } from "./message-times.ts";
import { decodePicture } from "./picture-file.ts";

const IMAGE = "sensor_msgs/msg/Image";

/** The messages that carry a picture. */
export const IMAGE_TYPES: readonly string[] = [IMAGE, COMPRESSED_IMAGE];

export function isImageType(type: string | undefined): boolean {
  return type !== undefined && IMAGE_TYPES.includes(type);
}

/** A decoded Image, which has an encoding, or CompressedImage, which has a format. */
export interface ImageMessage extends MaybeStamped {
  readonly format?: string;
  readonly encoding?: string;
  readonly width?: number;
  readonly height?: number;
  readonly step?: number;
  readonly data: Uint8Array;
}

/** @throws SimgateError `input` for an encoding or a format other than rgb8 and its like, PNG and JPEG; for damaged bytes. */
export function pictureIn(message: ImageMessage, where: string): Picture {
  return message.encoding === undefined ? decodePicture(message.data, where) : rawPicture(message, where);
}

/** Where red, green and blue lie in a pixel of a raw image. */
const LAYOUTS: Readonly<Record<string, { readonly bytes: number; readonly at: readonly number[] }>> = {
  rgb8: { bytes: 3, at: [0, 1, 2] },
  bgr8: { bytes: 3, at: [2, 1, 0] },
  rgba8: { bytes: 4, at: [0, 1, 2] },
  bgra8: { bytes: 4, at: [2, 1, 0] },
  mono8: { bytes: 1, at: [0, 0, 0] },
};

function rawPicture(
  { encoding = "", width = 0, height = 0, step = 0, data }: ImageMessage,
  where: string,
): Picture {
  const layout = LAYOUTS[encoding];
  if (layout === undefined || data.length < step * height || step < width * layout.bytes) {
    throw inputError("a picture of this encoding cannot be read", {
      where,
      expected: `${Object.keys(LAYOUTS).join(", ")}, row by row`,
      got: `${encoding}, ${width} × ${height}, ${data.length} bytes`,
    });
  }
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * step + x * layout.bytes;
      for (const at of layout.at) rgb[i++] = data[from + at]!;
    }
  }
  return { width, height, rgb };
}
