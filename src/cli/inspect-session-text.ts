import { basename, relative } from "node:path";
import type { SessionInspection } from "../api/inspect-session.ts";
import type { ControlFinding } from "../api/session-controls.ts";
import { claimText, foundText, headText, objectsText } from "./inspect-clip-text.ts";
import { textTable } from "./text-table.ts";

type Recording = NonNullable<SessionInspection["recording"]>;

/** What the inspect command prints of a session: what it prints of a clip, and what the actions add. */
export function sessionText(session: SessionInspection): string {
  return [
    headText(session, `; ${actionsText(session.actions)}`),
    ...(session.recording === undefined ? [] : [recordingText(session.recording)]),
    "\n",
    objectsText(session),
    "\n",
    controlsText(session.controls),
    "\n",
    foundText(session),
    contactText(session.contact),
    claimText(session),
  ].join("");
}

/** So many columns are named. */
const NAMED = 12;

function actionsText({ rows, columns, file, topics, held }: SessionInspection["actions"]): string {
  const on = held === 0 ? "" : `, the last one going on in ${held} frames that have none`;
  const more = columns.length > NAMED ? `, and ${columns.length - NAMED} more` : "";
  const place = topics === undefined ? `in ${basename(file)}` : `on ${topics.join(", ")}`;
  return `${rows} actions (${columns.slice(0, NAMED).join(", ")}${more}) ${place}${on}`;
}

function recordingText({ file, topic, type, uneven, longestGapSec }: Recording): string {
  const gaps =
    uneven === 0
      ? ""
      : `; ${uneven} changes of frame are not of that time, the longest ${longestGapSec.toFixed(3)} s: motion over them is left out`;
  return `recorded in ${relative(process.cwd(), file)}: frames on ${topic} (${type})${gaps}\n`;
}

function controlsText(controls: readonly ControlFinding[]): string {
  if (controls.length === 0) return "no controls are declared: whether anything responds cannot be said\n";
  const rows = controls.map(({ object, axis, action, responds, response }) => [
    `${object} along ${axis}`,
    action,
    responds,
    ...(response === null
      ? ["–", "–", "–", "–", "–"]
      : [
          String(response.lagFrames),
          response.gain.toPrecision(3),
          response.correlation.toFixed(2),
          response.shuffled.toFixed(2),
          response.pValue === null ? "–" : response.pValue.toFixed(3),
        ]),
  ]);
  const unclear = controls.filter(({ responds }) => responds !== "yes");
  return [
    textTable(
      ["control", "action", "responds", "lag, frames", "gain, pixels", "correlation", "shifted", "p"],
      rows,
    ),
    ...unclear.map(({ object, axis, reason }) => `  ${object} along ${axis}: ${reason}\n`),
  ].join("");
}

function contactText({
  begins,
  uncaused,
  touched,
  pierced,
  idle,
  movedIdle,
}: SessionInspection["contact"]): string {
  const parts = [
    begins === 0
      ? "nothing that lay still begins to move"
      : `${uncaused} of ${begins} that lay still begin to move untouched`,
    ...(touched === 0
      ? []
      : [`something is deep inside of what it touches in ${pierced} of ${touched} frames`]),
    ...(idle === 0 ? [] : [`what is told nothing moves in ${movedIdle} of ${idle} frames`]),
  ];
  return `contact: ${parts.join("; ")}\n`;
}
