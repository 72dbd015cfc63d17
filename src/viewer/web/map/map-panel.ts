import { quantity } from "../numbers/format.ts";
import { drawing, element } from "../shell/element.ts";
import { say } from "../shell/say.ts";
import type { Point } from "./contour.ts";
import type { MapData, MapPolicy } from "./map-data.ts";
import { drawSlice, drawStarts, type Slice } from "./map-drawing.ts";
import { MapAxes } from "./map-axes.ts";
import { mapLegend } from "./map-legend.ts";
import { MapTip } from "./map-tip.ts";
import { nearestPoint, neighbour } from "./neighbour.ts";
import { isFlip, kindAt, type OutcomeKind } from "./outcome-kind.ts";

export interface MapChoice {
  readonly policy: string;
  readonly x: string;
  readonly y: string;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
/** How near the pointer must come to a start, px. */
const REACH_PX = 14;

/** The outcome map: starts over two dimensions, how each ends in both worlds, and both boundaries. */
export class MapPanel {
  readonly root: HTMLElement;
  readonly #data: MapData;
  readonly #open: (policy: string, start: number) => void;
  readonly #changed: (choice: MapChoice) => void;
  readonly #policy: HTMLSelectElement;
  readonly #x: HTMLSelectElement;
  readonly #y: HTMLSelectElement;
  readonly #sliders: readonly HTMLInputElement[];
  readonly #plot: HTMLElement;
  readonly #regions = drawing("svg", {
    viewBox: "0 0 1000 1000",
    preserveAspectRatio: "none",
    width: "100%",
    height: "100%",
  });
  readonly #marks = drawing("g", {});
  readonly #tip = new MapTip();
  readonly #note = element("p", { class: "muted map-note" });
  readonly #title = element("p", { class: "map-title" });
  readonly #axes = new MapAxes();
  #current = -1;

  constructor(
    data: MapData,
    choice: Partial<MapChoice>,
    act: {
      readonly open: (policy: string, start: number) => void;
      readonly changed: (choice: MapChoice) => void;
    },
  ) {
    this.#data = data;
    this.#open = act.open;
    this.#changed = act.changed;
    const change = (): void => this.#draw(true);
    const select = (
      label: string,
      options: readonly (readonly [string, string])[],
      chosen: string | undefined,
    ) =>
      element(
        "select",
        { "aria-label": label, onchange: change },
        ...options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)),
      );
    const dimensions = data.dimensions.map(({ key, label }) => [key, label] as const);
    this.#policy = select(
      "Policy",
      data.policies.map(({ policy }) => [policy, policy] as const),
      choice.policy ?? mostFlips(data),
    );
    this.#x = select("Across", dimensions, choice.x ?? dimensions[0]?.[0]);
    this.#y = select("Up", dimensions, choice.y ?? dimensions[1]?.[0]);
    this.#sliders = data.dimensions.map(({ label }) =>
      element("input", {
        type: "range",
        min: 0,
        max: 1,
        step: 0.01,
        value: 0.5,
        "aria-label": `Slice at ${label}`,
        oninput: change,
      }),
    );
    this.#plot = element(
      "div",
      {
        class: "map-plot",
        tabindex: 0,
        role: "application",
        "aria-roledescription": "outcome map",
        "aria-label":
          "Outcome map. Arrow keys move from start to start, d to the next disagreement, Enter opens both traces, s takes the slice through the start, r back to the middle.",
      },
      drawing(
        "svg",
        { width: "100%", height: "100%", "aria-hidden": "true" },
        this.#regions,
        this.#marks,
        this.#tip.ring,
      ),
      this.#tip.note,
    );
    this.root = element(
      "section",
      { class: "panel map", "aria-label": "Outcome map" },
      element("h2", {}, "Outcome map"),
      element(
        "div",
        { class: "map-choices" },
        element("label", {}, "Policy ", this.#policy),
        element("label", {}, "Across ", this.#x),
        element("label", {}, "Up ", this.#y),
      ),
      this.#title,
      this.#axes.around(this.#plot),
      mapLegend(),
      element(
        "div",
        { class: "map-sliders" },
        ...this.#sliders.map((slider, d) => this.#sliderLabel(slider, d)),
      ),
      this.#note,
    );
    this.#listen();
    this.#draw(false);
  }

  focus(): void {
    this.#plot.focus();
    this.#plot.scrollIntoView({ block: "nearest" });
    if (this.#current < 0) this.#show(0);
  }

  get #chosen(): MapPolicy {
    return this.#data.policies.find(({ policy }) => policy === this.#policy.value) ?? this.#data.policies[0]!;
  }

  get #slice(): Slice {
    const index = (key: string): number => this.#data.dimensions.findIndex((one) => one.key === key);
    return {
      x: index(this.#x.value),
      y: index(this.#y.value),
      at: this.#sliders.map((slider) => Number(slider.value)),
    };
  }

  #points(): Point[] {
    const { x, y } = this.#slice;
    return this.#data.starts.map(({ at }): Point => [at[x]!, at[y]!]);
  }

  #sliderLabel(slider: HTMLInputElement, d: number): HTMLElement {
    const { label } = this.#data.dimensions[d]!;
    return element(
      "label",
      { "data-dimension": d },
      element("span", {}, label),
      slider,
      element("output", {}),
    );
  }

  #listen(): void {
    this.#plot.addEventListener("keydown", (event) => {
      if (this.#key(event)) event.preventDefault();
    });
    this.#plot.addEventListener("blur", () => this.#tip.hide());
    this.#plot.addEventListener("pointermove", (event) => {
      const found = this.#under(event);
      if (found === undefined) this.#tip.hide();
      else this.#show(found);
      this.#plot.style.cursor = found === undefined ? "default" : "pointer";
    });
    this.#plot.addEventListener("pointerleave", () => this.#tip.hide());
    this.#plot.addEventListener("click", (event) => {
      const found = this.#under(event);
      if (found !== undefined) this.#openStart(found);
    });
  }

  #key(event: KeyboardEvent): boolean {
    const direction = DIRECTIONS[event.key];
    if (direction !== undefined && !event.altKey && !event.shiftKey) {
      const next = neighbour(this.#points(), this.#current, direction);
      if (next !== undefined) this.#show(next);
      return true;
    }
    switch (event.key) {
      case "Enter":
        if (this.#current >= 0) this.#openStart(this.#current);
        return true;
      case "d":
      case "D":
        this.#nextFlip(event.key === "d" ? 1 : -1);
        return true;
      case "s":
        this.#sliceThrough(this.#data.starts[this.#current]?.at);
        return true;
      case "r":
        this.#sliceThrough(this.#data.dimensions.map(() => 0.5));
        return true;
      default:
        return false;
    }
  }

  /** Disagreements, the largest first: there the candidate is most wrong. */
  #nextFlip(direction: 1 | -1): void {
    const policy = this.#chosen;
    const gap = (i: number): number =>
      Math.abs((policy.candidateMargins[i] ?? 0) - (policy.truthMargins[i] ?? 0));
    const flips = this.#data.starts
      .map((_, i) => i)
      .filter((i) => isFlip(kindAt(policy, i)))
      .sort((a, b) => gap(b) - gap(a));
    if (flips.length === 0) {
      say("no disagreement under this policy");
      return;
    }
    const at = flips.indexOf(this.#current);
    this.#show(flips[(at + direction + flips.length) % flips.length]!);
  }

  #sliceThrough(at: readonly number[] | undefined): void {
    at?.forEach((value, d) => (this.#sliders[d]!.value = String(value)));
    const shown = this.#current;
    this.#draw(true);
    if (shown >= 0) this.#show(shown);
  }

  #under(event: MouseEvent): number | undefined {
    const box = this.#plot.getBoundingClientRect();
    const pixels = this.#points().map(([x, y]): Point => [x * box.width, (1 - y) * box.height]);
    return nearestPoint(pixels, [event.clientX - box.left, event.clientY - box.top], REACH_PX);
  }

  #openStart(index: number): void {
    this.#open(this.#chosen.policy, this.#data.starts[index]!.start);
  }

  #show(index: number): void {
    this.#current = index;
    say(this.#tip.show(this.#data, this.#chosen, this.#slice, index));
  }

  #draw(byReader: boolean): void {
    this.#tip.hide();
    const policy = this.#chosen;
    const slice = this.#slice;
    const { nodes, notes } = drawSlice(this.#data, policy, slice);
    this.#regions.replaceChildren(...nodes);
    this.#marks.replaceChildren(...drawStarts(this.#data, policy, slice));
    const kinds = this.#data.starts.map((_, i) => kindAt(policy, i));
    const count = (kind: OutcomeKind): number => kinds.filter((one) => one === kind).length;
    this.#title.textContent = `${policy.policy}: ${kinds.length} starts, ${count("wrong-pass")} wrong passes, ${count("wrong-fail")} wrong fails`;
    this.#axes.draw(slice, this.#data.dimensions);
    this.#sliders.forEach((slider, d) => {
      const label = slider.closest("label")!;
      label.hidden = d === slice.x || d === slice.y;
      const { unit, range } = this.#data.dimensions[d]!;
      label.querySelector("output")!.textContent = quantity(
        range[0] + Number(slider.value) * (range[1] - range[0]),
        unit,
      );
    });
    this.#note.textContent = [
      ...notes,
      this.#data.dimensions.length > 2 ? "starts far from the slice are faint" : "",
    ]
      .filter((note) => note !== "")
      .join("; ");
    if (byReader) this.#changed({ policy: policy.policy, x: this.#x.value, y: this.#y.value });
  }
}

/** The policy about which the two worlds disagree most: there is most to see. */
function mostFlips(data: MapData): string | undefined {
  const flips = (policy: MapPolicy): number => data.starts.filter((_, i) => isFlip(kindAt(policy, i))).length;
  return [...data.policies].sort((a, b) => flips(b) - flips(a))[0]?.policy;
}
