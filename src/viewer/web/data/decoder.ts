import type { Recording } from "../../recording.ts";
import type { BuilderOptions } from "../../recording-builder.ts";
import type { DecodeAnswer, DecodeOrder } from "./decode-worker.ts";
import { ServerProblem } from "./fetched.ts";

export type DecodeOptions = BuilderOptions & { readonly name: string };

let ready: Worker | undefined;

/** Has a thread ready for the recording that will be asked for next. */
export function prepareDecoder(): Worker {
  ready ??= new Worker(new URL("./decode-worker.ts", import.meta.url), { type: "module" });
  return ready;
}

/** Reads a recording in a thread of its own. @throws ServerProblem for one that cannot be had or read */
export async function decoded(
  from: DecodeOrder["from"],
  { name, ...options }: DecodeOptions,
): Promise<Recording> {
  const worker = prepareDecoder();
  ready = undefined;
  try {
    const answer = await new Promise<DecodeAnswer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message || "the recording cannot be decoded"));
      worker.postMessage({ name, from, options } satisfies DecodeOrder);
    });
    if ("problem" in answer) throw new ServerProblem(answer.problem, answer.hint);
    return answer.recording;
  } finally {
    worker.terminate();
  }
}
