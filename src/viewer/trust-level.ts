import type { TrustLevel, TrustMessage } from "./live-messages.ts";

/** Beyond this many tolerances one still may believe, but should look. */
export const CAUTION_AT = 0.5;
/** Beyond this the candidate shows something that did not happen. */
export const STOP_AT = 1;

/** What is known at one step. */
export interface TrustInput {
  readonly atSec: number;
  /** Largest error of any channel, in tolerances; null: nothing to compare with. */
  readonly scaledError: number | null;
  readonly channel: string | null;
  /** For how long the candidate has run on its own: since the start, or since it was last brought to truth's state. */
  readonly aloneSec: number;
  /** The usable horizon that counts, if one was measured. */
  readonly horizonSec: number | null;
  /** Why the candidate, or what it is compared with, gives no more values. */
  readonly fault: string | null;
}

/**
 * One glance: may the candidate be believed now? Stop: it broke, or is a tolerance or more off. Caution: half of that,
 * or beyond its usable horizon. `before` carries since when.
 */
export function trustAt(input: TrustInput, before?: TrustMessage): TrustMessage {
  const { level, why } = judge(input);
  const { atSec, channel, scaledError } = input;
  const sinceSec = before !== undefined && before.level === level ? before.sinceSec : atSec;
  return { level, why, sinceSec, atSec, channel, scaledError };
}

function judge({ scaledError, channel, aloneSec, horizonSec, fault }: TrustInput): {
  level: TrustLevel;
  why: string;
} {
  if (fault !== null) return { level: "stop", why: fault };
  if (scaledError === null) return { level: "caution", why: "nothing to compare the candidate with" };
  const off = `${channel ?? "a channel"} is ${scaledError.toPrecision(2)} tolerances from truth`;
  if (!(scaledError <= STOP_AT)) return { level: "stop", why: off };
  if (scaledError > CAUTION_AT) return { level: "caution", why: off };
  if (horizonSec !== null && aloneSec > horizonSec) {
    return {
      level: "caution",
      why: `${aloneSec.toFixed(2)} s on its own, beyond its usable horizon of ${horizonSec.toFixed(2)} s`,
    };
  }
  return { level: "trust", why: `every channel is within ${CAUTION_AT} tolerances of truth` };
}
