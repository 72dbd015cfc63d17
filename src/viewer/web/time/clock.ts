import { Emitter } from "../shell/emitter.ts";
import { advance, togglePlay, type PlayHead, type Span } from "./play-head.ts";
import { Reach } from "./reach.ts";

/** The one cursor that scene, strip, plots and table share. */
export class Clock {
  readonly changed = new Emitter<PlayHead>();
  #head: PlayHead = { timeSec: 0, playing: false, speed: 1, loop: false };
  readonly #reach = new Reach();
  #lastMs: number | undefined;
  /** True while the newest sample of a live stream is followed. */
  #following = false;

  get head(): PlayHead {
    return this.#head;
  }

  get span(): Span {
    return this.#reach.span;
  }

  get following(): boolean {
    return this.#following;
  }

  /** @param reachSec until here it is there; the rest is still being read */
  setSpan(span: Span, reachSec = span.toSec): void {
    const timeSec = this.#reach.grow(span, reachSec, this.#head.timeSec);
    this.#set({ ...this.#head, timeSec: this.#following ? reachSec : timeSec });
  }

  /** Stays at the newest sample until somebody seeks or pauses. */
  follow(): void {
    this.#following = true;
    this.#set({ ...this.#head, playing: false, timeSec: this.#reach.toSec });
  }

  seek(timeSec: number): void {
    this.#following = false;
    this.#set({ ...this.#head, timeSec: this.#reach.want(timeSec) });
  }

  toggle(): void {
    this.#following = false;
    this.#reach.forget();
    this.#set(togglePlay(this.#head, this.span));
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
    const next = advance(this.#head, elapsedSec, this.span);
    // Where the rest is still being read, time stands still until it is there.
    this.#set({ ...next, timeSec: this.#reach.within(next.timeSec) });
    if (this.#head.playing) requestAnimationFrame(this.#tick);
  };

  #set(head: PlayHead): void {
    this.#head = head;
    this.changed.emit(head);
  }
}
