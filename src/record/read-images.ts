import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { inputError, messageOf } from "../core/errors.ts";
import { bytesOf, type Images, type ImageSpec, type Picture } from "../core/picture.ts";
import { TIME_SLACK_SEC } from "./align.ts";
import { COMPRESSED_IMAGE, imageTopic } from "./image-topic.ts";
import { parseMessageType } from "./message-type.ts";
import { decodePicture } from "./picture-file.ts";
import { scanMcap } from "./scan-mcap.ts";

const IMAGE = "sensor_msgs/msg/Image";

export interface ReadImagesOptions {
  readonly images: readonly ImageSpec[];
  /** Prefix of the topics: `/truth`, `/candidate`. Default none. */
  readonly prefix?: string;
  /** Time of row 0 of what is read. */
  readonly originNs: bigint;
  readonly rows: number;
  readonly periodSec: number;
}

interface ImageMessage {
  readonly format?: string;
  readonly encoding?: string;
  readonly width?: number;
  readonly height?: number;
  readonly step?: number;
  readonly data: Uint8Array;
}

interface Frame {
  readonly timeNs: bigint;
  readonly picture: Picture;
}

/**
 * The pictures of a recording on the control grid, each the last one that was there. Of an image channel the file has nothing
 * of, nothing is returned. Topics: `/<channel>/compressed` (CompressedImage: PNG or JPEG), or `/<channel>` (Image: rgb8, bgr8,
 * mono8).
 * @throws SimgateError `input` for another size or encoding, or where the first picture comes too late.
 */
export async function readImages(
  file: string,
  { images, prefix = "", originNs, rows, periodSec }: ReadImagesOptions,
): Promise<Images> {
  const frames = await framesOf(file, images, prefix);
  return Object.fromEntries(
    images.flatMap((image): [string, Uint8Array][] => {
      const own = frames.get(image.name);
      if (own === undefined) return [];
      const size = bytesOf(image);
      const all = new Uint8Array(rows * size);
      let next = 0;
      for (let row = 0; row < rows; row++) {
        const untilNs = originNs + BigInt(Math.round((row * periodSec + TIME_SLACK_SEC) * 1e9));
        while (next < own.length && own[next]!.timeNs <= untilNs) next++;
        if (next === 0) {
          throw inputError(`the first picture of "${image.name}" comes after control step ${row}`, {
            where: file,
            got: `${own.length} pictures`,
          });
        }
        all.set(own[next - 1]!.picture.rgb, row * size);
      }
      return [[image.name, all]];
    }),
  );
}

/** By image channel, in the order of time. */
async function framesOf(
  file: string,
  images: readonly ImageSpec[],
  prefix: string,
): Promise<Map<string, Frame[]>> {
  const wanted = new Map(
    images.flatMap((image): [string, ImageSpec][] => [
      [imageTopic(image.name, prefix), image],
      [`${prefix}/${image.name}`, image],
    ]),
  );
  const readers = new Map<number, MessageReader<ImageMessage>>();
  const frames = new Map<string, Frame[]>();
  await scanMcap(file, {
    message(message, channel, schema) {
      const image = wanted.get(channel.topic);
      if (image === undefined || (schema?.name !== COMPRESSED_IMAGE && schema?.name !== IMAGE)) return;
      const where = `${file}, topic ${channel.topic}, ${Number(message.publishTime) / 1e9} s`;
      let reader = readers.get(channel.id);
      if (reader === undefined) {
        reader = new MessageReader<ImageMessage>(parseMessageType(schema.name, schema.text).parsed);
        readers.set(channel.id, reader);
      }
      const list = frames.get(image.name) ?? [];
      frames.set(image.name, list);
      list.push({ timeNs: message.publishTime, picture: pictureOf(reader, message.data, image, where) });
    },
  });
  return frames;
}

function pictureOf(
  reader: MessageReader<ImageMessage>,
  data: Uint8Array,
  { size: [height, width] }: ImageSpec,
  where: string,
): Picture {
  let message: ImageMessage;
  try {
    message = reader.readMessage(data);
  } catch (cause) {
    throw inputError("a picture's message cannot be decoded", { where, got: messageOf(cause), cause });
  }
  const picture =
    message.encoding === undefined ? decodePicture(message.data, where) : rawPicture(message, where);
  if (picture.width === width && picture.height === height) return picture;
  throw inputError("the picture is not of the size that the scenario declares", {
    where,
    expected: `${width} × ${height}`,
    got: `${picture.width} × ${picture.height}`,
  });
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
