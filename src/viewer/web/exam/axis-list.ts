import {
  AXES,
  AXIS_TITLES,
  CHECK_TITLES,
  CHECKS,
  type AxisResult,
  type ExamResult,
} from "../../../report/result.ts";
import { fixed } from "../numbers/format.ts";
import { element } from "../shell/element.ts";

export const STATUS: Readonly<Record<AxisResult["status"], readonly [sign: string, word: string]>> = {
  pass: ["✓", "pass"],
  fail: ["✗", "fail"],
  insufficient: ["?", "insufficient"],
  "not-applicable": ["–", "not applicable"],
  undefined: ["–", "not measured"],
};

/** Every axis with its interval and threshold, and why it came out so. */
export function axisList(result: ExamResult): HTMLElement {
  const { weakestAxis } = result.verdict;
  return element(
    "section",
    { class: "panel axes", "aria-label": "Axes" },
    element("h2", {}, "Axes"),
    element(
      "ul",
      {},
      ...AXES.map((name) => axisRow(AXIS_TITLES[name], result.axes[name], name === weakestAxis)),
      element("li", { class: "axes-more muted" }, "for claims C3 and C4"),
      ...CHECKS.map((name) => axisRow(CHECK_TITLES[name], result.checks[name], false)),
    ),
  );
}

function axisRow(title: string, axis: AxisResult, weakest: boolean): HTMLElement {
  const [sign, word] = STATUS[axis.status];
  const interval =
    axis.interval === null ? "" : `${fixed(axis.interval[0], 2)}–${fixed(axis.interval[1], 2)}`;
  return element(
    "li",
    { class: `axis ${axis.status}` },
    element("h3", {}, title, weakest ? element("span", { class: "tag" }, "weakest") : undefined),
    track(axis),
    element(
      "span",
      { class: "axis-score" },
      axis.score === null ? "–" : fixed(axis.score, 3),
      element("small", { class: "muted" }, ` ${interval}`),
    ),
    element("span", { class: "chip" }, `${sign} ${word}`),
    element("p", { class: "muted axis-reason" }, axis.reason),
  );
}

/** Score as a bar, interval as a whisker, threshold as an upright mark. */
function track({ score, interval, threshold }: AxisResult): HTMLElement {
  const at = (value: number): string => `${(100 * value).toFixed(2)}%`;
  return element(
    "div",
    { class: "axis-track", "aria-hidden": "true" },
    score === null ? undefined : element("i", { class: "bar", style: `width:${at(score)}` }),
    interval === null
      ? undefined
      : element("i", {
          class: "whisker",
          style: `left:${at(interval[0])};width:${at(interval[1] - interval[0])}`,
        }),
    threshold === null ? undefined : element("i", { class: "threshold", style: `left:${at(threshold)}` }),
  );
}
