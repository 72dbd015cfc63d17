import { encodePng } from "../core/png.ts";
import { bytesOf, type Images, type ImageSpec } from "../core/picture.ts";
import { toStamp } from "../core/time.ts";
import { encodeCdr } from "./cdr.ts";
import type { McapFile } from "./mcap-file.ts";
import type { McapOutput } from "./mcap-output.ts";
import { messageType } from "./message-definitions.ts";

export const COMPRESSED_IMAGE = "sensor_msgs/msg/CompressedImage";

/** `/overhead/compressed`: where image_transport puts what is compressed of the image `/overhead`. */
export function imageTopic(name: string, prefix = ""): string {
  return `${prefix}/${name}/compressed`;
}

interface Topic {
  readonly image: ImageSpec;
  readonly id: number;
}

/** Writes image channels as PNG: the image topics of one world in an MCAP file. */
export class ImageWriter {
  readonly #file: McapFile;
  readonly #topics: readonly Topic[];

  private constructor(file: McapFile, topics: readonly Topic[]) {
    this.#file = file;
    this.#topics = topics;
  }

  static async create(file: McapFile, images: readonly ImageSpec[], prefix = ""): Promise<ImageWriter> {
    const type = messageType(COMPRESSED_IMAGE)!;
    const topics = [];
    for (const image of images) {
      topics.push({ image, id: await file.addTopic(imageTopic(image.name, prefix), type) });
    }
    return new ImageWriter(file, topics);
  }

  get channels(): readonly string[] {
    return this.#topics.map(({ image }) => image.name);
  }

  /** The messages of one lane or row at a time: encoded at once, for the pictures may change; handed to {@link write}. */
  encode(images: Images, row: number, stampNs: bigint): readonly Uint8Array[] {
    return this.#topics.map(({ image }) => {
      const size = bytesOf(image);
      const [height, width] = image.size;
      const rgb = images[image.name]!.subarray(row * size, (row + 1) * size);
      return encodeCdr(messageType(COMPRESSED_IMAGE)!, {
        header: { stamp: toStamp(stampNs), frame_id: image.name },
        format: "png",
        data: encodePng({ width, height, rgb }),
      }).bytes;
    });
  }

  /** To be called within `McapFile.run`. */
  write(writer: McapOutput, messages: readonly Uint8Array[], timeNs: bigint): void {
    this.#topics.forEach(({ id }, i) => this.#file.message(writer, id, timeNs, messages[i]!));
  }
}
