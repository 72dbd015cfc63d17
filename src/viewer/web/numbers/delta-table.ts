import { componentName, wrapAngle, type ChannelSpec } from "../../../core/channels.ts";
import { componentCount, componentError } from "../../../metrics/divergence.ts";
import type { Opened } from "../run/opened.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
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

/** Every component of every channel at the cursor: truth, candidate, and how far they are apart in tolerances. */
export class DeltaTable {
  readonly root: HTMLElement;
  readonly #workspace: Workspace;
  readonly #body = element("tbody");
  readonly #redraw: () => void;
  #rows: readonly Row[] = [];
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
    this.#redraw = oncePerFrame(() => this.#draw());
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

  #draw(): void {
    const { current, clock } = this.#workspace;
    if (current === undefined) return;
    for (const row of this.#rows) {
      const { channel, component } = row;
      const decimals = decimalsFor(channel.tolerance);
      const a = current.truth.observation[channel.name];
      const b = current.candidate?.observation[channel.name];
      const t = a === undefined ? undefined : rowAt(a, clock.head.timeSec);
      const c = b === undefined ? undefined : rowAt(b, clock.head.timeSec);
      row.truth.textContent = t === undefined ? "–" : fixed(t[component]!, decimals);
      row.candidate.textContent = c === undefined ? "–" : fixed(c[component]!, decimals);
      if (t === undefined || c === undefined) {
        row.delta.textContent = row.scaled.textContent = "–";
        row.bar.style.width = "0";
        continue;
      }
      const raw = c[component]! - t[component]!;
      row.delta.textContent =
        (raw > 0 ? "+" : "") + fixed(channel.kind === "angle" ? wrapAngle(raw) : raw, decimals);
      const unitOf = channel.kind === "quaternion" ? Math.floor(component / 4) : component;
      const error =
        unitOf < componentCount(channel)
          ? componentError(channel, unitOf, Float64Array.from(t), 0, Float64Array.from(c), 0)
          : NaN;
      row.scaled.textContent = figure(error, 2);
      row.bar.style.width = `${(100 * Math.min(1, error / 10) ** 0.5).toFixed(1)}%`;
      row.root.className = error > 1 ? "beyond" : "";
    }
  }
}
