import uPlot from "uplot";
import type { Clock } from "../time/clock.ts";
import { element } from "../shell/element.ts";
import { roleColourName } from "../shell/role-colour.ts";
import { colour } from "../shell/theme.ts";
import { figure } from "./format.ts";
import type { Plot, PlotLine } from "./plot-lines.ts";

/** Of a plot in the stack. */
export const PLOT_HEIGHT_PX = 118;
const AXIS_PX = 54;

/** One plot over time, with the cursor that all views share. Built when it first comes into sight. */
export class TimePlot {
  readonly root: HTMLElement;
  readonly #place = element("div", { class: "plot-canvas" });
  readonly #title = element("h3", { class: "plot-title" });
  readonly #head = element("div", { class: "plot-head" });
  readonly #clock: Clock;
  readonly #heightPx: number;
  #chart: uPlot | undefined;
  #shape = "";
  #plot: Plot;
  #overlay: readonly PlotLine[] = [];
  #seen = false;

  constructor(plot: Plot, clock: Clock, heightPx = PLOT_HEIGHT_PX) {
    this.#heightPx = heightPx;
    this.#plot = plot;
    this.#clock = clock;
    this.#place.style.height = `${heightPx}px`;
    this.root = element("figure", { class: "plot", "data-plot": plot.key }, this.#title, this.#place);
    this.#drawTitle();
  }

  get plot(): Plot {
    return this.#plot;
  }

  /** Whether it is in sight: only then is anything drawn. */
  setSeen(seen: boolean): void {
    this.#seen = seen;
    if (seen) this.#update();
  }

  setPlot(plot: Plot): void {
    this.#plot = plot;
    this.#drawTitle();
    if (this.#seen) this.#update();
  }

  setOverlay(lines: readonly PlotLine[]): void {
    this.#overlay = lines;
    this.#chart?.redraw(false);
  }

  drawHead(): void {
    if (this.#chart === undefined || !this.#seen) return;
    const x = this.#chart.valToPos(this.#clock.head.timeSec, "x");
    this.#head.style.transform = `translateX(${x.toFixed(1)}px)`;
  }

  redraw(): void {
    this.#chart?.redraw(false);
  }

  resize(): void {
    const width = this.#place.clientWidth;
    if (width > 0 && this.#chart !== undefined && this.#chart.width !== width) {
      this.#chart.setSize({ width, height: this.#heightPx });
      this.drawHead();
    }
  }

  #drawTitle(): void {
    const { title, unit } = this.#plot;
    this.#title.replaceChildren(title, unit === "" ? "" : element("small", { class: "muted" }, ` ${unit}`));
  }

  #update(): void {
    const { lines, key } = this.#plot;
    const shape = `${key}|${lines.map(({ role, faint }) => `${role}${faint === true ? "-" : ""}`).join()}`;
    const data = aligned(lines);
    if (this.#chart === undefined || shape !== this.#shape) {
      this.#shape = shape;
      this.#chart?.destroy();
      this.#chart = new uPlot(this.#options(), data, this.#place);
      this.#chart.over.append(this.#head);
      this.#seekByPointer(this.#chart);
    } else {
      this.#chart.setData(data);
    }
    this.resize();
    this.drawHead();
  }

  #options(): uPlot.Options {
    const { lines, band, logarithmic, level } = this.#plot;
    return {
      width: Math.max(120, this.#place.clientWidth),
      height: this.#heightPx,
      padding: [6, 8, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: false, y: false, setScale: false },
        sync: { key: "simgate" },
        y: false,
        points: { size: 6 },
      },
      scales: {
        x: {
          time: false,
          range: () => [
            this.#clock.span.fromSec,
            Math.max(this.#clock.span.toSec, this.#clock.span.fromSec + 1e-6),
          ],
        },
        y:
          logarithmic === true
            ? { distr: 3, range: (_, min, max) => [Math.min(0.01, Math.max(1e-3, min)), Math.max(10, max)] }
            : { range: (_, min, max) => padded(min, max, level?.value) },
      },
      axes: [
        {
          stroke: () => colour("muted"),
          grid: { stroke: () => colour("faint"), width: 1 },
          ticks: { show: false },
          size: 20,
          gap: 2,
          font: "11px system-ui, sans-serif",
          values: (_, ticks) => ticks.map((t) => figure(t, 4)),
        },
        {
          stroke: () => colour("muted"),
          grid: {
            stroke: () => colour("faint"),
            width: 1,
            ...(logarithmic === true ? { filter: wholePowers } : {}),
          },
          ...(logarithmic === true ? { filter: wholePowers } : {}),
          ticks: { show: false },
          size: AXIS_PX,
          gap: 4,
          space: 22,
          font: "11px system-ui, sans-serif",
          values: (_, ticks) => ticks.map((value: number | null) => (value === null ? "" : figure(value))),
        },
      ],
      series: [
        {},
        ...lines.map(({ role, faint, label }): uPlot.Series => ({
          label,
          stroke: () => strokeOf(role, faint === true),
          width: faint === true ? 1 : role === "truth" || role === "" ? 1.8 : 1.6,
          ...(role === "candidate" && faint !== true ? { dash: [7, 3] } : {}),
          spanGaps: true,
          points: { show: false },
        })),
      ],
      ...(band === undefined
        ? {}
        : {
            bands: [
              {
                series: [band[0] + 1, band[1] + 1],
                fill: () => `color-mix(in srgb, ${colour("candidate")} 18%, transparent)`,
              },
            ],
          }),
      hooks: { draw: [(chart) => this.#drawOver(chart)] },
    };
  }

  /** The level, and what was predicted. */
  #drawOver(chart: uPlot): void {
    const { ctx } = chart;
    const { left, top, width, height } = chart.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const { level } = this.#plot;
    if (level !== undefined) {
      const y = chart.valToPos(level.value, "y", true);
      ctx.strokeStyle = ctx.fillStyle = colour("muted");
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
      ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.textAlign = "right";
      ctx.fillText(level.text, left + width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
    }
    ctx.setLineDash([]);
    ctx.lineWidth = 1.4 * devicePixelRatio;
    for (const { timesSec, values, role } of this.#overlay) {
      ctx.strokeStyle = strokeOf(role, false);
      ctx.beginPath();
      for (let k = 0; k < timesSec.length; k++) {
        const [x, y] = [chart.valToPos(timesSec[k]!, "x", true), chart.valToPos(values[k] ?? NaN, "y", true)];
        if (k === 0) ctx.moveTo(x, y);
        else ctx.lineTo(x, y);
      }
      ctx.stroke();
    }
    ctx.restore();
  }

  #seekByPointer(chart: uPlot): void {
    const { over } = chart;
    const seek = (event: PointerEvent): void => {
      const box = over.getBoundingClientRect();
      this.#clock.seek(chart.posToVal(event.clientX - box.left, "x"));
    };
    over.addEventListener("pointerdown", (event) => {
      over.setPointerCapture(event.pointerId);
      seek(event);
    });
    over.addEventListener("pointermove", (event) => {
      if (over.hasPointerCapture(event.pointerId)) seek(event);
    });
  }
}

/** All lines over the same times; mostly they are that already. */
function aligned(lines: readonly PlotLine[]): uPlot.AlignedData {
  const [first] = lines;
  const { timesSec } = first ?? { timesSec: [] };
  if (lines.every((line) => sameTimes(line.timesSec, timesSec))) {
    return [timesSec, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  }
  return uPlot.join(lines.map((line) => [line.timesSec, line.values] as unknown as uPlot.AlignedData));
}

function sameTimes(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function strokeOf(role: string, faint: boolean): string {
  if (role === "other") return `color-mix(in srgb, ${colour("baseline")} 45%, transparent)`;
  const own = colour(roleColourName(role));
  return faint ? `color-mix(in srgb, ${own} 55%, transparent)` : own;
}

function padded(min: number | null, max: number | null, level: number | undefined): [number, number] {
  let low = Math.min(min ?? 0, level ?? Infinity);
  let high = Math.max(max ?? 1, level ?? -Infinity);
  if (!(high > low)) [low, high] = [low - 1, high + 1];
  const pad = 0.08 * (high - low);
  return [low - pad, high + pad];
}

/** Of a logarithmic axis only the powers of ten are worth a line. */
function wholePowers(_: uPlot, ticks: number[]): (number | null)[] {
  return ticks.map((value) => {
    const power = Math.log10(value);
    return Math.abs(power - Math.round(power)) < 1e-6 ? value : null;
  });
}
