import { short } from "./format.ts";
import { html, jsonData, raw, type Markup } from "./markup.ts";
import { linearScale, type Scale } from "./scale.ts";

/** A line over the times of its chart; null where it has no value. */
export interface Line {
  readonly name: string;
  /** Colour and dash, from the style sheet. */
  readonly className: string;
  readonly values: readonly (number | null)[];
  /** Upper edge of a band above the line. */
  readonly upper?: readonly (number | null)[];
}

/** A moment worth marking: an upright line with its name on top. */
export interface Moment {
  readonly name: string;
  readonly atSec: number;
  readonly className: string;
}

export interface LineChart {
  readonly label: string;
  readonly atSec: readonly number[];
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly y: Scale;
  /** A level line with its name. */
  readonly level?: { readonly name: string; readonly value: number };
  readonly moments?: readonly Moment[];
}

const MOST_POINTS = 200;
const BOX = 1000;

/**
 * Error against time. The lines live in a box that is stretched to the page (their strokes are not), text and ticks
 * are HTML around it: sharp on paper, readable on a phone, drawn without a script.
 */
export function lineChart(chart: LineChart): Markup {
  const keep = evenly(chart.atSec.length);
  const times = keep.map((index) => chart.atSec[index]!);
  const x = linearScale(0, times.at(-1) ?? 1);
  const lines = chart.lines.map((line) => ({
    ...line,
    values: keep.map((index) => line.values[index] ?? null),
    ...(line.upper === undefined ? {} : { upper: keep.map((index) => line.upper?.[index] ?? null) }),
  }));
  const moments = (chart.moments ?? []).filter(({ atSec }) => atSec <= x.range[1]);
  const data = {
    unit: chart.unit,
    times: times.map((time) => Number(time.toPrecision(6))),
    lines: lines.map(({ name, values, upper }) => ({
      name,
      values: values.map(shortNumber),
      ...(upper === undefined ? {} : { upper: upper.map(shortNumber) }),
    })),
  };
  return html`<div class="chart">
    <div class="moments" style="height:${18 * moments.length}px">
      ${moments.map(
        ({ name, atSec, className }, row) =>
          html`<span
            class="${className} ${x.at(atSec) > 0.45 ? "left" : ""}"
            style="left:${pc(x.at(atSec))};top:${18 * row}px;height:${18 * (moments.length - row)}px"
            ><b>${name}</b></span
          >`,
      )}
    </div>
    <div class="plot-frame">
      <span class="y-title">${chart.unit}${chart.y.kind === "log" && " (log scale)"}</span>
      <div class="y-ticks" aria-hidden="true">
        ${chart.y.ticks.map((tick) => html`<i style="bottom:${pc(chart.y.at(tick))}">${short(tick)}</i>`)}
      </div>
      <div
        class="plot lines"
        tabindex="0"
        role="application"
        aria-roledescription="line chart"
        aria-label="${chart.label}. Left and right arrow keys read the values."
      >
        ${raw(drawing(chart, times, lines, x, moments))}<i class="crosshair" hidden></i>
      </div>
      <div class="x-ticks" aria-hidden="true">
        ${x.ticks.map((tick) => html`<i style="left:${pc(x.at(tick))}">${short(tick)}</i>`)}
      </div>
      <span class="x-title">time since the window began (s)</span>
    </div>
    <script type="application/json">
      ${jsonData(data)}
    </script>
  </div>`;
}

function drawing(
  { y, level }: LineChart,
  times: readonly number[],
  lines: readonly Line[],
  x: Scale,
  moments: readonly Moment[],
): string {
  const px = times.map((time) => Math.round(BOX * x.at(time)));
  const py = (value: number): number => Math.round(BOX * (1 - y.at(value)));
  let svg = `<svg width="100%" height="100%" aria-hidden="true">`;
  for (const tick of x.ticks)
    svg += `<line class="grid" x1="${pc(x.at(tick))}" x2="${pc(x.at(tick))}" y1="0" y2="100%"/>`;
  for (const tick of y.ticks)
    svg += `<line class="grid" x1="0" x2="100%" y1="${pc(1 - y.at(tick))}" y2="${pc(1 - y.at(tick))}"/>`;
  for (const { atSec, className } of moments) {
    svg += `<line class="moment ${className}" x1="${pc(x.at(atSec))}" x2="${pc(x.at(atSec))}" y1="0" y2="100%"/>`;
  }
  // viewBox and no aspect ratio: the nested drawing is stretched, `vector-effect` keeps its strokes in px.
  svg += `<svg viewBox="0 0 ${BOX} ${BOX}" preserveAspectRatio="none" width="100%" height="100%">`;
  for (const { className, values, upper } of lines) {
    if (upper !== undefined)
      svg += `<path class="band ${className}" d="${bandPath(px, values, upper, py)}"/>`;
  }
  for (const { className, values } of lines.toReversed()) {
    svg += `<path class="line ${className}" vector-effect="non-scaling-stroke" d="${linePath(px, values, py, y)}"/>`;
  }
  svg += `</svg>`;
  if (level !== undefined && y.at(level.value) <= 1) {
    const at = pc(1 - y.at(level.value));
    svg += `<line class="level" x1="0" x2="100%" y1="${at}" y2="${at}"/>`;
    svg += `<text class="level-name" x="99%" y="${at}" dy="-5" text-anchor="end">${html`${level.name}`.text}</text>`;
  }
  return `${svg}</svg>`;
}

/** A logarithm has no place for 0: the line begins where the error does. */
function drawable(value: number | null, y: Scale): value is number {
  return value !== null && (y.kind === "linear" || value > 0);
}

function linePath(
  px: readonly number[],
  values: readonly (number | null)[],
  py: (value: number) => number,
  y: Scale,
): string {
  let path = "";
  let pen = "M";
  for (const [index, value] of values.entries()) {
    if (!drawable(value, y)) {
      pen = "M";
      continue;
    }
    path += `${pen}${px[index]} ${py(value)}`;
    pen = "L";
  }
  return path;
}

function bandPath(
  px: readonly number[],
  lower: readonly (number | null)[],
  upper: readonly (number | null)[],
  py: (value: number) => number,
): string {
  const there: string[] = [];
  const back: string[] = [];
  for (const [index, high] of upper.entries()) {
    const low = lower[index];
    if (high === null || low === null || low === undefined) continue;
    // A logarithm has no place for 0, which lies below the lower edge.
    there.push(`${px[index]} ${Math.min(BOX, Math.max(0, py(high)))}`);
    back.push(`${px[index]} ${Math.min(BOX, py(low))}`);
  }
  return there.length === 0 ? "" : `M${there.join("L")}L${back.toReversed().join("L")}Z`;
}

/** Indices that thin a long series evenly, first and last kept. */
function evenly(length: number): readonly number[] {
  const kept = Math.min(length, MOST_POINTS);
  return Array.from({ length: kept }, (_, k) =>
    kept === 1 ? 0 : Math.round((k * (length - 1)) / (kept - 1)),
  );
}

function shortNumber(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}

function pc(fraction: number): string {
  return `${Number((100 * fraction).toFixed(2))}%`;
}
