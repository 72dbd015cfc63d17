import { inputError } from "../core/errors.ts";
import { bytesOf, type Images, type ImageSpec, type Picture } from "../core/picture.ts";
import { TIME_SLACK_SEC } from "./align.ts";
import { isImageType, type ImageMessage, pictureIn } from "./image-message.ts";
import { imageTopic } from "./image-topic.ts";
import { scanMcap } from "./scan-mcap.ts";
import { TopicReaders } from "./topic-reader.ts";

export interface ReadImagesOptions {
  readonly images: readonly ImageSpec[];
  /** Prefix of the topics: `/truth`, `/candidate`. Default none. */
  readonly prefix?: string;
  /** Time of row 0 of what is read. */
  readonly originNs: bigint;
  readonly rows: number;
  readonly periodSec: number;
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
  const readers = new TopicReaders<ImageMessage>(file);
  const frames = new Map<string, Frame[]>();
  await scanMcap(file, {
    message(message, channel, schema) {
      const image = wanted.get(channel.topic);
      if (image === undefined || !isImageType(schema?.name)) return;
      const where = `${file}, topic ${channel.topic}, ${Number(message.publishTime) / 1e9} s`;
      const list = frames.get(image.name) ?? [];
      frames.set(image.name, list);
      const picture = pictureIn(readers.of(channel, schema).read(message), where);
      list.push({ timeNs: message.publishTime, picture: ofSize(image, picture, where) });
    },
  });
  return frames;
}

function ofSize({ size: [height, width] }: ImageSpec, picture: Picture, where: string): Picture {
  if (picture.width === width && picture.height === height) return picture;
  throw inputError("the picture is not of the size that the scenario declares", {
    where,
    expected: `${width} × ${height}`,
    got: `${picture.width} × ${picture.height}`,
  });
}
