import { Emitter } from "../shell/emitter.ts";
import { advance, clampTime, togglePlay, type PlayHead, type Span } from "./play-head.ts";

/** The one cursor that scene, strip, plots and table share. */
export class Clock {
  readonly changed = new Emitter<PlayHead>();
  #head: PlayHead = { timeSec: 0, playing: false, speed: 1, loop: false };
  #span: Span = { fromSec: 0, toSec: 0 };
  #lastMs: number | undefined;
  /** True while the newest sample of a live stream is followed. */
  #following = false;

  get head(): PlayHead {
    return this.#head;
  }

  get span(): Span {
    return this.#span;
  }

  get following(): boolean {
    return this.#following;
  }

  setSpan(span: Span): void {
    this.#span = span;
    const timeSec = this.#following ? span.toSec : clampTime(this.#head.timeSec, span);
    this.#set({ ...this.#head, timeSec });
  }

  /** Stays at the newest sample until somebody seeks or pauses. */
  follow(): void {
    this.#following = true;
    this.#set({ ...this.#head, playing: false, timeSec: this.#span.toSec });
  }

  seek(timeSec: number): void {
    this.#following = false;
    this.#set({ ...this.#head, timeSec: clampTime(timeSec, this.#span) });
  }

  toggle(): void {
    this.#following = false;
    this.#set(togglePlay(this.#head, this.#span));
    this.#lastMs = undefined;
    if (this.#head.playing) requestAnimationFrame(this.#tick);
  }

  pause(): void {
    if (this.#head.playing) this.toggle();
    else if (this.#following) this.seek(this.#head.timeSec);
  }

  setSpeed(speed: number): void {
    this.#set({ ...this.#head, speed });
  }

  setLoop(loop: boolean): void {
    this.#set({ ...this.#head, loop });
  }

  readonly #tick = (nowMs: number): void => {
    if (!this.#head.playing) return;
    const elapsedSec = this.#lastMs === undefined ? 0 : (nowMs - this.#lastMs) / 1000;
    this.#lastMs = nowMs;
    this.#set(advance(this.#head, elapsedSec, this.#span));
    if (this.#head.playing) requestAnimationFrame(this.#tick);
  };

  #set(head: PlayHead): void {
    this.#head = head;
    this.changed.emit(head);
  }
}
