import type { Comparison } from "../../../report/comparison.ts";
import type { ReplayResult } from "../../../report/replay-result.ts";
import type { ExamResult } from "../../../report/result.ts";
import type { Scene } from "../../scene.ts";
import type {
  BranchRequest,
  EpisodeSummary,
  Fan,
  FanRequest,
  MarginCurve,
  MomentRequest,
  Pictures,
  SceneContacts,
  Session,
} from "../../session.ts";
import type { DecodeOptions } from "../../decode-recording.ts";
import { fetched } from "./fetched.ts";
import { RecordingInParts } from "./recording-in-parts.ts";

/** How long an answer may take: a branch or a fan is computed, everything else lies ready. */
const READ_TIMEOUT_MS = 20_000;
const COMPUTE_TIMEOUT_MS = 60_000;

/** The addresses of session.ts, relative to the page. */
export const server = {
  session: (): Promise<Session> => readJson("api/session"),
  scene: (parameters?: Readonly<Record<string, number>>): Promise<Scene> =>
    readJson(
      parameters === undefined
        ? "api/scene"
        : `api/scene?parameters=${encodeURIComponent(JSON.stringify(parameters))}`,
    ),
  /** @param candidate which of several */
  result: (candidate: number): Promise<ExamResult | ReplayResult> =>
    readJson(`api/evidence/result.json?candidate=${candidate}`),
  episodes: (candidate: number): Promise<EpisodeSummary[]> =>
    readJson(`api/evidence/episodes?candidate=${candidate}`),
  comparison: (): Promise<Comparison> => readJson("api/evidence/comparison"),
  contacts: (moment: MomentRequest): Promise<SceneContacts> => readJson("api/contacts", moment),
  pictures: (moment: MomentRequest): Promise<Pictures> => readJson("api/pictures", moment),
  margins: (run: string): Promise<MarginCurve[]> => readJson(`api/margins?run=${encodeURIComponent(run)}`),
  /** @param fromSec its first part reaches this moment */
  recording: (href: string, fromSec: number, options: DecodeOptions): RecordingInParts =>
    new RecordingInParts({ url: pageAddress(href).href, timeoutMs: timeoutMs(href), fromSec }, options),
  branch: (request: BranchRequest): Promise<Uint8Array> => readBytes("api/branch", request),
  fan: (request: FanRequest, signal?: AbortSignal): Promise<Fan> => readJson("api/fan", request, signal),
};

/**
 * Rolled out again by the server, where the folder does not hold the trace.
 * @param beside other worlds than truth and the candidate
 */
export function rolloutAddress(policy: string, start: number, beside: readonly string[] = []): string {
  const address = `api/rollouts/${encodeURIComponent(policy)}/${start}.mcap`;
  const worlds = ["truth", "candidate", ...beside].map(encodeURIComponent).join(",");
  return beside.length === 0 ? address : `${address}?worlds=${worlds}`;
}

/** An address relative to the page, with the token that the page itself was opened with. */
export function pageAddress(address: string, scheme: "http" | "ws" = "http"): URL {
  const url = new URL(address, location.href.split(/[?#]/)[0]);
  const token = new URLSearchParams(location.search).get("token");
  if (token !== null) url.searchParams.set("token", token);
  if (scheme === "ws") url.protocol = url.protocol.replace("http", "ws");
  return url;
}

async function readJson<T>(address: string, body?: object, signal?: AbortSignal): Promise<T> {
  return (await (await ask(address, body, signal)).json()) as T;
}

async function readBytes(address: string, body?: object): Promise<Uint8Array> {
  return new Uint8Array(await (await ask(address, body)).arrayBuffer());
}

async function ask(address: string, body?: object, signal?: AbortSignal): Promise<Response> {
  return fetched(pageAddress(address), {
    timeoutMs: body === undefined ? timeoutMs(address) : COMPUTE_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
}

function timeoutMs(address: string): number {
  return /^api\/(rollouts|margins)/.test(address) ? COMPUTE_TIMEOUT_MS : READ_TIMEOUT_MS;
}
