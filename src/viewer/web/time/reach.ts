import { clampTime, type Span } from "./play-head.ts";

/** How far a run that is still being read can be seen, and where in it somebody wants to be meanwhile. */
export class Reach {
  #span: Span = { fromSec: 0, toSec: 0 };
  #toSec = 0;
  #wantedSec: number | undefined;

  /** The whole run. */
  get span(): Span {
    return this.#span;
  }

  /** Until here it is there. */
  get toSec(): number {
    return this.#toSec;
  }

  /** More of it is there. @returns where the head stands now, that stood at `headSec` */
  grow(span: Span, toSec: number, headSec: number): number {
    this.#span = span;
    this.#toSec = toSec;
    return this.within(this.#wantedSec ?? headSec);
  }

  /** @returns as near to it as one can go; the head goes there as soon as it can */
  want(timeSec: number): number {
    this.#wantedSec = timeSec;
    return this.within(timeSec);
  }

  /** Nobody wants to be anywhere but where the head is. */
  forget(): void {
    this.#wantedSec = undefined;
  }

  within(timeSec: number): number {
    return clampTime(timeSec, { ...this.#span, toSec: this.#toSec });
  }
}
