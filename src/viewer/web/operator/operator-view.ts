import type { TrustMessage } from "../../live-messages.ts";
import type { Health } from "../data/live-connection.ts";
import { figure, seconds } from "../numbers/format.ts";
import { TimePlot } from "../numbers/time-plot.ts";
import { errorPlot } from "../numbers/plot-lines.ts";
import type { Opened } from "../run/opened.ts";
import type { Workspace } from "../run/workspace.ts";
import { drawing, element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { iconButton } from "../shell/icon.ts";
import { say } from "../shell/say.ts";
import { onTheme } from "../shell/theme.ts";
import { indexAt } from "../time/nearest.ts";
import { Alarm } from "./alarm.ts";
import { shownLevel, type ShownLevel } from "./shown-level.ts";
import { trustHistory } from "./trust-history.ts";

/** Height of the plot, px. */
const PLOT_PX = 230;

/** A shape for each level: no two alike in black and white. */
const SIGNS: Readonly<
  Record<ShownLevel["level"], { readonly word: string; readonly shape: string; readonly sign: string }>
> = {
  trust: { word: "Trust", shape: "M50 4a46 46 0 1 0 0 92 46 46 0 0 0 0-92z", sign: "M28 51l15 16 30-34" },
  caution: { word: "Caution", shape: "M50 5L97 91H3z", sign: "M50 36v26M50 73v5" },
  stop: { word: "Stop", shape: "M30 3h40l27 27v40L70 97H30L3 70V30z", sign: "M33 33l34 34M67 33L33 67" },
  silent: { word: "No data", shape: "M4 4h92v92H4z", sign: "M26 50h8M46 50h8M66 50h8" },
};

/** One glance: may the candidate be believed now, why, and since when. */
export class OperatorView {
  readonly root: HTMLElement;
  readonly redraw: () => void;
  readonly #workspace: Workspace;
  readonly #alarm = new Alarm();
  readonly #card = element("section", { class: "panel glance", "aria-label": "Level of trust" });
  readonly #facts = element("dl", { class: "panel operator-facts", "aria-label": "Connection and run" });
  readonly #plotPlace = element("section", { class: "panel operator-plot", "aria-label": "Error over time" });
  readonly #sound: HTMLButtonElement;
  #plot: TimePlot | undefined;
  #history: readonly TrustMessage[] = [];
  #health: Health | undefined;
  #live: TrustMessage | undefined;
  #said = "";

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#sound = iconButton("sound", "Alarm sound", () => this.#toggleSound());
    this.#sound.append(element("span", {}, " sound off"));
    this.#sound.classList.add("sound");
    this.#sound.setAttribute("aria-pressed", "false");
    this.root = element(
      "div",
      { class: "operator-view" },
      this.#card,
      element("div", { class: "operator-side" }, this.#facts, this.#sound, this.#plotPlace),
    );
    const draw = oncePerFrame(() => this.#draw());
    this.redraw = draw;
    workspace.opened.on((opened) => {
      this.#setOpened(opened);
      draw();
    });
    workspace.clock.changed.on(draw);
    workspace.trusted.on((trust) => {
      this.#live = trust;
      draw();
    });
    workspace.health.on((health) => {
      this.#health = health;
      draw();
    });
    onTheme(() => this.#plot?.redraw());
    new ResizeObserver(() => this.#plot?.resize()).observe(this.#plotPlace);
    draw();
  }

  #setOpened({ comparison, candidate }: Opened): void {
    this.#history =
      comparison === undefined || candidate === undefined
        ? []
        : trustHistory(comparison, candidate, this.#workspace.session?.horizon ?? null);
    if (comparison === undefined) return;
    const plot = errorPlot(comparison, undefined);
    if (this.#plot === undefined) {
      this.#plot = new TimePlot(plot, this.#workspace.clock, PLOT_PX);
      this.#plotPlace.append(this.#plot.root);
      new IntersectionObserver((entries) => this.#plot?.setSeen(entries.at(-1)!.isIntersecting)).observe(
        this.#plotPlace,
      );
    } else {
      this.#plot.setPlot(plot);
    }
  }

  #trust(): TrustMessage | undefined {
    const { clock, arriving } = this.#workspace;
    if (arriving && clock.following && this.#live !== undefined) return this.#live;
    const at = indexAt(this.#workspace.current?.comparison?.timesSec ?? [], clock.head.timeSec);
    return this.#history[Math.max(0, at)];
  }

  #draw(): void {
    this.#plot?.drawHead();
    const { arriving, clock, ended } = this.#workspace;
    const watching = arriving && clock.following && this.#health !== undefined;
    const shown = shownLevel(
      this.#trust(),
      watching ? { health: this.#health!, nowMs: performance.now(), ended } : undefined,
    );
    this.#alarm.sound(shown.level === "stop" || (shown.level === "silent" && arriving));
    if (this.root.hidden) return;
    this.#drawCard(shown);
    this.#drawFacts();
    const text = `${SIGNS[shown.level].word}: ${shown.why}`;
    if (shown.level !== this.#said) {
      this.#said = shown.level;
      say(text);
    }
  }

  #drawCard({ level, why, sinceSec }: ShownLevel): void {
    const { word, shape, sign } = SIGNS[level];
    const { timeSec } = this.#workspace.clock.head;
    if (this.#card.dataset["level"] !== level) {
      this.#card.dataset["level"] = level;
      this.#card.replaceChildren(
        drawing(
          "svg",
          { viewBox: "0 0 100 100", class: "glance-sign", "aria-hidden": "true" },
          drawing("path", { d: shape, class: "shape" }),
          drawing("path", { d: sign, class: "sign" }),
        ),
        element("p", { class: "glance-word" }, word),
        element("p", { class: "glance-why" }),
        element("p", { class: "glance-since muted" }),
      );
    }
    const [, , whyPlace, since] = this.#card.children;
    if (whyPlace!.textContent !== why) whyPlace!.textContent = why;
    since!.textContent =
      sinceSec === undefined
        ? ""
        : `since ${seconds(sinceSec)}, for ${seconds(Math.max(0, Math.max(timeSec, sinceSec) - sinceSec), 1)}`;
  }

  #drawFacts(): void {
    const { current, clock, session, arriving, ended } = this.#workspace;
    const health = this.#health;
    const horizon = session?.horizon;
    const rows: (readonly [string, string])[] = [
      ["candidate", current?.candidate?.name ?? session?.candidate ?? "–"],
      ["compared with", current?.truth.name ?? session?.truth ?? "–"],
      ["policy", current?.truth.policy ?? "–"],
      ["time", seconds(clock.head.timeSec)],
      [
        "usable horizon",
        horizon == null
          ? "not measured"
          : `${horizon.decisionSec === null ? "–" : seconds(horizon.decisionSec)} for decisions`,
      ],
    ];
    if (arriving && health !== undefined) {
      rows.push(
        ["connection", ended && health.state === "open" ? "open, rollout ended" : health.state],
        ["latency", health.latencyMs === null ? "–" : `${figure(health.latencyMs, 2)} ms`],
        ["dropped messages", String(health.dropped)],
        ["reconnects", String(health.reconnects)],
      );
    } else {
      rows.push(["source", "a recording"]);
    }
    this.#facts.replaceChildren(
      ...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    );
  }

  #toggleSound(): void {
    this.#alarm.setOn(!this.#alarm.on);
    this.#sound.setAttribute("aria-pressed", String(this.#alarm.on));
    this.#sound.querySelector("span")!.textContent = this.#alarm.on ? " sound on" : " sound off";
    say(`alarm sound ${this.#alarm.on ? "on" : "off"}`);
    this.#draw();
  }
}
