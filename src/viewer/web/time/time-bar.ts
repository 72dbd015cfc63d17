import type { RecordingEvent } from "../../recording.ts";
import { figure, seconds } from "../numbers/format.ts";
import type { Workspace } from "../run/workspace.ts";
import type { Opened } from "../run/opened.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { say } from "../shell/say.ts";
import { nextMoment, previousMoment } from "./event-search.ts";
import { MARKS } from "./marks.ts";
import { indexAt } from "./nearest.ts";
import { arrowStepSec, type Span } from "./play-head.ts";
import { HeatStrip } from "./strip.ts";
import { Transport } from "./transport.ts";

/** The bar along the bottom: transport, event markers, the heat strip and the cursor over both. */
export class TimeBar {
  readonly #workspace: Workspace;
  readonly #strip: HeatStrip;
  readonly #transport: Transport;
  readonly #marks = element("div", { class: "time-marks" });
  readonly #head = element("div", { class: "time-head" });
  /** Over what is still to be read. */
  readonly #coming = element("div", { class: "time-coming", hidden: true }, "still being read");
  readonly #track: HTMLElement;
  readonly #ticks = element("div", { class: "time-ticks", "aria-hidden": "true" });
  readonly #redraw: () => void;

  constructor(place: HTMLElement, workspace: Workspace) {
    this.#workspace = workspace;
    this.#strip = new HeatStrip((channel) => workspace.select(channel));
    this.#transport = new Transport(workspace, {
      next: () => this.jump(1),
      previous: () => this.jump(-1),
    });
    this.#track = element(
      "div",
      {
        class: "time-track",
        role: "slider",
        tabindex: 0,
        "aria-label": "Time",
        "aria-orientation": "horizontal",
      },
      this.#strip.canvas,
      this.#coming,
      this.#head,
    );
    place.append(
      this.#transport.root,
      element(
        "div",
        { class: "time-rows" },
        element("span", { class: "time-corner muted" }, "events"),
        this.#marks,
        this.#strip.labels,
        this.#track,
        element("span", {}),
        this.#ticks,
      ),
    );
    this.#redraw = oncePerFrame(() => this.#drawHead());
    this.#drag();
    workspace.opened.on((opened) => this.#setOpened(opened));
    workspace.clock.changed.on(this.#redraw);
  }

  /** To the event after or before the cursor. */
  jump(direction: 1 | -1): void {
    const { clock, current } = this.#workspace;
    if (current === undefined) return;
    const search = direction === 1 ? nextMoment : previousMoment;
    const found = search(current.events, clock.head.timeSec);
    if (found === undefined) {
      say(direction === 1 ? "no event after this" : "no event before this");
      return;
    }
    clock.seek(found.timeSec);
    say(`${seconds(found.timeSec)}: ${found.text}`);
    this.#workspace.noticed.emit(found);
  }

  /** Arrow keys, Home and End, wherever the focus is. */
  readonly onKey = (event: KeyboardEvent): boolean => {
    const { clock } = this.#workspace;
    const { timeSec } = clock.head;
    switch (event.key) {
      case "ArrowLeft":
        clock.seek(timeSec - arrowStepSec(event));
        return true;
      case "ArrowRight":
        clock.seek(timeSec + arrowStepSec(event));
        return true;
      case "Home":
        clock.seek(clock.span.fromSec);
        return true;
      case "End":
        clock.seek(clock.span.toSec);
        return true;
      default:
        return false;
    }
  };

  #setOpened(opened: Opened): void {
    this.#strip.setOpened(opened, (channel) => this.#workspace.groupOf(channel));
    this.#marks.replaceChildren(...opened.events.map((event) => this.#mark(event, opened)));
    this.#drawTicks(opened);
    this.#coming.hidden = opened.reachSec >= opened.span.toSec;
    this.#coming.style.left = `${(100 * shareOf(opened.reachSec, opened.span)).toFixed(3)}%`;
    this.#redraw();
  }

  #mark(event: RecordingEvent, { span }: Opened): HTMLElement {
    const { glyph, color } = MARKS[event.kind];
    return element(
      "button",
      {
        type: "button",
        class: `time-mark ${event.kind}`,
        tabindex: -1,
        title: `${seconds(event.timeSec)}  ${event.text}`,
        "aria-label": `${event.text}, at ${seconds(event.timeSec)}`,
        style: `left:${(100 * shareOf(event.timeSec, span)).toFixed(3)}%;color:var(--${color})`,
        onclick: () => {
          this.#workspace.clock.seek(event.timeSec);
          this.#workspace.noticed.emit(event);
        },
      },
      glyph,
    );
  }

  #drawTicks({ span }: Opened): void {
    const length = span.toSec - span.fromSec;
    const step =
      [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600].find((one) => length / one <= 10) ?? 3600;
    const ticks: HTMLElement[] = [];
    for (
      let t = Math.ceil(span.fromSec / step - 1e-9) * step;
      length > 0 && t <= span.toSec + 1e-9;
      t += step
    ) {
      const left = (100 * (t - span.fromSec)) / length;
      ticks.push(element("i", { style: `left:${left.toFixed(3)}%` }, `${figure(t, 4)} s`));
    }
    this.#ticks.replaceChildren(...ticks);
  }

  #drawHead(): void {
    const { clock, current } = this.#workspace;
    const { timeSec } = clock.head;
    const { fromSec, toSec } = clock.span;
    this.#head.style.transform = `translateX(${(100 * shareOf(timeSec, clock.span)).toFixed(4)}%)`;
    this.#transport.draw();
    const comparison = current?.comparison;
    const step = comparison === undefined ? -1 : indexAt(comparison.timesSec, timeSec);
    const worst = comparison?.worst[step];
    this.#track.setAttribute("aria-valuemin", fromSec.toFixed(3));
    this.#track.setAttribute("aria-valuemax", toSec.toFixed(3));
    this.#track.setAttribute("aria-valuenow", timeSec.toFixed(3));
    this.#track.setAttribute(
      "aria-valuetext",
      seconds(timeSec) + (worst === undefined ? "" : `, largest error ${figure(worst)} tolerances`),
    );
  }

  #drag(): void {
    const track = this.#track;
    const seekTo = (event: PointerEvent): void => {
      const box = track.getBoundingClientRect();
      const { clock } = this.#workspace;
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      clock.seek(clock.span.fromSec + share * (clock.span.toSec - clock.span.fromSec));
    };
    let resume = false;
    track.addEventListener("pointerdown", (event) => {
      track.setPointerCapture(event.pointerId);
      resume = this.#workspace.clock.head.playing;
      if (resume) this.#workspace.clock.pause();
      seekTo(event);
    });
    track.addEventListener("pointermove", (event) => {
      if (track.hasPointerCapture(event.pointerId)) seekTo(event);
    });
    const release = (): void => {
      if (resume) this.#workspace.clock.toggle();
      resume = false;
    };
    track.addEventListener("pointerup", release);
    track.addEventListener("pointercancel", release);
  }
}

/** How much of the span lies before this, 0 … 1. */
function shareOf(timeSec: number, { fromSec, toSec }: Span): number {
  return Math.min(1, Math.max(0, (timeSec - fromSec) / Math.max(1e-9, toSec - fromSec)));
}
