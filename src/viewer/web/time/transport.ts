import { seconds } from "../numbers/format.ts";
import type { Workspace } from "../run/workspace.ts";
import { element, setText } from "../shell/element.ts";
import { icon, iconButton } from "../shell/icon.ts";
import { indexAt } from "./nearest.ts";
import { SPEEDS } from "./play-head.ts";

/** Play, jump, speed, loop, alignment; and what time it is. */
export class Transport {
  readonly root: HTMLElement;
  readonly #workspace: Workspace;
  readonly #play: HTMLButtonElement;
  #playing = false;
  #offered = "";
  readonly #loop: HTMLButtonElement;
  readonly #live: HTMLButtonElement;
  readonly #speed: HTMLSelectElement;
  readonly #align: HTMLSelectElement;
  readonly #readout = element("output", { class: "time-readout", "aria-label": "Time at the cursor" });
  readonly #step = element("span", { class: "muted time-step" });

  constructor(workspace: Workspace, jumps: { readonly next: () => void; readonly previous: () => void }) {
    this.#workspace = workspace;
    const { clock } = workspace;
    this.#play = iconButton("play", "Play (space)", () => clock.toggle());
    this.#loop = iconButton("loop", "Loop (l)", () => clock.setLoop(!clock.head.loop));
    this.#live = element(
      "button",
      { type: "button", class: "live", hidden: true, onclick: () => clock.follow() },
      "● live",
    );
    this.#speed = element(
      "select",
      { "aria-label": "Speed", onchange: () => clock.setSpeed(Number(this.#speed.value)) },
      ...SPEEDS.map((speed) => element("option", { value: speed, selected: speed === 1 }, `${speed} ×`)),
    );
    this.#align = element("select", {
      "aria-label": "Align truth and candidate by",
      title: "How the candidate's moments are laid beside truth's",
      onchange: () => workspace.alignBy(this.#align.value),
    });
    this.root = element(
      "div",
      { class: "transport", role: "toolbar", "aria-label": "Playback" },
      iconButton("start", "To the beginning (Home)", () => clock.seek(clock.span.fromSec)),
      iconButton("previous", "Previous event (p)", jumps.previous),
      this.#play,
      iconButton("next", "Next event (n)", jumps.next),
      iconButton("end", "To the end (End)", () => clock.seek(clock.span.toSec)),
      this.#readout,
      this.#step,
      this.#live,
      element("span", { class: "space" }),
      element("label", {}, "Align by ", this.#align),
      element("label", {}, "Speed ", this.#speed),
      this.#loop,
      element(
        "span",
        { class: "heat-key muted", title: "Colour of the strip: error in tolerances of the channel" },
        "error",
        element("i", { class: "heat-ramp" }),
        element("span", { class: "heat-ticks" }, "0.1   1   10 tol."),
      ),
    );
    workspace.opened.on(() => this.#offerAlignments());
  }

  draw(): void {
    const { clock, current } = this.#workspace;
    const { timeSec, playing, speed, loop } = clock.head;
    if (playing !== this.#playing) {
      this.#playing = playing;
      this.#play.replaceChildren(icon(playing ? "pause" : "play"));
      this.#play.setAttribute("aria-label", playing ? "Pause (space)" : "Play (space)");
      this.#play.title = playing ? "Pause (space)" : "Play (space)";
    }
    this.#loop.setAttribute("aria-pressed", String(loop));
    this.#live.hidden = !this.#workspace.arriving;
    this.#live.setAttribute("aria-pressed", String(clock.following));
    if (Number(this.#speed.value) !== speed) this.#speed.value = String(speed);
    setText(this.#readout, `${seconds(timeSec, 2)} / ${seconds(clock.span.toSec, 2)}`);
    const times = current === undefined ? undefined : Object.values(current.truth.observation)[0]?.timesSec;
    setText(this.#step, times === undefined ? "" : `step ${Math.max(0, indexAt(times, timeSec))}`);
  }

  #offerAlignments(): void {
    const offered = this.#workspace.alignments();
    const chosen = this.#workspace.alignmentName;
    const key = `${chosen}|${offered.join()}`;
    if (key === this.#offered) return;
    this.#offered = key;
    this.#align.replaceChildren(
      ...offered.map((name) => element("option", { value: name, selected: name === chosen }, name)),
    );
    this.#align.disabled = offered.length < 2;
  }
}
