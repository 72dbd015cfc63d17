import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf, SimgateError } from "../../core/errors.ts";
import type { LiveSource, Problem, Session } from "../session.ts";
import { UnavailableError, type ViewerSource } from "../source.ts";
import { sendFile } from "./byte-range.ts";
import { type GuardOptions, refusalOf, TOKEN_COOKIE } from "./guard.ts";
import { readBranch, readCandidate, readFan, readMoment, readParameters } from "./requests.ts";
import type { PageFile } from "./static-page.ts";
import { Turnstile } from "./turnstile.ts";

export interface RouteOptions extends GuardOptions {
  readonly source: ViewerSource;
  readonly live: () => LiveSource | null;
  readonly page: ReadonlyMap<string, PageFile>;
}

const MCAP = "application/octet-stream";
const JSON_TYPE = "application/json; charset=utf-8";
const MOST_WAITING = 8;

/** Answers one HTTP request: the addresses of session.ts, and the page. */
export function createRoutes(
  options: RouteOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const turnstile = new Turnstile(MOST_WAITING);
  return (request, response) => {
    protect(request, response);
    answer(request, response, options, turnstile).catch((thrown: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      sendProblem(response, thrown);
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: RouteOptions,
  turnstile: Turnstile,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://server");
  const refusal = refusalOf(request, url, options);
  if (refusal !== undefined) return sendError(response, refusal.status, { what: refusal.reason });
  if (options.token !== undefined && url.searchParams.has("token")) {
    response.setHeader("Set-Cookie", `${TOKEN_COOKIE}=${options.token}; HttpOnly; SameSite=Strict; Path=/`);
  }
  const { method = "GET" } = request;
  const isRead = method === "GET" || method === "HEAD";
  const path = url.pathname;
  const file = options.page.get(path);
  if (isRead && file !== undefined) {
    // Their names carry a hash of what they hold.
    if (path.startsWith("/assets/"))
      response.setHeader("Cache-Control", "private, max-age=31536000, immutable");
    return send(response, file.type, file.bytes);
  }
  const { source } = options;
  const left = new AbortController();
  response.on("close", () => left.abort());
  const compute = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    const done = turnstile.pass(work);
    if (done !== undefined) return done;
    sendError(response, 429, { what: "too much is being computed already", hint: "try again in a moment" });
    return undefined;
  };
  const computed = async (type: string, work: () => Promise<Uint8Array | object>): Promise<void> => {
    const result = await compute(work);
    if (result === undefined) return;
    if (result instanceof Uint8Array) send(response, type, result);
    else sendJson(response, result);
  };

  if (isRead) {
    switch (path) {
      case "/api/session": {
        const session: Session = { ...(await source.session()), live: options.live() };
        return sendJson(response, session);
      }
      case "/api/scene":
        return sendJson(response, await source.scene(readParameters(url.searchParams.get("parameters"))));
      case "/api/evidence/result.json":
        return send(response, JSON_TYPE, Buffer.from(await source.result(readCandidate(url))));
      case "/api/evidence/episodes":
        return sendJson(response, await source.episodes(readCandidate(url)));
      case "/api/evidence/comparison":
        return sendJson(response, await source.comparison());
      case "/api/margins":
        return computed(JSON_TYPE, () => source.margins(url.searchParams.get("run") ?? "", left.signal));
    }
    const trace = /^\/api\/traces\/([^/]+)$/.exec(path);
    if (trace !== null) return sendFile(request, response, await source.traceFile(decode(trace[1]!)), MCAP);
    const rollout = /^\/api\/rollouts\/([^/]+)\/(\d{1,9})\.mcap$/.exec(path);
    if (rollout !== null) {
      const worlds = (url.searchParams.get("worlds") ?? "truth,candidate").split(",").slice(0, 8);
      return computed(MCAP, () =>
        source.rollout(decode(rollout[1]!), Number(rollout[2]), worlds, left.signal),
      );
    }
  }
  if (method === "POST") {
    if (path === "/api/branch") {
      const order = await readBranch(request);
      return computed(MCAP, () => source.branch(order, left.signal));
    }
    if (path === "/api/fan") {
      const order = await readFan(request);
      return computed(JSON_TYPE, () => source.fan(order, left.signal));
    }
    if (path === "/api/contacts" || path === "/api/pictures") {
      const moment = await readMoment(request);
      return computed(JSON_TYPE, () =>
        path === "/api/contacts" ? source.contacts(moment) : source.pictures(moment),
      );
    }
  }
  sendError(response, 404, { what: `there is no ${path} here` });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The page may load nothing from anywhere else, and no other page may show or read it. */
function protect(request: IncomingMessage, response: ServerResponse): void {
  const host = /^[\w.:[\]-]+$/.exec(request.headers.host ?? "")?.[0];
  const sockets = host === undefined ? "" : ` ws://${host} wss://${host}`;
  response.setHeader(
    "Content-Security-Policy",
    `default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; ` +
      `media-src blob:; worker-src 'self' blob:; connect-src 'self'${sockets}; object-src 'none'; base-uri 'none'; ` +
      `form-action 'none'; frame-ancestors 'none'`,
  );
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cache-Control", "no-cache");
}

function send(response: ServerResponse, type: string, bytes: Uint8Array): void {
  response.writeHead(200, { "Content-Type": type, "Content-Length": bytes.length });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

function sendJson(response: ServerResponse, value: object): void {
  send(response, JSON_TYPE, Buffer.from(JSON.stringify(value)));
}

function sendProblem(response: ServerResponse, thrown: unknown): void {
  if (thrown instanceof UnavailableError) return sendError(response, 404, { what: thrown.message });
  if (thrown instanceof SimgateError) {
    const { cause: _, ...details } = thrown.details;
    return sendError(response, thrown.code === "input" ? 400 : 500, { what: thrown.what, ...details });
  }
  sendError(response, 500, { what: messageOf(thrown) });
}

function sendError(response: ServerResponse, status: number, error: Problem["error"]): void {
  const bytes = Buffer.from(JSON.stringify({ error }));
  response.writeHead(status, { "Content-Type": JSON_TYPE, "Content-Length": bytes.length }).end(bytes);
}
