import { readdirSync, statSync } from "node:fs";

/** Of a picture's file name. */
const PICTURE_NAME = /\.(png|jpe?g)$/i;
/** Of a video's. */
const VIDEO_NAME = /\.(mp4|m4v|mov|mkv|webm|avi|gif|apng)$/i;

/** Why what an action would have changed cannot be asked of a clip. */
export const NO_COUNTERFACTUAL =
  "a clip takes no actions: it plays the same whatever is commanded, so what would have happened otherwise cannot be asked of it";

/** Whether a path leads to a folder of pictures or a video, by the names alone. */
export function isClip(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.isDirectory() ? pictureNames(path).length > 0 : VIDEO_NAME.test(path);
}

/** The pictures in a folder, in the order of the numbers in their names. */
export function pictureNames(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => PICTURE_NAME.test(name));
  return names.sort(new Intl.Collator("en", { numeric: true }).compare);
}
