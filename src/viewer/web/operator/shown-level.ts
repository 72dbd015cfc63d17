import type { TrustMessage } from "../../live-messages.ts";
import type { Health } from "../data/live-connection.ts";

/** What the operator sees: the level of trust, or that nothing is known. */
export interface ShownLevel {
  readonly level: TrustMessage["level"] | "silent";
  readonly why: string;
  /** Simulated time; undefined: in real time, see `why`. */
  readonly sinceSec: number | undefined;
}

/** Without a message for so long, what was said last means nothing any more, ms. */
const STALE_MS = 2000;

/** Live: old news is no news. `ended` rollouts are silent by right. */
export function shownLevel(
  trust: TrustMessage | undefined,
  live: { readonly health: Health; readonly nowMs: number; readonly ended: boolean } | undefined,
): ShownLevel {
  if (live !== undefined && !live.ended) {
    const { state, heardMs } = live.health;
    const silentMs = heardMs === null ? Infinity : live.nowMs - heardMs;
    if (state !== "open" || silentMs > STALE_MS) {
      const since = Number.isFinite(silentMs) ? ` for ${(silentMs / 1000).toFixed(0)} s` : "";
      const why =
        state === "open"
          ? `connected, but no step has come${since}`
          : state === "connecting"
            ? "connecting"
            : `the connection is lost, nothing has come${since}; trying again`;
      return { level: "silent", why, sinceSec: undefined };
    }
  }
  if (trust === undefined) {
    return { level: "silent", why: "there is no candidate to compare with truth", sinceSec: undefined };
  }
  return { level: trust.level, why: trust.why, sinceSec: trust.sinceSec };
}
