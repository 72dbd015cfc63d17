import { messageOf } from "../../../core/errors.ts";
import { decodeGiven, decodeRecording } from "../../decode-recording.ts";
import type { RecordedWorld, Recording } from "../../recording.ts";
import type { BuilderOptions } from "../../recording-builder.ts";
import { ArrivingBytes } from "./arriving-bytes.ts";
import { fetched, ServerProblem } from "./fetched.ts";

/** What is to be decoded: an answer of the server, or what the page has. */
export interface DecodeOrder {
  readonly name: string;
  readonly from: { readonly url: string; readonly timeoutMs: number } | { readonly bytes: Uint8Array };
  readonly options: BuilderOptions;
}

export type DecodeAnswer =
  { readonly recording: Recording } | { readonly problem: string; readonly hint: string | undefined };

/** Off the thread that draws: reads a recording while it arrives. */
addEventListener("message", ({ data: order }: MessageEvent<DecodeOrder>) => {
  decode(order).then(
    (recording) => answer({ recording }, buffersOf(recording)),
    (thrown: unknown) => answer(problemOf(thrown), []),
  );
});

async function decode({ name, from, options }: DecodeOrder): Promise<Recording> {
  if ("bytes" in from) return decodeRecording(from.bytes, { name, ...options });
  const url = new URL(from.url);
  const response = await fetched(url, { timeoutMs: from.timeoutMs });
  const size = Number(response.headers.get("content-length"));
  if (response.body === null || !(size > 0)) {
    return decodeRecording(new Uint8Array(await response.arrayBuffer()), { name, ...options });
  }
  const part = async (offset: number, length: number): Promise<Uint8Array> => {
    const headers = { range: `bytes=${offset}-${offset + length - 1}` };
    return new Uint8Array(await (await fetched(url, { timeoutMs: from.timeoutMs, headers })).arrayBuffer());
  };
  const inParts = response.headers.get("accept-ranges") === "bytes";
  return decodeGiven(new ArrivingBytes(response.body, size, inParts ? part : undefined), {
    name,
    ...options,
  });
}

/** Handed over, not copied. */
function buffersOf({ worlds }: Recording): ArrayBuffer[] {
  const signals = worlds.flatMap(({ observation, applied, requested, uncertainty }: RecordedWorld) =>
    [observation, applied, requested, uncertainty].flatMap((kind) => Object.values(kind)),
  );
  const buffers = signals.flatMap(({ timesSec, values }) => [timesSec.buffer, values.buffer]);
  return [...new Set(buffers)] as ArrayBuffer[];
}

function problemOf(thrown: unknown): DecodeAnswer {
  return { problem: messageOf(thrown), hint: thrown instanceof ServerProblem ? thrown.hint : undefined };
}

function answer(given: DecodeAnswer, handedOver: ArrayBuffer[]): void {
  postMessage(given, { transfer: handedOver });
}
