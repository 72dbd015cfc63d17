import { messageOf } from "../../../core/errors.ts";
import { decodeGiven, decodeRecording, type DecodeOptions } from "../../decode-recording.ts";
import type { RecordedWorld, Recording } from "../../recording.ts";
import { ArrivingBytes } from "./arriving-bytes.ts";
import { begun, fetched, ServerProblem } from "./fetched.ts";

/** What is to be decoded: an answer of the server, of which parts are wanted too, or what the page has. */
export interface DecodeOrder {
  readonly from:
    | {
        readonly url: string;
        readonly timeoutMs: number;
        /** The first part reaches this moment, s. */
        readonly fromSec: number;
      }
    | { readonly bytes: Uint8Array };
  readonly options: DecodeOptions;
}

/** To each part the page answers, with whatever it likes, when it wants more. */
export type DecodeAnswer =
  | { readonly recording: Recording; readonly isWhole: boolean }
  | { readonly problem: string; readonly hint: string | undefined };

let wanted: (() => void) | undefined;

/** Off the thread that draws: reads a recording while it arrives. */
addEventListener("message", ({ data }: MessageEvent<DecodeOrder | "more">) => {
  if (data === "more") {
    wanted?.();
    return;
  }
  decode(data).then(
    (recording) => answer({ recording, isWhole: true }, buffersOf(recording)),
    (thrown: unknown) => answer(problemOf(thrown), []),
  );
});

async function decode({ from, options }: DecodeOrder): Promise<Recording> {
  if ("bytes" in from) return decodeRecording(from.bytes, options);
  const { timeoutMs, fromSec } = from;
  const url = new URL(from.url);
  const response = await begun(url, { timeoutMs });
  const size = Number(response.headers.get("content-length"));
  if (response.body === null || !(size > 0)) {
    return decodeRecording(new Uint8Array(await response.arrayBuffer()), options);
  }
  const part = async (offset: number, length: number): Promise<Uint8Array> => {
    const headers = { range: `bytes=${offset}-${offset + length - 1}` };
    return new Uint8Array(await (await fetched(url, { timeoutMs, headers })).arrayBuffer());
  };
  const inParts = response.headers.get("accept-ranges") === "bytes";
  const bytes = new ArrivingBytes(response.body, size, { timeoutMs, ...(inParts ? { part } : {}) });
  return decodeGiven(bytes, options, { fromSec, take });
}

/** Hands a part on, as a copy: it goes on growing here. */
async function take(recording: Recording): Promise<void> {
  const more = new Promise<void>((resolve) => (wanted = resolve));
  answer({ recording, isWhole: false }, []);
  await more;
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
