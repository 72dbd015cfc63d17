import { inputError, throwIfAborted } from "../core/errors.ts";
import { colourText, type Picture } from "../core/picture.ts";
import { auditClip, type ClipAudit, type ClipObject } from "../metrics/clip-persistence.ts";
import { brightnessChange, flickers } from "../metrics/flicker.ts";
import { BROKEN, KEPT, NOT_COUNTED } from "../metrics/object-persistence.ts";
import type { PersistenceEvent } from "../metrics/persistence-events.ts";
import { ColourProbe } from "../perception/colour-probe.ts";
import { alike, type Look } from "../perception/look.ts";
import type { Probe, Seen } from "../perception/probe.ts";
import { proposeLooks } from "../perception/propose-looks.ts";
import { sceneColours } from "../perception/scene-colours.ts";
import type { ClipCard } from "../record/clip-card.ts";
import { NO_COUNTERFACTUAL } from "../record/clip-path.ts";
import { openClip, type Clip } from "../record/clip.ts";

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
    readonly kind: "colour-and-shape";
    /** Whether what belongs to no object, and was nowhere in the first frame, is noticed. */
    readonly noticesUnknown: boolean;
    /** Mean over all that it found. */
    readonly confidence: number | null;
    /** How often it errs. Measured on frames whose truth is known; of a clip there is none. */
    readonly errorRate: null;
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

/** Looks through a clip for its objects, frame by frame. @throws SimgateError `input` for frames that cannot be read. */
export async function inspectClip(path: string, signal?: AbortSignal): Promise<ClipInspection> {
  const clip = await openClip(path);
  const found = await lookThrough(path, clip, signal);
  const { objects, sightings, changes } = found;
  const audit = auditClip(sightings, objects.map(planOf));
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
  return {
    kind: "clip",
    file: path,
    source: clip.source,
    ...(card?.value.title === undefined ? {} : { title: card.value.title }),
    frames: sightings.length,
    size: found.size,
    periodSec: clip.periodSec ?? null,
    declaredIn: found.declared ? card!.file : null,
    objects: objects.map((object, o) => inspected(object, audit, o)),
    persistenceRate: audit.persistenceRate ?? null,
    firstBreakStep: audit.firstBreakStep ?? null,
    temporalConsistency,
    probe: {
      kind: "colour-and-shape",
      noticesUnknown: found.noticesUnknown,
      confidence:
        confidences.length === 0 ? null : confidences.reduce((sum, one) => sum + one, 0) / confidences.length,
      errorRate: null,
    },
    claim: claimOf(audit, temporalConsistency.score),
    claims: card?.value.claims ?? [],
    problems: found.problem === undefined ? [] : [found.problem],
  };
}

interface LookedFor extends Look {
  readonly label?: string;
  readonly reach?: number;
  readonly hidden: readonly (readonly [number, number])[];
}

interface LookedThrough {
  readonly objects: readonly LookedFor[];
  readonly declared: boolean;
  readonly noticesUnknown: boolean;
  readonly size: readonly [number, number];
  readonly sightings: readonly (readonly Seen[])[];
  /** From each frame to the next. */
  readonly changes: readonly number[];
  readonly problem?: string;
}

async function lookThrough(
  path: string,
  clip: Clip,
  signal: AbortSignal | undefined,
): Promise<LookedThrough> {
  const sightings: (readonly Seen[])[] = [];
  const changes: number[] = [];
  let begun: { start: ReturnType<typeof lookedFor>; probe: Probe } | undefined;
  let before: Picture | undefined;
  let noticesUnknown = false;
  for await (const picture of clip.frames(signal)) {
    throwIfAborted(signal);
    if (begun === undefined) {
      const start = lookedFor(clip, picture);
      const scene = sceneColours(picture, start.objects);
      noticesUnknown = scene !== undefined && start.objects.length > 0;
      const looks = start.objects.map((look) => sized(look, picture));
      const probe = new ColourProbe({ looks, ...(noticesUnknown ? { scene: scene! } : {}) });
      begun = { start: { ...start, objects: looks }, probe };
    }
    sightings.push(begun.probe.find(picture));
    if (before !== undefined) changes.push(brightnessChange(before, picture));
    before = picture;
  }
  if (begun === undefined || before === undefined) {
    throw inputError("there is no frame in the clip", { where: path });
  }
  return { ...begun.start, noticesUnknown, size: [before.height, before.width], sightings, changes };
}

/** What is declared; where nothing is, what stands out from the first frame. */
function lookedFor({ card }: Clip, first: Picture): Pick<LookedThrough, "objects" | "declared" | "problem"> {
  const declared = Object.entries(card?.value.objects ?? {});
  if (declared.length > 0) {
    const objects = declared.map(([name, { label, area, elongation, reach, ...look }]): LookedFor => ({
      name,
      ...look,
      ...(label === undefined ? {} : { label }),
      ...(area === undefined ? {} : { area }),
      ...(elongation === undefined ? {} : { elongation }),
      ...(reach === undefined ? {} : { reach }),
    }));
    const twins = alike(objects);
    if (twins !== undefined) {
      throw inputError(`colour does not tell "${twins[0].name}" from "${twins[1].name}"`, {
        where: card!.file,
        got: twins.map(({ name, colour }) => `${name} ${colourText(colour)}`).join(", "),
        hint: "declare one of them, or objects whose colours differ",
      });
    }
    return { objects, declared: true };
  }
  const proposal = proposeLooks(first);
  if ("looks" in proposal) {
    return { objects: proposal.looks.map((look) => ({ ...look, hidden: [] })), declared: false };
  }
  const problem = `no object to look for: none is declared, and ${proposal.undefined}; say in clip.yaml which objects there are`;
  return { objects: [], declared: false, problem };
}

/** As large as it is in the first frame, where nothing else is said and it is seen there. */
function sized(look: LookedFor, first: Picture): LookedFor {
  if (look.area !== undefined) return look;
  const [largest] = new ColourProbe({ looks: [look] }).find(first);
  return largest === undefined ? look : { ...look, area: largest.area };
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
function claimOf(audit: ClipAudit, consistency: number | null): ClipInspection["claim"] {
  const cap = { cap: "C1", capReason: NO_COUNTERFACTUAL } as const;
  const refuse = (reason: string): ClipInspection["claim"] => ({
    granted: "C0",
    refused: { claim: "C1", reason },
    ...cap,
  });
  const { persistenceRate } = audit;
  if (persistenceRate === undefined) return refuse("object persistence: there is no object to look for");
  if (persistenceRate < THRESHOLD) {
    return refuse(`object persistence: ${persistenceRate.toFixed(3)}, and ${THRESHOLD} is needed`);
  }
  if (consistency === null) return refuse("temporal consistency: a single frame has no time");
  if (consistency < THRESHOLD) {
    return refuse(`temporal consistency: ${consistency.toFixed(3)}, and ${THRESHOLD} is needed`);
  }
  return { granted: "C1", refused: { claim: "C2", reason: NO_COUNTERFACTUAL }, ...cap };
}
