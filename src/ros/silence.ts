/** Notices when something that keeps coming stops. It begins to watch with the first that comes. */
export class Silence {
  readonly #settings: { readonly afterMs: number };
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;
  #silent = false;
  #closed = false;

  /** @param settings `afterMs` is read anew each time: it may change. */
  constructor(settings: { readonly afterMs: number }, onSilence: () => void) {
    this.#settings = settings;
    this.#onSilence = onSilence;
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** @returns whether it ends a silence. */
  heard(): boolean {
    const was = this.#silent;
    this.rest();
    if (!this.#closed) {
      this.#timer = setTimeout(() => {
        this.#silent = true;
        this.#onSilence();
      }, this.#settings.afterMs);
    }
    return was;
  }

  /** Nothing is expected until the next that comes. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#silent = false;
  }

  close(): void {
    this.#closed = true;
    this.rest();
  }
}
