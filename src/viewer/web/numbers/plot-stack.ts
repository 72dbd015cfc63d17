import type { Opened } from "../run/opened.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { onTheme } from "../shell/theme.ts";
import { channelPlots, errorPlot, fanLines, marginPlot, type Plot } from "./plot-lines.ts";
import { TimePlot } from "./time-plot.ts";

/** So many are in sight at first: they are not waited for to be found so. */
const FIRST_IN_SIGHT = 2;

/** All plots of a run, one below the other; those out of sight cost nothing. */
export class PlotStack {
  readonly root = element("section", { class: "panel plots", "aria-label": "Plots", tabindex: 0 });
  readonly #workspace: Workspace;
  readonly #plots = new Map<string, TimePlot>();
  readonly #sight: IntersectionObserver;
  #selected: string | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#sight = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          this.#plots.get((target as HTMLElement).dataset["plot"] ?? "")?.setSeen(isIntersecting);
        }
      },
      { root: this.root, rootMargin: "80px" },
    );
    new ResizeObserver(() => {
      for (const plot of this.#plots.values()) plot.resize();
    }).observe(this.root);
    const drawHeads = oncePerFrame(() => {
      for (const plot of this.#plots.values()) plot.drawHead();
    });
    const drawFirst = oncePerFrame(() => {
      for (const plot of [...this.#plots.values()].slice(0, FIRST_IN_SIGHT)) plot.setSeen(true);
    });
    workspace.opened.on((opened) => {
      const isFirst = this.#plots.size === 0;
      this.#setOpened(opened);
      if (isFirst) drawFirst();
    });
    workspace.clock.changed.on(drawHeads);
    workspace.fanned.on(() => this.#drawFan());
    workspace.selected.on((channel) => this.#select(channel));
    onTheme(() => {
      for (const plot of this.#plots.values()) plot.redraw();
    });
  }

  #setOpened(opened: Opened): void {
    const wanted = this.#wanted(opened);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, plot] of this.#plots) {
      if (keys.has(key)) continue;
      this.#sight.unobserve(plot.root);
      plot.root.remove();
      this.#plots.delete(key);
    }
    wanted.forEach((plot, i) => {
      const known = this.#plots.get(plot.key);
      if (known !== undefined) {
        known.setPlot(plot);
        return;
      }
      const made = new TimePlot(plot, this.#workspace.clock);
      this.#plots.set(plot.key, made);
      this.root.insertBefore(made.root, this.root.children[i] ?? null);
      this.#sight.observe(made.root);
    });
    this.#drawFan();
  }

  #wanted({ comparison, margins, worlds }: Opened): readonly Plot[] {
    return [
      ...(comparison === undefined ? [] : [errorPlot(comparison, this.#selected)]),
      ...(margins.length === 0 ? [] : [marginPlot(margins)]),
      ...channelPlots(worlds, "observation"),
      ...channelPlots(worlds, "applied"),
    ];
  }

  #select(channel: string): void {
    this.#selected = channel;
    const { current } = this.#workspace;
    if (current !== undefined) this.#setOpened(current);
    for (const { root, plot } of this.#plots.values()) {
      root.classList.toggle("selected", plot.channel === channel);
    }
    const first = [...this.#plots.values()].find(({ plot }) => plot.channel === channel);
    if (first !== undefined) this.root.scrollTo({ top: first.root.offsetTop - 4, behavior: "instant" });
  }

  #drawFan(): void {
    const { fan, current } = this.#workspace;
    const periodSec = current?.truth.controlPeriodSec ?? this.#workspace.session?.scenario?.controlPeriodSec;
    for (const one of this.#plots.values()) {
      const { channel: name, key } = one.plot;
      const signal = name === undefined ? undefined : current?.truth.observation[name];
      if (
        fan === undefined ||
        signal === undefined ||
        periodSec === undefined ||
        !key.startsWith("observation/")
      ) {
        one.setOverlay([]);
        continue;
      }
      const own = [...this.#plots.values()].filter(
        ({ plot }) => plot.channel === name && plot.key.startsWith("observation/"),
      );
      one.setOverlay(fanLines(fan, signal.channel, own.indexOf(one), periodSec));
    }
  }
}
