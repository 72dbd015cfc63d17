import { basename } from "node:path";
import type { SessionInspection } from "../api/inspect-session.ts";
import type { ControlFinding } from "../api/session-controls.ts";
import { claimText, foundText, headText, objectsText } from "./inspect-clip-text.ts";
import { textTable } from "./text-table.ts";

/** What the inspect command prints of a session: what it prints of a clip, and what the actions add. */
export function sessionText(session: SessionInspection): string {
  return [
    headText(session, `; ${actionsText(session.actions)}`),
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

function actionsText({ rows, columns, file, held }: SessionInspection["actions"]): string {
  const on = held === 0 ? "" : `, the last one going on in ${held} frames that have none`;
  return `${rows} actions (${columns.join(", ")}) in ${basename(file)}${on}`;
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
