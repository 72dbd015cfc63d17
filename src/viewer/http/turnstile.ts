/** What is computed on request goes one at a time, and only so many wait. */
export class Turnstile {
  readonly #mostWaiting: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(mostWaiting: number) {
    this.#mostWaiting = mostWaiting;
  }

  /** Undefined: too many wait already. */
  pass<T>(work: () => Promise<T>): Promise<T> | undefined {
    if (this.#waiting >= this.#mostWaiting) return undefined;
    this.#waiting++;
    const done = this.#last.then(work).finally(() => this.#waiting--);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
