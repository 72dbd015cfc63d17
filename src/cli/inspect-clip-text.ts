import { relative } from "node:path";
import type { ClipInspection, InspectedObject } from "../api/inspect-clip.ts";
import type { SessionInspection } from "../api/inspect-session.ts";
import type { PicturesAudit } from "../api/inspect-pictures.ts";
import type { PersistenceEvent } from "../metrics/persistence-events.ts";
import { probeErrorText } from "./probe-error-text.ts";
import { textTable } from "./text-table.ts";

type Frames = ClipInspection | SessionInspection;

/** What the inspect command prints of a clip: what is in it, whether it stays, and what may be claimed. */
export function clipText(clip: ClipInspection): string {
  return [headText(clip, ""), "\n", objectsText(clip), "\n", foundText(clip), claimText(clip)].join("");
}

/** What it is, how large and how long, and who says what of it. */
export function headText(frames: Frames, more: string): string {
  const title = frames.title === undefined ? "" : `, ${frames.title}`;
  return [
    `${frames.file}: a ${frames.kind} of ${frames.frames} frames${title}\n`,
    `${frames.size[1]} × ${frames.size[0]} pixels, ${timeText(frames)}${more}\n`,
    ...frames.claims.map(({ by, text }) => `claimed by ${by}: ${text}\n`),
    frames.declaredIn === null
      ? "nobody declares its objects: they were taken from the first frame by their colours\n"
      : `objects as declared in ${relative(process.cwd(), frames.declaredIn)}\n`,
  ].join("");
}

/** Each object: how long it persists, and what happens to it. */
export function objectsText({ objects }: Frames): string {
  return [
    textTable(["object", "colour", "persistence", "frames", "first break"], objects.map(objectRow)),
    ...objects.flatMap(({ id, events }) => events.map((event) => eventLine(id, event))),
  ].join("");
}

/** What they amount to, and through what they were seen. */
export function foundText(frames: Frames): string {
  return [
    `object persistence ${share(frames.persistenceRate)}${
      frames.firstBreakStep === null ? "" : `, first break at frame ${frames.firstBreakStep} (counted from 0)`
    }\n`,
    `temporal consistency ${share(frames.temporalConsistency.score)}: ${consistencyText(frames)}\n`,
    `the probe (${isDetector(frames) ? frames.probe.kind : "colour and shape"}): ${probeText(frames)}\n`,
  ].join("");
}

/** What the inspect command prints of the pictures in a recording. */
export function picturesText({
  image,
  pictures,
  persistenceRate,
  firstBreakStep,
  events,
  flickers,
}: PicturesAudit): string {
  return [
    `${pictures} pictures of ${image}: of what its channels show, object persistence ${share(persistenceRate)}`,
    firstBreakStep === null ? "" : `, first break at step ${firstBreakStep} (counted from 0)`,
    flickers.length === 0 ? "" : `; the whole flickers at ${flickers.length} of ${pictures - 1} changes`,
    "\n",
    ...events.map((event) => eventLine(event.object, event)),
  ].join("");
}

function timeText({ periodSec, source, frames }: Frames): string {
  const from = source === "video" ? "a video" : "pictures";
  if (periodSec === null) return `${from}; nothing says how much time lies between two`;
  return `${from}, one every ${Number(periodSec.toPrecision(4))} s: ${(periodSec * (frames - 1)).toFixed(2)} s`;
}

function objectRow({
  id,
  label,
  colour,
  persistenceRate,
  kept,
  counted,
  firstBreakStep,
}: InspectedObject): string[] {
  const name = label === undefined ? id : `${id} (${label})`;
  return [
    name,
    colour,
    share(persistenceRate),
    `${kept} of ${counted}`,
    firstBreakStep === null ? "–" : `${firstBreakStep}`,
  ];
}

function eventLine(id: string, { kind, step, steps, as }: PersistenceEvent): string {
  const when = steps === 1 ? `frame ${step}` : `frames ${step} … ${step + steps - 1}`;
  return `  ${when}: ${id} ${kind.replaceAll("-", " ")}${as === undefined ? "" : ` (${as})`}\n`;
}

function consistencyText({ temporalConsistency: { n, jumps, flickers } }: Frames): string {
  if (n === 0) return "a single frame";
  const parts = [
    ...jumps.map(({ object, frame, far }) => `${object} jumps by ${far.toFixed(0)} pixels at frame ${frame}`),
    ...(flickers.length === 0
      ? []
      : [`the whole flickers at frame${flickers.length === 1 ? "" : "s"} ${flickers.join(", ")}`]),
  ];
  return parts.length === 0 ? `nothing jumps or flickers in ${n} changes of frame` : parts.join("; ");
}

function isDetector({ probe }: Frames): boolean {
  return probe.kind !== "colour-and-shape";
}

function probeText(frames: Frames): string {
  const { confidence, noticesUnknown, errorRate } = frames.probe;
  const blind = isDetector(frames) ? "" : ": the first frame has too many colours, or no object";
  return [
    `mean confidence ${share(confidence)}`,
    noticesUnknown ? "notices what the first frame does not have" : `notices nothing but its objects${blind}`,
    errorRate === null
      ? "its own error rate is not known, for of these frames there is no truth"
      : probeErrorText(errorRate),
  ].join("; ");
}

export function claimText({ kind, claim: { granted, refused, cap, capReason } }: Frames): string {
  const meaning = { C0: "scene prior", C1: "persistent scene" }[granted];
  return [
    `claim ${granted} (${meaning}) granted, for these frames\n`,
    `claim ${refused.claim} refused: ${refused.reason}\n`,
    ...(refused.reason.includes(capReason) ? [] : [`no ${kind} passes ${cap}: ${capReason}\n`]),
  ].join("");
}

function share(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}
