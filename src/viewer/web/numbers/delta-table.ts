import { componentName, wrapAngle, type ChannelSpec } from "../../../core/channels.ts";
import { componentCount, componentError } from "../../../metrics/divergence.ts";
import type { RecordedWorld } from "../../recording.ts";
import type { Opened } from "../run/opened.ts";
import type { Workspace } from "../run/workspace.ts";
import { element, setText } from "../shell/element.ts";
import { afterQuiet, oncePerFrame } from "../shell/frame.ts";
import { rowAt } from "../time/signal-value.ts";
import { decimalsFor, figure, fixed } from "./format.ts";

interface Row {
  readonly channel: ChannelSpec;
  readonly component: number;
  readonly root: HTMLTableRowElement;
  readonly truth: HTMLTableCellElement;
  readonly candidate: HTMLTableCellElement;
  readonly delta: HTMLTableCellElement;
  readonly scaled: HTMLElement;
  readonly bar: HTMLElement;
}

/** Rows out of sight follow the cursor once it rests: they are read to those who do not see. */
const REST_MS = 150;

/** Every component of every channel at the cursor: truth, candidate, and how far they are apart in tolerances. */
export class DeltaTable {
  readonly root: HTMLElement;
  readonly #workspace: Workspace;
  readonly #body = element("tbody");
  readonly #redraw: () => void;
  readonly #sight: IntersectionObserver;
  #rows: readonly Row[] = [];
  readonly #inSight = new Set<Row>();
  #shape = "";

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    const head = (text: string, of?: string): HTMLElement => element("th", { scope: "col", class: of }, text);
    this.root = element(
      "section",
      { class: "panel delta", "aria-label": "Values at the cursor" },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            head("channel"),
            head("truth", "truth-ink"),
            head("candidate", "candidate-ink"),
            head("Δ"),
            head("Δ / tol."),
          ),
        ),
        this.#body,
      ),
    );
    const drawRest = afterQuiet(REST_MS, () => this.#draw(this.#rows));
    this.#redraw = oncePerFrame(() => {
      this.#draw(this.#inSight);
      if (this.#inSight.size < this.#rows.length) drawRest();
    });
    this.#sight = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const row = this.#rows.find(({ root }) => root === target);
          if (row === undefined) continue;
          if (isIntersecting) this.#inSight.add(row);
          else this.#inSight.delete(row);
        }
        this.#redraw();
      },
      { root: this.root, rootMargin: "40px" },
    );
    workspace.opened.on((opened) => this.#setOpened(opened));
    workspace.clock.changed.on(this.#redraw);
    workspace.selected.on((channel) => {
      for (const row of this.#rows)
        row.root.setAttribute("aria-current", String(row.channel.name === channel));
    });
  }

  #setOpened({ truth, candidate, comparison }: Opened): void {
    const channels = Object.values(truth.observation).map(({ channel }) => channel);
    const first = comparison?.first?.channel;
    const shape = `${channels.map(({ name, size }) => `${name}:${size}`).join()}|${first ?? ""}|${candidate !== undefined}`;
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#rows = channels.flatMap((channel) =>
        Array.from({ length: channel.size }, (_, component) => this.#row(channel, component, first)),
      );
      this.#body.replaceChildren(...this.#rows.map(({ root }) => root));
      this.#sight.disconnect();
      this.#inSight.clear();
      for (const row of this.#rows) {
        this.#inSight.add(row);
        this.#sight.observe(row.root);
      }
    }
    this.#redraw();
  }

  #row(channel: ChannelSpec, component: number, first: string | undefined): Row {
    const unit = channel.unit === "1" ? undefined : element("small", { class: "muted" }, channel.unit);
    const name = element(
      "button",
      { type: "button", class: "plain", onclick: () => this.#workspace.select(channel.name) },
      componentName(channel, component),
    );
    const early = channel.name === first;
    const bar = element("i", { class: "delta-bar" });
    const [truth, candidate, delta] = [element("td"), element("td"), element("td")];
    const scaled = element("span");
    const root = element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        name,
        " ",
        unit,
        early
          ? element(
              "span",
              { class: "first-mark", title: "the first to leave truth by more than a tolerance" },
              "◆ first",
            )
          : undefined,
      ),
      truth,
      candidate,
      delta,
      element("td", { class: "delta-cell" }, bar, scaled),
    );
    return { channel, component, root, truth, candidate, delta, scaled, bar };
  }

  /** @param rows all of them, or those in sight */
  #draw(rows: Iterable<Row>): void {
    const { current, clock } = this.#workspace;
    if (current === undefined) return;
    const values = new Map<ChannelSpec, Values>();
    for (const row of rows) {
      const { channel } = row;
      let known = values.get(channel);
      if (known === undefined) {
        known = {
          truth: valuesAt(current.truth, channel, clock.head.timeSec),
          candidate: valuesAt(current.candidate, channel, clock.head.timeSec),
        };
        values.set(channel, known);
      }
      drawRow(row, known);
    }
  }
}

/** Of one channel at the cursor. */
interface Values {
  readonly truth: Float64Array | undefined;
  readonly candidate: Float64Array | undefined;
}

function valuesAt(
  world: RecordedWorld | undefined,
  { name }: ChannelSpec,
  timeSec: number,
): Float64Array | undefined {
  const signal = world?.observation[name];
  const row = signal === undefined ? undefined : rowAt(signal, timeSec);
  return row && Float64Array.from(row);
}

function drawRow(row: Row, { truth, candidate }: Values): void {
  const { channel, component } = row;
  const decimals = decimalsFor(channel.tolerance);
  setText(row.truth, truth === undefined ? "–" : fixed(truth[component]!, decimals));
  setText(row.candidate, candidate === undefined ? "–" : fixed(candidate[component]!, decimals));
  if (truth === undefined || candidate === undefined) {
    setText(row.delta, "–");
    setText(row.scaled, "–");
    row.bar.style.transform = "scaleX(0)";
    return;
  }
  const raw = candidate[component]! - truth[component]!;
  setText(row.delta, (raw > 0 ? "+" : "") + fixed(channel.kind === "angle" ? wrapAngle(raw) : raw, decimals));
  const unitOf = channel.kind === "quaternion" ? Math.floor(component / 4) : component;
  const error =
    unitOf < componentCount(channel) ? componentError(channel, unitOf, truth, 0, candidate, 0) : NaN;
  setText(row.scaled, figure(error, 2));
  const length = Math.min(1, error / 10) ** 0.5;
  row.bar.style.transform = `scaleX(${Number.isFinite(length) ? length.toFixed(3) : 0})`;
  row.root.classList.toggle("beyond", error > 1);
}
