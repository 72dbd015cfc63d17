import { compareWorlds } from "../../compare-worlds.ts";
import { eventsOf } from "../../events.ts";
import type { Comparison, RecordedWorld, Recording, RecordingEvent } from "../../recording.ts";
import type { MarginCurve, Run, Session } from "../../session.ts";
import { alignWorld, type Alignment } from "../time/alignment.ts";
import type { Span } from "../time/play-head.ts";
import { spanOf } from "./span.ts";

/** What lies open: the worlds of a run, already aligned, and all that follows from them. */
export interface Opened {
  /** Null: a file from this machine, of which the server knows nothing. */
  readonly run: Run | null;
  readonly title: string;
  readonly recording: Recording;
  /** The reference; a recording of a single world has nothing else. */
  readonly truth: RecordedWorld;
  readonly candidate: RecordedWorld | undefined;
  /** Truth first, then the candidate, then what was branched off. */
  readonly worlds: readonly RecordedWorld[];
  readonly comparison: Comparison | undefined;
  readonly events: readonly RecordingEvent[];
  readonly margins: readonly MarginCurve[];
  /** The whole of it. */
  readonly span: Span;
  /** Until here it is there; the rest is still being read, or nothing is missing. */
  readonly reachSec: number;
}

export interface OpenSource {
  readonly run: Run | null;
  readonly title: string;
  readonly recording: Recording;
  readonly branches: readonly RecordedWorld[];
  readonly margins: readonly MarginCurve[];
  readonly alignment: Alignment;
}

/** Undefined for a recording without any world. */
export function openRecording(source: OpenSource, session: Session | null): Opened | undefined {
  const { recording, alignment, branches } = source;
  const [truth, second, ...rest] = recording.worlds;
  if (truth === undefined) return undefined;
  const candidate = second === undefined ? undefined : alignWorld(second, truth, alignment);
  const others = [...rest, ...branches].map((world) => alignWorld(world, truth, alignment));
  const worlds = [truth, ...(candidate === undefined ? [] : [candidate]), ...others];
  const comparison = candidate === undefined ? undefined : compareWorlds(truth, candidate);
  const aligned: Recording = { ...recording, worlds };
  const { fromSec, toSec } = spanOf(worlds);
  const restSec = recording.wholeSec - recording.durationSec;
  return {
    run: source.run,
    title: source.title,
    recording: aligned,
    truth,
    candidate,
    worlds,
    comparison,
    events: eventsOf(aligned, comparison, {
      horizon: session?.horizon ?? null,
      objects: session?.scenario?.objects ?? [],
    }),
    margins: source.margins,
    span: { fromSec, toSec: toSec + restSec },
    reachSec: toSec,
  };
}
