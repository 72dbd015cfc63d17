import type { ChannelSpec } from "../core/channels.ts";
import type { LaneHandOver } from "../core/hand-over.ts";
import type { EndReason, LaneFault, Outcome, Start } from "../core/trace.ts";
import type { ChannelDivergence } from "../metrics/divergence.ts";

/**
 * What the viewer shows, from a file, from the server or live: each world's channels at their own times.
 *
 *   decode-recording.ts   decodeRecording(bytes): Promise<Recording>          MCAP bytes, also damaged or cut off
 *                         decodeGiven(bytes, …): the same, and parts of it    while the bytes come in
 *   recording-builder.ts  RecordingBuilder: metadata(), channel(), message()  for what arrives live; same result
 *   compare-worlds.ts     compareWorlds(truth, candidate): Comparison
 *   events.ts             eventsOf(recording, comparison, …): RecordingEvent[]
 *   kinematics.ts         bodyPoses(scene, values): where every body of a scene stands
 *   trust-level.ts        trustAt(…): TrustMessage
 *
 * None of them imports anything of Node.
 */
export interface Recording {
  /** `truth` first, then `candidate`, then others; a file with one world and no prefix has the role `""`. */
  readonly worlds: readonly RecordedWorld[];
  /** Of its last sample. */
  readonly durationSec: number;
  /** When it will end, as its file says: later than its last sample while the rest of it is still to be read. */
  readonly wholeSec: number;
  /** What of the file could not be used, in words. */
  readonly losses: readonly string[];
  /** Topics that nothing is known of to draw: images, strings, … */
  readonly undecoded: readonly { readonly topic: string; readonly type: string; readonly reason: string }[];
}

export interface RecordedWorld {
  readonly role: string;
  /** Name of the world: `mujoco`. Null: the file does not say. */
  readonly name: string | null;
  readonly policy: string | null;
  readonly scenario: string | null;
  readonly start: Start | null;
  readonly controlPeriodSec: number | null;
  /** Where its step 0 lies on the common axis; 0 except for a branch. Times of the signals are on the common axis. */
  readonly fromSec: number;
  readonly steps: number;
  readonly observation: Readonly<Record<string, Signal>>;
  readonly applied: Readonly<Record<string, Signal>>;
  readonly requested: Readonly<Record<string, Signal>>;
  /** One standard deviation by the world's own estimate, where the recording has it. */
  readonly uncertainty: Readonly<Record<string, Signal>>;
  /** What it shows of itself, by image channel: the pictures of the recording. */
  readonly pictures: Readonly<Record<string, PictureSeries>>;
  /** Where one part of a switched world took over from another. */
  readonly handOvers: readonly LaneHandOver[];
  /** Null while it runs, and where the recording does not say. */
  readonly end: EndReason | null;
  readonly outcome: Outcome | null;
  readonly fault: Omit<LaneFault, "lane"> | null;
}

export interface Signal {
  readonly channel: ChannelSpec;
  /** Strictly increasing. */
  readonly timesSec: Float64Array;
  /** `timesSec.length × channel.size`, row-major. */
  readonly values: Float64Array;
}

/** Pictures as they were recorded: PNG or JPEG. */
export interface PictureSeries {
  /** Increasing. */
  readonly timesSec: readonly number[];
  readonly files: readonly Uint8Array<ArrayBuffer>[];
}

/** Two worlds, step by step, by the exam's own measure. */
export interface Comparison {
  /** Times of the steps both have. */
  readonly timesSec: Float64Array;
  /** In tolerances, one value a step. */
  readonly channels: readonly ChannelDivergence[];
  /** Largest component of any channel. */
  readonly worst: Float64Array;
  readonly first: { readonly step: number; readonly timeSec: number; readonly channel: string } | null;
}

export interface RecordingEvent {
  readonly timeSec: number;
  readonly kind:
    "first-divergence" | "horizon" | "identity" | "success" | "failure" | "fault" | "late-step" | "hand-over";
  /** Role of the world it happened in; null: it concerns both. */
  readonly role: string | null;
  /** Short, for a marker; and a sentence. */
  readonly label: string;
  readonly text: string;
  readonly channel: string | null;
  readonly object: string | null;
}
