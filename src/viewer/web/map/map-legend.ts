import { drawing, element } from "../shell/element.ts";
import { KIND_NAMES, KIND_SHAPES, type OutcomeKind } from "./outcome-kind.ts";

/** What the marks and lines of the map mean. */
export function mapLegend(): HTMLElement {
  const mark = (kind: OutcomeKind): HTMLElement =>
    element(
      "li",
      {},
      drawing(
        "svg",
        { viewBox: "-8 -8 16 16", width: 15, height: 15, "aria-hidden": "true" },
        drawing("path", { d: KIND_SHAPES[kind], class: `mark ${kind}` }),
      ),
      KIND_NAMES[kind],
    );
  const line = (who: string, text: string): HTMLElement =>
    element("li", {}, element("i", { class: `line ${who}` }), text);
  return element(
    "ul",
    { class: "map-legend", "aria-label": "Key of the map" },
    mark("pass"),
    mark("fail"),
    mark("wrong-pass"),
    mark("wrong-fail"),
    line("truth", "truth's boundary"),
    line("candidate", "the candidate's boundary"),
  );
}
