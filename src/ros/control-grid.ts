import { toSec, type TimeNs } from "../core/time.ts";

/** What an observation is to a policy that acts once a control period. */
export type GridPlace =
  /** The one to act on next; `missed`: control steps since the last one that nothing was observed for. */
  | { readonly kind: "step"; readonly step: number; readonly missed: number }
  /** The last one once more: its answer may have been lost. */
  | { readonly kind: "repeated" }
  /** Within the control period of the last one, or out of order. */
  | { readonly kind: "early" }
  /** More than a period before the last one: time begins anew. */
  | { readonly kind: "back" };

/** In control periods: how much too early an observation may come. */
const JITTER = 0.25;

/**
 * Control steps by the stamps of observations, which may come faster than the control period, jitter, or be missing:
 * step k is the first observation after (k − ¼) periods. So a lost message shifts no later step.
 */
export class ControlGrid {
  readonly #periodSec: number;
  #originNs: TimeNs | undefined;
  #lastNs: TimeNs = 0n;
  #step = -1;

  constructor(periodSec: number) {
    this.#periodSec = periodSec;
  }

  place(stampNs: TimeNs): GridPlace {
    if (this.#originNs !== undefined && stampNs <= this.#lastNs) {
      if (stampNs === this.#lastNs) return { kind: "repeated" };
      return toSec(this.#lastNs - stampNs) > this.#periodSec ? { kind: "back" } : { kind: "early" };
    }
    this.#originNs ??= stampNs;
    const step = Math.floor(toSec(stampNs - this.#originNs) / this.#periodSec + JITTER);
    if (step <= this.#step) return { kind: "early" };
    const missed = step - this.#step - 1;
    this.#step = step;
    this.#lastNs = stampNs;
    return { kind: "step", step, missed };
  }

  /** The next observation is step 0. */
  restart(): void {
    this.#originNs = undefined;
    this.#step = -1;
  }
}
