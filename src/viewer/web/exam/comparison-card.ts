import type { ComparedCandidate, Comparison } from "../../../report/comparison.ts";
import { AXES, AXIS_TITLES, CHECK_TITLES, CHECKS, type AxisResult } from "../../../report/result.ts";
import { fixed, seconds } from "../numbers/format.ts";
import { element } from "../shell/element.ts";
import { STATUS } from "./axis-list.ts";

/** Several candidates side by side: what each may be used for, on which axis they part, and which is better. */
export function comparisonCard(
  { candidates, pairs, notes }: Comparison,
  chosen: number,
  choose: (candidate: number) => void,
): HTMLElement {
  const row = (title: string, cell: (candidate: ComparedCandidate) => string | HTMLElement): HTMLElement =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      ...candidates.map((candidate) => element("td", {}, cell(candidate))),
    );
  return element(
    "section",
    { class: "panel comparison", "aria-label": "Candidates side by side" },
    element("h2", {}, "Candidates side by side"),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, "shown below"),
          ...candidates.map(({ label }, i) =>
            element(
              "th",
              { scope: "col" },
              element(
                "button",
                { type: "button", "aria-pressed": String(i === chosen), onclick: () => choose(i) },
                label,
              ),
            ),
          ),
        ),
      ),
      element(
        "tbody",
        {},
        row("verdict", ({ verdict: { status } }) =>
          element("span", { class: `chip ${status}` }, `${STATUS[status][0]} ${status}`),
        ),
        row("claim", ({ verdict: { claim } }) => claim ?? "none"),
        row("leaves truth after", ({ divergence: { medianSec, channels } }) =>
          medianSec === null ? "never, mostly" : `${seconds(medianSec)}, ${channels[0]?.channel ?? ""}`,
        ),
        ...AXES.map((name) => row(AXIS_TITLES[name], ({ axes }) => score(axes[name]))),
        ...CHECKS.map((name) => row(CHECK_TITLES[name], ({ checks }) => score(checks[name]))),
      ),
    ),
    element("ul", { class: "pairs" }, ...pairs.map(({ sentence }) => element("li", {}, sentence))),
    ...notes.map((note) => element("p", { class: "muted" }, `note: ${note}`)),
  );
}

function score({ status, score: value, interval }: AxisResult): HTMLElement {
  const spread = interval === null ? "" : ` ${fixed(interval[0], 2)}–${fixed(interval[1], 2)}`;
  return element(
    "span",
    {},
    `${STATUS[status][0]} ${value === null ? "–" : fixed(value, 2)}`,
    element("small", { class: "muted" }, spread),
  );
}
