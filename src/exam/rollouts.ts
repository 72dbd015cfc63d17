import type { Start, Trace, TraceExtra } from "../core/trace.ts";
import type { RecordedActions } from "../rollout/open-loop.ts";
import type { Swap } from "../rollout/swap.ts";
import type { PolicyRef, WorldRef } from "./contract.ts";

/** What is to be rolled out: a policy in a world (closed loop), or recorded actions (open loop), from these starts. */
export interface RolloutRequest {
  readonly world: WorldRef;
  readonly drive:
    | { readonly kind: "policy"; readonly policy: PolicyRef }
    | { readonly kind: "actions"; readonly actions: readonly RecordedActions[] };
  readonly starts: readonly Start[];
  /** Longest rollout; open loop ends where its actions end. */
  readonly horizonSteps: number;
  /** Starts rolled out first in the same instance, to see whether anything leaks across resets. */
  readonly warmUp?: readonly Start[];
  /** Which repeat of the same request this is: other numbers are rolled out anew. Default 0. */
  readonly repeat?: number;
  /** One part replaced by its oracle (closed loop only). */
  readonly swap?: Swap;
  /** The other world of the swap, where it needs one. */
  readonly beside?: WorldRef;
  /** What the traces are to carry besides: it costs memory. */
  readonly keep?: readonly TraceExtra[];
  /** Which image channels the traces are to carry, where they carry any. Default: all. */
  readonly images?: readonly string[];
  /** Rolled out by a worker of its own, which runs nothing but requests that say so. */
  readonly worker?: "other";
  /** Added to the latent state of every lane before the first step: state → values. Only for worlds that show one. */
  readonly nudge?: Readonly<Record<string, readonly number[]>>;
  /** Lanes a call; default: the fleet's. Only for asking whether it matters. */
  readonly lanesPerJob?: number;
}

/**
 * Where an exam gets its rollouts from. Requests for the same thing are rolled out once; traces come back in the
 * order of the starts, whatever did the work.
 */
export interface Rollouts {
  run(requests: readonly RolloutRequest[]): Promise<readonly (readonly Trace[])[]>;
}
