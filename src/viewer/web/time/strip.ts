import type { Opened } from "../run/opened.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { colour, onTheme } from "../shell/theme.ts";
import { heat, worstByColumn } from "./heat.ts";
import type { Span } from "./play-head.ts";

interface Row {
  readonly label: string;
  readonly timesSec: Float64Array;
  readonly errors: Float64Array;
  readonly channels: readonly string[];
}

const ROW_PX = 13;
const GAP_PX = 2;
/** Beyond this many channels a row stands for a group of them. */
const MOST_ROWS = 8;

/** How far the candidate is from truth over time, a row a channel or group of channels, as a picture. */
export class HeatStrip {
  readonly canvas = element("canvas", { class: "strip-canvas", "aria-hidden": "true" });
  readonly labels = element("div", { class: "strip-labels" });
  readonly redraw: () => void;
  #rows: readonly Row[] = [];
  #span: Span = { fromSec: 0, toSec: 1 };
  #select: (channel: string) => void;

  constructor(select: (channel: string) => void) {
    this.#select = select;
    this.redraw = oncePerFrame(() => this.#draw());
    new ResizeObserver(this.redraw).observe(this.canvas);
    onTheme(() => this.redraw());
  }

  /** @param groupOf group of a channel, for recordings of many channels */
  setOpened({ comparison, span }: Opened, groupOf: (channel: string) => string): void {
    this.#span = span;
    const rows =
      comparison?.channels.map(({ channel, max }) => ({
        label: channel,
        timesSec: comparison.timesSec,
        errors: max,
        channels: [channel],
      })) ?? [];
    const next = rows.length > MOST_ROWS ? grouped(rows, groupOf) : rows;
    const same = next.map(({ label }) => label).join() === this.#rows.map(({ label }) => label).join();
    this.#rows = next;
    if (!same || next.length === 0) this.#label();
    this.redraw();
  }

  #label(): void {
    this.labels.replaceChildren(
      ...this.#rows.map(({ label, channels }) =>
        element(
          "button",
          { type: "button", title: `Show ${label} in the plots`, onclick: () => this.#select(channels[0]!) },
          label,
        ),
      ),
    );
    const height = Math.max(1, this.#rows.length) * (ROW_PX + GAP_PX) - GAP_PX;
    this.canvas.style.height = `${height}px`;
  }

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0) return;
    const ratio = Math.min(2, devicePixelRatio);
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const context = this.canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    const columns = Math.max(1, Math.floor(width));
    const ramp = colours();
    if (this.#rows.length === 0) {
      context.fillStyle = colour("faint");
      context.fillRect(0, 0, width, height);
    }
    this.#rows.forEach(({ timesSec, errors }, row) => {
      const worst = worstByColumn(timesSec, errors, this.#span.fromSec, this.#span.toSec, columns);
      const y = row * (ROW_PX + GAP_PX);
      context.fillStyle = colour("faint");
      context.fillRect(0, y, width, ROW_PX);
      let from = 0;
      // Neighbours of the same colour are one rectangle.
      const shade = (column: number): number =>
        Number.isNaN(worst[column]!) ? -1 : Math.round(heat(worst[column]!) * (ramp.length - 1));
      for (let column = 1; column <= columns; column++) {
        if (column < columns && shade(column) === shade(from)) continue;
        const index = shade(from);
        if (index >= 0) {
          context.fillStyle = ramp[index]!;
          context.fillRect(from, y, column - from, ROW_PX);
        }
        from = column;
      }
    });
  }
}

function grouped(rows: readonly Row[], groupOf: (channel: string) => string): readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groupOf(row.label);
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return [...groups].map(([label, members]) => ({
    label,
    timesSec: members[0]!.timesSec,
    errors: members[0]!.errors.map((_, k) => Math.max(...members.map(({ errors }) => errors[k]!))),
    channels: members.flatMap(({ channels }) => channels),
  }));
}

/**
 * From the ground over amber to dark red: its lightness falls all the way, so that it reads without colour; one tolerance
 * is in its middle, where it turns.
 */
function colours(): string[] {
  const dark = document.documentElement.dataset["theme"] === "dark";
  const stops: [number, number, number][] = dark
    ? [
        [36, 42, 46],
        [74, 66, 46],
        [206, 140, 42],
        [255, 125, 92],
        [255, 214, 205],
      ]
    : [
        [236, 235, 230],
        [250, 222, 160],
        [232, 150, 40],
        [192, 40, 30],
        [84, 8, 24],
      ];
  return Array.from({ length: 33 }, (_, i) => {
    const at = (i / 32) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    const mixed = stops[low]!.map((value, c) =>
      Math.round(value + (at - low) * (stops[low + 1]![c]! - value)),
    );
    return `rgb(${mixed.join(" ")})`;
  });
}
