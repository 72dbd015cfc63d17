import { quantity, signed } from "../numbers/format.ts";
import { drawing, element } from "../shell/element.ts";
import type { MapData, MapPolicy } from "./map-data.ts";
import type { Slice } from "./map-drawing.ts";
import { kindAt, KIND_NAMES } from "./outcome-kind.ts";

/** What both worlds came to from the start that is pointed at: a note beside it, and a ring around it. */
export class MapTip {
  readonly note = element("div", { class: "map-tip", hidden: true });
  readonly ring = drawing("circle", { r: 10, class: "map-cursor" });

  hide(): void {
    this.note.hidden = true;
    this.ring.style.display = "none";
  }

  /** @returns the same in a sentence */
  show(data: MapData, policy: MapPolicy, slice: Slice, index: number): string {
    const { start, at } = data.starts[index]!;
    const [x, y] = [at[slice.x]!, 1 - at[slice.y]!];
    const kind = kindAt(policy, index);
    const lines = [
      `truth ${marginText(policy.truthMargins[index])}`,
      `candidate ${marginText(policy.candidateMargins[index])}`,
    ];
    this.note.replaceChildren(
      element("b", {}, `Start #${start}`),
      element("span", { class: `kind ${kind}` }, KIND_NAMES[kind]),
      element("span", { class: "truth-ink" }, lines[0]),
      element("span", { class: "candidate-ink" }, lines[1]),
      element(
        "span",
        { class: "muted map-tip-at" },
        data.dimensions
          .map(
            ({ label, unit, range }, d) =>
              `${label} ${quantity(range[0] + at[d]! * (range[1] - range[0]), unit)}`,
          )
          .join(" · "),
      ),
      element("small", { class: "muted" }, "Enter or click: open both traces"),
    );
    this.note.hidden = false;
    this.note.style.left = x < 0.55 ? `calc(${100 * x}% + 14px)` : "auto";
    this.note.style.right = x < 0.55 ? "auto" : `calc(${100 * (1 - x)}% + 14px)`;
    this.note.style.top = y < 0.5 ? `${100 * y}%` : "auto";
    this.note.style.bottom = y < 0.5 ? "auto" : `${100 * (1 - y)}%`;
    this.ring.style.display = "";
    this.ring.setAttribute("cx", `${100 * x}%`);
    this.ring.setAttribute("cy", `${100 * y}%`);
    return `start ${start}, ${KIND_NAMES[kind]}: ${lines.join(", ")}`;
  }
}

function marginText(margin: number | null | undefined): string {
  if (margin === null || margin === undefined) return "gives no outcome";
  return `${margin > 0 ? "succeeds" : "fails"}, margin ${signed(margin)}`;
}
