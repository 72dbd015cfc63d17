import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inputError } from "../core/errors.ts";
import type { Picture } from "../core/picture.ts";
import { parseYaml } from "../core/yaml-document.ts";
import { CLIP_CARD, clipCardSchema, type ClipCard } from "./clip-card.ts";
import { pictureNames } from "./clip-path.ts";
import { decodePicture } from "./picture-file.ts";
import { openVideo } from "./video.ts";

/** Frames in the order of time, one at a time: a long clip need not fit into memory. */
export interface Clip {
  readonly source: "pictures" | "video" | "recording";
  /** Absent where neither the clip nor its card says. */
  readonly periodSec?: number;
  /** What is declared of it, and in which file; absent: nothing is. */
  readonly card?: { readonly file: string; readonly value: Omit<ClipCard, "schema"> };
  /** From the first frame on, each time it is called. @throws SimgateError for a frame that cannot be decoded, or of another size. */
  frames(signal?: AbortSignal): AsyncIterable<Picture>;
}

/**
 * A folder of pictures, in the order of the numbers in their names, with an optional `clip.yaml`; or a video, through
 * ffmpeg, with an optional `<video>.clip.yaml` beside it.
 */
export async function openClip(path: string): Promise<Clip> {
  const folder = statSync(path).isDirectory();
  return withCard(path, await cardOf(folder ? join(path, CLIP_CARD) : `${path}.${CLIP_CARD}`));
}

/** The frames at a path, with what is declared of them elsewhere. */
export async function withCard(path: string, card: Clip["card"]): Promise<Clip> {
  const declared = card === undefined ? {} : { card };
  if (statSync(path).isDirectory()) {
    const names = pictureNames(path);
    return {
      ...{ source: "pictures", ...periodOf(card?.value.periodSec), ...declared },
      frames: () => sameSize(picturesOf(path, names)),
    };
  }
  const video = await openVideo(path);
  return {
    ...{ source: "video", ...periodOf(card?.value.periodSec ?? video.periodSec), ...declared },
    frames: (signal) => sameSize(video.frames(signal)),
  };
}

function periodOf(periodSec: number | undefined): Pick<Clip, "periodSec"> {
  return periodSec === undefined ? {} : { periodSec };
}

async function cardOf(file: string): Promise<Clip["card"]> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return { file, value: parseYaml(text, clipCardSchema, { file, what: "clip card" }).value };
}

export interface NamedPicture {
  readonly where: string;
  readonly picture: Picture;
}

async function* picturesOf(folder: string, names: readonly string[]): AsyncGenerator<NamedPicture> {
  for (const name of names) {
    const where = join(folder, name);
    yield { where, picture: decodePicture(await readFile(where), where) };
  }
}

export async function* sameSize(pictures: AsyncIterable<NamedPicture>): AsyncGenerator<Picture> {
  let first: Picture | undefined;
  for await (const { where, picture } of pictures) {
    first ??= picture;
    if (picture.width !== first.width || picture.height !== first.height) {
      throw inputError("the frames of a clip have one size", {
        where,
        expected: `${first.width} × ${first.height}, as the first`,
        got: `${picture.width} × ${picture.height}`,
      });
    }
    yield picture;
  }
}
