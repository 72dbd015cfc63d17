import type { GivenBytes } from "../../decode-recording.ts";

/** What lies farther ahead than this is asked for by itself, where the server gives parts of a file: its index. */
const AHEAD_BYTES = 1 << 20;

/** The body of an answer, to be read from while it still comes in. */
export class ArrivingBytes implements GivenBytes {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #part: ((offset: number, length: number) => Promise<Uint8Array>) | undefined;
  #arrived = 0;
  #failure: { readonly cause: unknown } | undefined;
  #isWaiting: (() => void) | undefined;

  /** @param part reads a part of the same file, if the server can */
  constructor(
    body: ReadableStream<Uint8Array>,
    size: number,
    part?: (offset: number, length: number) => Promise<Uint8Array>,
  ) {
    this.size = size;
    this.#bytes = new Uint8Array(size);
    this.#part = part;
    void this.#receive(body);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (this.#part !== undefined && offset > this.#arrived + AHEAD_BYTES)
      return this.#part(offset, end - offset);
    while (this.#arrived < end) {
      if (this.#failure !== undefined) throw this.#failure.cause;
      await new Promise<void>((arrived) => (this.#isWaiting = arrived));
    }
    return this.#bytes.subarray(offset, end);
  }

  async #receive(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.#bytes.set(value.subarray(0, this.size - this.#arrived), this.#arrived);
        this.#arrived = Math.min(this.size, this.#arrived + value.length);
        this.#isWaiting?.();
      }
      if (this.#arrived < this.size) throw new Error("the answer broke off");
    } catch (cause) {
      this.#failure = { cause };
    }
    this.#isWaiting?.();
  }
}
