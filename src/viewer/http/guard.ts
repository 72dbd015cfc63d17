import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isLoopback } from "../../core/loopback.ts";

export interface GuardOptions {
  /** What every request must know; absent: the server is reached from this machine alone. */
  readonly token?: string | undefined;
  /** Pages of other origins that may read: `https://app.foxglove.dev`. */
  readonly allowOrigins?: readonly string[] | undefined;
}

export type Refusal = { readonly status: number; readonly reason: string };

export const TOKEN_COOKIE = "simgate_token";

/**
 * Who may talk to the server. A page of another origin may not, even from this machine: a browser sends its requests
 * along with everybody's. Without a token only names of this machine are answered, so that no foreign name that was
 * bent to 127.0.0.1 gets in.
 */
export function refusalOf(request: IncomingMessage, url: URL, options: GuardOptions): Refusal | undefined {
  const host = request.headers.host ?? "";
  if (options.token === undefined && !isLoopback(host.replace(/:\d+$/, ""))) {
    return { status: 403, reason: `this server answers to this machine only, not to "${host}"` };
  }
  const { origin } = request.headers;
  if (origin !== undefined && !isAllowed(origin, host, options)) {
    return {
      status: 403,
      reason: `pages of ${origin} may not use this server: start it with --allow-origin ${origin}`,
    };
  }
  if (options.token !== undefined && !knows(request, url, options.token)) {
    return { status: 401, reason: "a token is needed: open the address that simgate view printed" };
  }
  return undefined;
}

function isAllowed(origin: string, host: string, { allowOrigins = [] }: GuardOptions): boolean {
  if (allowOrigins.includes(origin)) return true;
  return origin === `http://${host}` || origin === `https://${host}`;
}

function knows(request: IncomingMessage, url: URL, token: string): boolean {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const cookie = new RegExp(`(?:^|; )${TOKEN_COOKIE}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1];
  return [url.searchParams.get("token"), bearer, cookie].some(
    (given) => given !== null && given !== undefined && sameText(given, token),
  );
}

/** In a time that does not depend on where they differ. */
function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
