import { inputError, type SimgateError, throwIfAborted } from "../core/errors.ts";
import { colourText, type Picture } from "../core/picture.ts";
import { auditClip, type ClipAudit, type ClipObject } from "../metrics/clip-persistence.ts";
import { brightnessChange, flickers } from "../metrics/flicker.ts";
import { BROKEN, KEPT, NOT_COUNTED } from "../metrics/object-persistence.ts";
import type { PersistenceEvent } from "../metrics/persistence-events.ts";
import { isDefined } from "../metrics/estimate.ts";
import { ColourProbe } from "../perception/colour-probe.ts";
import { OnnxDetector } from "../perception/detector.ts";
import type { Probe, Seen } from "../perception/probe.ts";
import type { ClipCard } from "../record/clip-card.ts";
import { NO_COUNTERFACTUAL } from "../record/clip-path.ts";
import { openClip, type Clip } from "../record/clip.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { clipObjects, type ClipObjects, type LookedFor } from "./clip-objects.ts";
import { measureProbe, type ProbeErrorReport } from "./probe-error.ts";

/** What the probe sees in the frames of a clip, and what may be claimed of it. */
export interface ClipInspection {
  readonly kind: "clip";
  readonly file: string;
  readonly source: Clip["source"];
  readonly title?: string;
  readonly frames: number;
  /** Pixels: [height, width]. */
  readonly size: readonly [number, number];
  readonly periodSec: number | null;
  /** Which file says what objects there are; null: nobody says, they were taken from the first frame. */
  readonly declaredIn: string | null;
  readonly objects: readonly InspectedObject[];
  /** Kept ÷ counted over all objects; null where there is nothing to count. */
  readonly persistenceRate: number | null;
  readonly firstBreakStep: number | null;
  readonly temporalConsistency: {
    /** Share of the changes from one frame to the next in which no object jumps and the whole does not flicker. */
    readonly score: number | null;
    readonly n: number;
    readonly jumps: ClipAudit["jumps"];
    readonly flickers: readonly number[];
  };
  readonly probe: {
    /** `colour-and-shape`, or `detector` and its name. */
    readonly kind: string;
    /** Whether what belongs to no object, and was nowhere in the first frame, is noticed. */
    readonly noticesUnknown: boolean;
    /** Mean over all that it found. */
    readonly confidence: number | null;
    /** How often it errs on frames of the scenario's truth; null where no scenario says what the frames show. */
    readonly errorRate: ProbeErrorReport | null;
  };
  readonly claim: {
    readonly granted: "C0" | "C1";
    readonly refused: { readonly claim: "C1" | "C2"; readonly reason: string };
    /** What a clip can never pass, whatever it shows. */
    readonly cap: "C1";
    readonly capReason: string;
  };
  readonly claims: ClipCard["claims"];
  readonly problems: readonly string[];
}

export interface InspectedObject {
  readonly id: string;
  readonly label?: string;
  readonly colour: string;
  readonly persistenceRate: number | null;
  readonly firstBreakStep: number | null;
  /** Frames in which it should be seen, and of these those in which it is, once, under its name. */
  readonly counted: number;
  readonly kept: number;
  readonly events: readonly PersistenceEvent[];
}

const THRESHOLD = 0.9;
/** Sizes that an object moves from one frame to the next where nothing says how fast it is. */
const REACH_SIZES = 3;

