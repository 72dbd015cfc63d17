import type { ProbeErrorReport } from "../api/probe-error.ts";
import type { Estimate } from "../metrics/estimate.ts";

/** How often the probe errs, in a sentence. */
export function probeErrorText({ position, missed, misnamed, phantom, frames }: ProbeErrorReport): string {
  const where =
    position === undefined
      ? []
      : [
          `off by ${millimetres(position.median)} in the middle, ${millimetres(position.p90)} in nine of ten, ` +
            `${millimetres(position.largest)} at most`,
        ];
  return [
    `on ${frames} frames of truth it misses ${percent(missed)} of the objects`,
    `takes ${percent(misnamed)} for something else`,
    `makes up ${percent(phantom)} of what it finds`,
    ...where,
  ].join(", ");
}

function percent(found: Estimate): string {
  if ("undefined" in found) return `– (${found.undefined})`;
  const of = (value: number): string => (100 * value).toFixed(1);
  const { value, interval } = found;
  return `${of(value)} %${interval === undefined ? "" : ` [${of(interval[0])}, ${of(interval[1])}]`}`;
}

function millimetres(m: number): string {
  return `${(1000 * m).toFixed(1)} mm`;
}
