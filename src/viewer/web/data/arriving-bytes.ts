import type { GivenBytes } from "../../decode-recording.ts";
import { ServerProblem } from "./fetched.ts";

/** What lies farther ahead than this is asked for by itself, where the server gives parts of a file: its index. */
const AHEAD_BYTES = 1 << 20;

export interface ArrivingOptions {
  /** For each piece of it. */
  readonly timeoutMs: number;
  /** Reads a part of the same file, if the server can. */
  readonly part?: (offset: number, length: number) => Promise<Uint8Array>;
}

/** The body of an answer, to be read from while it still comes in; no more of it is sent than is read. */
export class ArrivingBytes implements GivenBytes {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #body: ReadableStreamDefaultReader<Uint8Array>;
  readonly #options: ArrivingOptions;
  #arrived = 0;

  constructor(body: ReadableStream<Uint8Array>, size: number, options: ArrivingOptions) {
    this.size = size;
    this.#bytes = new Uint8Array(size);
    this.#body = body.getReader();
    this.#options = options;
  }

  /** One read after the other. @throws ServerProblem if nothing comes any more */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    const { part } = this.#options;
    if (part !== undefined && offset > this.#arrived + AHEAD_BYTES) return part(offset, end - offset);
    while (this.#arrived < end) {
      const { done, value } = await this.#piece();
      if (done) throw new ServerProblem("the answer broke off", "is simgate view still running?");
      this.#bytes.set(value.subarray(0, this.size - this.#arrived), this.#arrived);
      this.#arrived = Math.min(this.size, this.#arrived + value.length);
    }
    return this.#bytes.subarray(offset, end);
  }

  async #piece(): Promise<ReadableStreamReadResult<Uint8Array>> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const { timeoutMs } = this.#options;
      timer = setTimeout(() => reject(new ServerProblem("the server sends nothing any more")), timeoutMs);
    });
    try {
      return await Promise.race([this.#body.read(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
