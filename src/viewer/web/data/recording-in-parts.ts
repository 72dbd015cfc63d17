import type { DecodeOptions } from "../../decode-recording.ts";
import type { Recording } from "../../recording.ts";
import type { DecodeAnswer, DecodeOrder } from "./decode-worker.ts";
import { ServerProblem } from "./fetched.ts";

let ready: Worker | undefined;

/** Has a thread ready for the recording that will be asked for next. */
export function prepareDecoder(): Worker {
  ready ??= new Worker(new URL("./decode-worker.ts", import.meta.url), { type: "module" });
  return ready;
}

/** A part of a recording, from its beginning; the last is the whole. */
export interface RecordingPart {
  readonly recording: Recording;
  readonly isWhole: boolean;
}

/**
 * A recording that is read in a thread of its own: more and more of it, each time from its beginning. What follows a
 * part is read when it is asked for.
 */
export class RecordingInParts {
  /** On its way at once. @throws ServerProblem for a recording that cannot be had or read */
  readonly first: Promise<RecordingPart>;
  readonly #worker: Worker;

  constructor(from: DecodeOrder["from"], options: DecodeOptions) {
    this.#worker = prepareDecoder();
    ready = undefined;
    this.first = this.#ask({ from, options });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordingPart, void, void> {
    try {
      let part = await this.first;
      for (;;) {
        yield part;
        if (part.isWhole) return;
        part = await this.#ask("more");
      }
    } finally {
      this.close();
    }
  }

  async whole(): Promise<Recording> {
    let last: RecordingPart | undefined;
    for await (const part of this) last = part;
    return last!.recording;
  }

  close(): void {
    this.#worker.terminate();
  }

  async #ask(question: DecodeOrder | "more"): Promise<RecordingPart> {
    const worker = this.#worker;
    const answer = await new Promise<DecodeAnswer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message || "the recording cannot be decoded"));
      worker.postMessage(question);
    });
    if ("problem" in answer) throw new ServerProblem(answer.problem, answer.hint);
    return answer;
  }
}
