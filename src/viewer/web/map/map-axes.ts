import { figure } from "../numbers/format.ts";
import { element } from "../shell/element.ts";
import type { MapDimension } from "./map-data.ts";
import type { Slice } from "./map-drawing.ts";

/** Titles and ticks of the two dimensions that the map lies over. */
export class MapAxes {
  readonly #xTitle = element("span", { class: "x-title" });
  readonly #yTitle = element("span", { class: "y-title" });
  readonly #xTicks = element("div", { class: "x-ticks", "aria-hidden": "true" });
  readonly #yTicks = element("div", { class: "y-ticks", "aria-hidden": "true" });

  /** The plot, in a frame of them. */
  around(plot: HTMLElement): HTMLElement {
    return element(
      "div",
      { class: "map-frame" },
      this.#yTitle,
      this.#yTicks,
      plot,
      element("span", {}),
      element("span", {}),
      this.#xTicks,
      element("span", {}),
      element("span", {}),
      this.#xTitle,
    );
  }

  draw({ x, y }: Slice, dimensions: readonly MapDimension[]): void {
    for (const [d, title, ticks, side] of [
      [x, this.#xTitle, this.#xTicks, "left"],
      [y, this.#yTitle, this.#yTicks, "bottom"],
    ] as const) {
      const { label, unit, range } = dimensions[d]!;
      title.textContent = unit === "1" ? label : `${label} (${unit})`;
      ticks.replaceChildren(
        ...[0, 0.25, 0.5, 0.75, 1].map((share) =>
          element(
            "i",
            { style: `${side}:${100 * share}%` },
            figure(range[0] + share * (range[1] - range[0])),
          ),
        ),
      );
    }
  }
}
