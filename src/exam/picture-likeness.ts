import type { Picture } from "../core/picture.ts";
import { meanSquaredError, psnr, ssim } from "../metrics/picture-likeness.ts";
import { AXES, AXIS_TITLES, type Pictures } from "../report/result.ts";
import type { Axes } from "./verdict.ts";

/** One of so many pictures is compared: those between are like them. */
const EVERY = 10;
/** From there on pictures are said to look like truth's. */
const LOOKS_LIKE = 0.9;

/** How alike the pictures of two worlds are at the same steps, beside a still of truth's first. */
export class Likeness {
  readonly #shown = new Sums();
  readonly #still = new Sums();

  /** Pictures of one rollout, step by step, as far as both go. */
  add(truth: readonly Picture[], candidate: readonly Picture[]): void {
    for (let step = 1; step < truth.length; step += EVERY) {
      this.#shown.add(truth[step]!, candidate[step]!);
      this.#still.add(truth[step]!, truth[0]!);
    }
  }

  found(): Pictures["quality"] {
    return { ...this.#shown.likeness(), pictures: this.#shown.pictures, still: this.#still.likeness() };
  }
}

class Sums {
  pictures = 0;
  #squared = 0;
  #similar = 0;

  add(one: Picture, other: Picture): void {
    this.pictures++;
    this.#squared += meanSquaredError(one, other);
    this.#similar += ssim(one, other);
  }

  likeness(): Pictures["quality"]["still"] {
    return {
      psnrDb: this.#squared > 0 ? psnr(this.#squared / this.pictures) : null,
      ssim: this.pictures > 0 ? this.#similar / this.pictures : null,
    };
  }
}

/** What the looks of the pictures say beside the verdict: nothing. */
export function looksSentence(
  { quality: { psnrDb, ssim: similar } }: Omit<Pictures, "sentence">,
  axes: Axes,
): string {
  if (similar === null) return "No picture could be compared with truth's.";
  const figures = `mean SSIM ${similar.toFixed(3)}${psnrDb === null ? "" : `, ${psnrDb.toFixed(1)} dB`}`;
  const failed = AXES.filter((name) => axes[name].status === "fail");
  if (similar < LOOKS_LIKE)
    return `The pictures do not look like truth's (${figures}). That is part of no axis.`;
  if (failed.length === 0) return `The pictures look like truth's (${figures}). That is part of no axis.`;
  const names = failed.map((name) => AXIS_TITLES[name].toLowerCase());
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
  return (
    `The pictures look like truth's (${figures}), and ${list} ${names.length === 1 ? "fails" : "fail"} all the same: ` +
    "how a picture looks says nothing of what may be decided on it."
  );
}
