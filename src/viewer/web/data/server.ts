import type { ReplayResult } from "../../../report/replay-result.ts";
import type { ExamResult } from "../../../report/result.ts";
import type { Scene } from "../../scene.ts";
import type {
  BranchRequest,
  EpisodeSummary,
  Fan,
  FanRequest,
  MarginCurve,
  Problem,
  Session,
} from "../../session.ts";

/** How long an answer may take: a branch or a fan is computed, everything else lies ready. */
const READ_TIMEOUT_MS = 20_000;
const COMPUTE_TIMEOUT_MS = 60_000;

/** What the server answered instead of what was asked for: a sentence, and what to do about it. */
export class ServerProblem extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "ServerProblem";
    this.hint = hint;
  }
}

/** The addresses of session.ts, relative to the page. */
export const server = {
  session: (): Promise<Session> => readJson("api/session"),
  scene: (parameters?: Readonly<Record<string, number>>): Promise<Scene> =>
    readJson(
      parameters === undefined
        ? "api/scene"
        : `api/scene?parameters=${encodeURIComponent(JSON.stringify(parameters))}`,
    ),
  result: (): Promise<ExamResult | ReplayResult> => readJson("api/evidence/result.json"),
  episodes: (): Promise<EpisodeSummary[]> => readJson("api/evidence/episodes"),
  margins: (run: string): Promise<MarginCurve[]> => readJson(`api/margins?run=${encodeURIComponent(run)}`),
  recording: (href: string): Promise<Uint8Array> => readBytes(href),
  branch: (request: BranchRequest): Promise<Uint8Array> => readBytes("api/branch", request),
  fan: (request: FanRequest, signal?: AbortSignal): Promise<Fan> => readJson("api/fan", request, signal),
};

/** Rolled out again by the server, where the folder does not hold the trace. */
export function rolloutAddress(policy: string, start: number): string {
  return `api/rollouts/${encodeURIComponent(policy)}/${start}.mcap`;
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
  const slow = body !== undefined || /^api\/(rollouts|margins)/.test(address);
  const deadline = AbortSignal.timeout(slow ? COMPUTE_TIMEOUT_MS : READ_TIMEOUT_MS);
  const url = pageAddress(address);
  let response: Response;
  try {
    response = await fetch(url, {
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ServerProblem(
      deadline.aborted ? "the server does not answer" : "the server cannot be reached",
      "is simgate view still running?",
    );
  }
  if (response.ok) return response;
  const problem = await response.json().then(
    (json: unknown) => (json as Problem).error,
    () => undefined,
  );
  throw new ServerProblem(problem?.what ?? `the server answers ${response.status}`, problem?.hint);
}