export interface InspectClipOptions {
  /** What the frames are said to show: an image channel of it, with its objects. */
  readonly scenario?: Scenario | undefined;
  /** Card of a detector that looks for them; default: the image channel's, or colour and shape. */
  readonly probe?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Looks through a clip for its objects, frame by frame. @throws SimgateError `input` for frames that cannot be read. */
export async function inspectClip(path: string, options: InspectClipOptions = {}): Promise<ClipInspection> {
  return (await auditFrames(path, await openClip(path), options)).inspection;
}

/** What is found in frames, and where each object is in each of them. */
export interface AuditedFrames {
  readonly inspection: ClipInspection;
  readonly tracks: readonly Track[];
}

export interface Track {
  readonly name: string;
  /** One a frame; undefined where it is not found, or rightly hidden. */
  readonly seen: readonly (Seen | undefined)[];
}

export async function auditFrames(
  path: string,
  clip: Clip,
  options: InspectClipOptions,
): Promise<AuditedFrames> {
  const found = await lookThrough(path, clip, options);
  const { image } = found;
  const detector = options.probe ?? image?.probe;
  const errorRate =
    options.scenario === undefined || image === undefined
      ? null
      : await measureProbe(
          options.scenario,
          detector === undefined ? image : { ...image, probe: detector },
          options.signal,
        );
  const { objects, sightings, changes } = found;
  const plans = objects.map(planOf);
  const audit = auditClip(sightings, plans);
  const flickering = flickers(changes);
  const broken = new Set([...flickering, ...audit.jumps.map(({ frame }) => frame)]);
  const { card } = clip;
  const temporalConsistency = {
    score: changes.length === 0 ? null : 1 - broken.size / changes.length,
    n: changes.length,
    jumps: audit.jumps,
    flickers: flickering,
  };
  const confidences = sightings.flat().map(({ confidence }) => confidence);
  const inspection: ClipInspection = {
    kind: "clip",
    file: path,
    source: clip.source,
    ...(card?.value.title === undefined ? {} : { title: card.value.title }),
    frames: sightings.length,
    size: found.size,
    periodSec: clip.periodSec ?? null,
    declaredIn: found.declaredIn ?? null,
    objects: objects.map((object, o) => inspected(object, audit, o)),
    persistenceRate: audit.persistenceRate ?? null,
    firstBreakStep: audit.firstBreakStep ?? null,
    temporalConsistency,
    probe: {
      kind: found.how,
      noticesUnknown: found.scene !== undefined && detector === undefined,
      confidence:
        confidences.length === 0 ? null : confidences.reduce((sum, one) => sum + one, 0) / confidences.length,
      errorRate,
    },
    claim: claimOf(audit, temporalConsistency.score, errorRate),
    claims: card?.value.claims ?? [],
    problems: found.problem === undefined ? [] : [found.problem],
  };
  const tracks = objects.map(({ name }, o): Track => ({
    name,
    seen: sightings.map((all, frame) =>
      plans[o]!.hidden(frame) ? undefined : all[audit.tracks[o]![frame]!],
    ),
  }));
  return { inspection, tracks };
}

interface LookedThrough extends ClipObjects {
  /** How the probe looked, in words. */
  readonly how: string;
  readonly size: readonly [number, number];
  readonly sightings: readonly (readonly Seen[])[];
  /** From each frame to the next. */
  readonly changes: readonly number[];
}

async function lookThrough(
  path: string,
  clip: Clip,
  { scenario, probe: card, signal }: InspectClipOptions,
): Promise<LookedThrough> {
  const sightings: (readonly Seen[])[] = [];
  const changes: number[] = [];
  let begun: { found: ClipObjects; probe: Probe; how: string } | undefined;
  let detector: OnnxDetector | undefined;
  let before: Picture | undefined;
  try {
    for await (const picture of clip.frames(signal)) {
      throwIfAborted(signal);
      if (begun === undefined) {
        const found = clipObjects(clip, scenario, picture);
        const { objects: looks, scene, image, declaredIn } = found;
        const cardPath = card ?? image?.probe;
        if (cardPath === undefined) {
          const probe = new ColourProbe({ looks, ...(scene === undefined ? {} : { scene }) });
          begun = { found, probe, how: "colour-and-shape" };
        } else {
          if (declaredIn === undefined) throw undeclared(path);
          detector = await OnnxDetector.open(
            cardPath,
            looks.map(({ name }) => name),
          );
          begun = { found, probe: detector, how: `detector ${detector.card.name}` };
        }
      }
      sightings.push(await begun.probe.find(picture));
      if (before !== undefined) changes.push(brightnessChange(before, picture));
      before = picture;
    }
  } finally {
    await detector?.close();
  }
  if (begun === undefined || before === undefined) {
    throw inputError("there is no frame in the clip", { where: path });
  }
  return { ...begun.found, how: begun.how, size: [before.height, before.width], sightings, changes };
}

function undeclared(where: string): SimgateError {
  return inputError("nothing says which objects the detector is to look for", {
    where,
    hint: "declare them in the clip's clip.yaml (docs/clips.md), or name a scenario with --scenario",
  });
}

function planOf({ name, reach, area, hidden }: LookedFor): ClipObject {
  const diameter = Math.sqrt((4 * (area ?? 0)) / Math.PI);
  return {
    name,
    reach: reach ?? Math.max(REACH_SIZES * diameter, 4),
    hidden: (frame) => hidden.some(([first, last]) => frame >= first && frame <= last),
  };
}

function inspected({ name, label, colour }: LookedFor, audit: ClipAudit, o: number): InspectedObject {
  const { steps } = audit.objects[o]!;
  const counted = steps.filter((verdict) => verdict !== NOT_COUNTED).length;
  const kept = steps.filter((verdict) => verdict === KEPT).length;
  const first = steps.indexOf(BROKEN);
  return {
    id: name,
    ...(label === undefined ? {} : { label }),
    colour: colourText(colour),
    persistenceRate: counted === 0 ? null : kept / counted,
    firstBreakStep: first < 0 ? null : first,
    counted,
    kept,
    events: audit.events.filter(({ object }) => object === name),
  };
}

/** For the very frames that were looked through: of others that the same model makes it says nothing. */
function claimOf(
  audit: ClipAudit,
  consistency: number | null,
  probe: ProbeErrorReport | null,
): ClipInspection["claim"] {
  const cap = { cap: "C1", capReason: NO_COUNTERFACTUAL } as const;
  const refuse = (reason: string): ClipInspection["claim"] => ({
    granted: "C0",
    refused: { claim: "C1", reason },
    ...cap,
  });
  const { persistenceRate } = audit;
  if (persistenceRate === undefined) return refuse("object persistence: there is no object to look for");
  if (persistenceRate < THRESHOLD) {
    return refuse(
      `object persistence: ${persistenceRate.toFixed(3)}, and ${THRESHOLD} is needed${doubt(persistenceRate, probe)}`,
    );
  }
  if (consistency === null) return refuse("temporal consistency: a single frame has no time");
  if (consistency < THRESHOLD) {
    return refuse(`temporal consistency: ${consistency.toFixed(3)}, and ${THRESHOLD} is needed`);
  }
  return { granted: "C1", refused: { claim: "C2", reason: NO_COUNTERFACTUAL }, ...cap };
}

/** Where the probe's own misses are as many as what is lacking. */
function doubt(persistenceRate: number, probe: ProbeErrorReport | null): string {
  const most = probe !== null && isDefined(probe.missed) ? (probe.missed.interval?.[1] ?? 0) : 0;
  if (persistenceRate + most < THRESHOLD) return "";
  return `; the probe's own misses, up to ${most.toFixed(3)} of what truth shows, may be the cause`;
}
