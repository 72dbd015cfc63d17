import { AXES, AXIS_TITLES, type AxisResult, type ExamResult } from "../result.ts";
import { score, scoreInterval, sentence } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

const STATUS: Readonly<Record<AxisResult["status"], { sign: string; word: string }>> = {
  pass: { sign: "✓", word: "pass" },
  fail: { sign: "✗", word: "fail" },
  insufficient: { sign: "?", word: "insufficient" },
  "not-applicable": { sign: "–", word: "not applicable" },
  undefined: { sign: "–", word: "not measured" },
};

export function axesSection(result: ExamResult): Markup {
  const rows = AXES.map((name) =>
    axisRow(AXIS_TITLES[name], result.axes[name], result.verdict.weakestAxis === name),
  );
  const level = Math.round(100 * result.contract.confidence);
  const asTable = table(
    ["Axis", "Score", `${level}% interval`, "n", "Threshold", "Status", "Reason"],
    AXES.map((name) => {
      const axis = result.axes[name];
      return [
        AXIS_TITLES[name],
        axis.score === null ? "–" : axis.score.toFixed(3),
        axis.interval === null ? "–" : `${axis.interval[0].toFixed(3)}–${axis.interval[1].toFixed(3)}`,
        String(axis.n),
        axis.threshold === null ? "–" : score(axis.threshold),
        STATUS[axis.status].word,
        axis.reason,
      ];
    }),
    { text: [0, 5, 6] },
  );
  return section(
    "axes",
    "Axes",
    `Five properties, each scored from 0 to 1. The weakest one decides, not their mean. The bar is the score, the line
    across its end the ${level}% interval, the upright mark the threshold.`,
    html`<div class="axes">${rows}</div>
      ${tableAlternative("Axes as a table", asTable)}`,
  );
}

function axisRow(title: string, axis: AxisResult, weakest: boolean): Markup {
  const { sign, word } = STATUS[axis.status];
  return html`<div class="axis ${axis.status}">
    <h3>${title}${weakest && html` <span class="tag">weakest</span>`}</h3>
    <div class="track">${raw(bar(title, axis))}</div>
    <p class="value">
      ${axis.score === null ? "–" : score(axis.score)}
      ${axis.interval !== null && html`<small>${scoreInterval(axis.interval)}</small>`}
    </p>
    <p class="chip ${axis.status}"><span aria-hidden="true">${sign}</span> ${word}</p>
    <p class="reason">
      ${sentence(axis.reason)}${axis.n > 0 && html` <span class="n">n ${axis.n.toLocaleString("en")}</span>`}
    </p>
  </div>`;
}

/** Percent coordinates across, px down: the bar stretches with the page, its strokes do not. */
function bar(title: string, axis: AxisResult): string {
  const at = (value: number): string => `${(100 * value).toFixed(2)}%`;
  const said =
    axis.score === null
      ? `${title}: ${STATUS[axis.status].word}`
      : `${title}: ${score(axis.score)}${axis.threshold === null ? "" : `, threshold ${score(axis.threshold)}`}, ${STATUS[axis.status].word}`;
  let svg = `<svg width="100%" height="30" role="img" aria-label="${html`${said}`.text}">`;
  svg += `<rect class="ground" x="0" y="9" width="100%" height="12" rx="2"/>`;
  if (axis.score === null) {
    svg += `<rect x="0" y="9" width="100%" height="12" rx="2" fill="url(#p-none)"/>`;
  } else {
    svg += `<rect class="bar" x="0" y="9" width="${at(axis.score)}" height="12" rx="2"/>`;
  }
  if (axis.interval !== null) {
    const [low, high] = axis.interval;
    svg += `<line class="whisker under" x1="${at(low)}" x2="${at(high)}" y1="15" y2="15"/>`;
    svg += `<line class="whisker" x1="${at(low)}" x2="${at(high)}" y1="15" y2="15"/>`;
    for (const end of [low, high]) {
      svg += `<line class="whisker" x1="${at(end)}" x2="${at(end)}" y1="11" y2="19"/>`;
    }
  }
  if (axis.threshold !== null && axis.score !== null) {
    svg += `<line class="threshold" x1="${at(axis.threshold)}" x2="${at(axis.threshold)}" y1="2" y2="28"/>`;
  }
  return `${svg}</svg>`;
}
