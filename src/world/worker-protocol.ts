import type { Batch } from "../core/channels.ts";
import type { ErrorCode, ErrorDetails } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Snapshot, Transition, WorldSpec } from "./world.ts";

/** What a worker thread is asked to do; one at a time, answered in order. */
export type Request =
  | { readonly op: "open"; readonly module: string; readonly recipe: unknown }
  | { readonly op: "reset"; readonly starts: readonly Start[] }
  | { readonly op: "step"; readonly actions: Batch }
  | {
      readonly op: "set";
      readonly lane: number;
      readonly values: Readonly<Record<string, readonly number[]>>;
    }
  | {
      readonly op: "inform";
      readonly lane: number;
      readonly observed: Readonly<Record<string, readonly number[]>>;
    }
  | { readonly op: "copyLane"; readonly from: number; readonly to: number }
  | { readonly op: "save" }
  | { readonly op: "restore"; readonly snapshot: Snapshot }
  | { readonly op: "close" };

export interface Answers {
  readonly open: WorldSpec;
  readonly reset: Batch;
  readonly step: Transition;
  readonly set: Batch;
  readonly inform: Batch;
  readonly copyLane: Batch;
  readonly save: Snapshot;
  readonly restore: Batch;
  readonly close: undefined;
}

/** `abort` ends the request under way, if its world listens. */
export type ToWorker = { readonly id: number; readonly request: Request } | { readonly abort: number };

/** A SimgateError as it crosses threads; its cause stays behind. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly what: string;
  readonly details: Omit<ErrorDetails, "cause">;
}

export type FromWorker =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: ErrorRecord };

/** A copy of the batch whose buffers can be handed over, and those buffers. */
export function portable(batch: Batch): { readonly batch: Batch; readonly buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = [];
  const columns: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(batch.columns)) {
    const copy = Float64Array.from(column);
    columns[name] = copy;
    buffers.push(copy.buffer);
  }
  const { lanes, step } = batch;
  if (batch.active === undefined) return { batch: { lanes, step, columns }, buffers };
  const active = Uint8Array.from(batch.active);
  return { batch: { lanes, step, columns, active }, buffers: [...buffers, active.buffer] };
}
