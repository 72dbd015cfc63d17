import type { MapPoint } from "../result.ts";
import { html, raw, type Markup } from "./markup.ts";

/**
 * The marks of the charts, told apart by shape as well as colour: a wrong pass is optimistic and points up, a wrong
 * fail is pessimistic and points down. Defined once a page, placed by reference.
 */
export function markDefinitions(): Markup {
  return raw(
    `<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false"><defs>` +
      `<circle id="m-pass" r="3.6"/>` +
      `<path id="m-fail" d="M-3 -3L3 3M-3 3L3 -3"/>` +
      `<path id="m-wrong-pass" d="M0 -6.4L5.8 4.2H-5.8Z"/>` +
      `<path id="m-wrong-fail" d="M0 6.4L5.8 -4.2H-5.8Z"/>` +
      `<rect id="m-fault" x="-3.4" y="-3.4" width="6.8" height="6.8"/>` +
      `<circle id="m-ring" r="7"/>` +
      `<circle id="m-truth" r="5.2"/>` +
      `<path id="m-candidate" d="M0 -6.4L6.4 0L0 6.4L-6.4 0Z"/>` +
      `<pattern id="p-none" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
      `<rect width="1.6" height="7" class="hatch"/></pattern>` +
      `</defs></svg>`,
  );
}

export type MarkName =
  "pass" | "fail" | "wrong-pass" | "wrong-fail" | "fault" | "ring" | "truth" | "candidate";

/** A mark at a place given in percent of the chart (or px for a legend). */
export function mark(name: MarkName, x: string, y: string, className = ""): string {
  return `<use href="#m-${name}" class="m-${name}${className === "" ? "" : ` ${className}`}" x="${x}" y="${y}"/>`;
}

/** How the candidate's outcome of a start compares with truth's. */
export function agreement(point: MapPoint): "pass" | "fail" | "wrong-pass" | "wrong-fail" | "fault" {
  if (point.truthOutcome === "fault" || point.candidateOutcome === "fault") return "fault";
  const truth = point.truthOutcome === "success";
  const candidate = point.candidateOutcome === "success";
  if (truth === candidate) return truth ? "pass" : "fail";
  return candidate ? "wrong-pass" : "wrong-fail";
}

/** A mark beside its meaning. */
export function legendEntry(name: MarkName, text: string, className = ""): Markup {
  return html`<span class="key"
    ><svg width="16" height="16" aria-hidden="true">${raw(mark(name, "8", "8", className))}</svg>${text}</span
  >`;
}
