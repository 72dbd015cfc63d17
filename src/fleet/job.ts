import { createHash } from "node:crypto";
import type { Start, Trace } from "../core/trace.ts";
import type { RolloutRequest } from "../exam/rollouts.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** One call's worth of rollouts: small enough to spread, large enough for a learned model to be fast. Plain data. */
export interface RolloutJob extends Omit<RolloutRequest, "lanesPerJob"> {
  readonly scenario: Scenario;
  readonly stepDeadlineMs: number;
}

export interface JobResult {
  /** One per start, in order; none if it was stopped. A lane that could not be rolled out carries its fault. */
  readonly traces: readonly Trace[];
  /** True if it was stopped before its end. */
  readonly aborted: boolean;
  /** True if the job itself failed, not its lanes: the faults are reported, but not kept for a later run to find. */
  readonly lost?: true;
}

/**
 * The content hash of everything that determines a job's result: what to roll out, and the bytes of the files that
 * its world and policy are made of (`fingerprint`).
 */
export function jobKey(job: RolloutJob, fingerprint: string): string {
  const { scenario, ...rest } = job;
  return createHash("sha256")
    .update(fingerprint)
    .update(scenario.sha256)
    .update(JSON.stringify(rest, plain))
    .digest("hex");
}

/** JSON for what JSON lacks: 64-bit integers as text, columns as the hash of their bytes. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Float64Array) {
    return createHash("sha256")
      .update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
      .digest("hex");
  }
  return value;
}

/** The result of a job that could not be run at all: every lane faults at its first step. */
export function faultedResult(job: RolloutJob, reason: string): JobResult {
  return { traces: job.starts.map((start) => faultedTrace(job, start, reason)), aborted: false, lost: true };
}

function faultedTrace(job: RolloutJob, start: Start, reason: string): Trace {
  const { observation, action, controlPeriodSec } = job.scenario;
  const initial: Record<string, Float64Array> = {};
  for (const channel of observation) {
    const given = start.initial[channel.name];
    initial[channel.name] = given === undefined ? new Float64Array(channel.size) : Float64Array.from(given);
  }
  const none = Object.fromEntries(action.map(({ name }) => [name, new Float64Array(0)]));
  return {
    start,
    steps: 0,
    controlPeriodSec,
    end: "fault",
    observation: initial,
    requestedAction: none,
    appliedAction: none,
    fault: { step: 0, kind: "threw", reason },
  };
}
