import type { TimeNs } from "../core/time.ts";

/** Nanoseconds since 1970, as a node stamps what it sends when nobody publishes `/clock`. */
export function wallNs(): TimeNs {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
