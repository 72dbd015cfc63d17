import type { PictureSeries } from "./recording.ts";

/** Pictures that are added to, in the order they come. */
export class GrowingPictures {
  #timesSec: number[] = [];
  #files: Uint8Array<ArrayBuffer>[] = [];

  add(timeSec: number, file: Uint8Array): void {
    this.#timesSec.push(timeSec);
    // The message belongs to something larger, which need not be kept for it.
    this.#files.push(new Uint8Array(file));
  }

  forgetBefore(timeSec: number): void {
    const old = this.#timesSec.findIndex((time) => time >= timeSec);
    if (old <= 0) return;
    this.#timesSec = this.#timesSec.slice(old);
    this.#files = this.#files.slice(old);
  }

  series(shiftSec: number): PictureSeries {
    return { timesSec: this.#timesSec.map((time) => time + shiftSec), files: [...this.#files] };
  }
}
