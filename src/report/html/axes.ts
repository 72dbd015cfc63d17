import { AXES, AXIS_TITLES, type AxisResult, CHECK_TITLES, CHECKS, type ExamResult } from "../result.ts";
import { score, scoreInterval, sentence } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

/** How a status is shown: colour is never all that tells it. */
export const STATUS: Readonly<Record<AxisResult["status"], { sign: string; word: string }>> = {
  pass: { sign: "✓", word: "pass" },
  fail: { sign: "✗", word: "fail" },
  insufficient: { sign: "?", word: "insufficient" },
  "not-applicable": { sign: "–", word: "not applicable" },
  undefined: { sign: "–", word: "not measured" },
};

export function axesSection(result: ExamResult): Markup {
  const axes = AXES.map((name): Scored => ({
    title: AXIS_TITLES[name],
    found: result.axes[name],
    weakest: result.verdict.weakestAxis === name,
  }));
  const checks = CHECKS.map((name): Scored => ({ title: CHECK_TITLES[name], found: result.checks[name] }));
  const level = Math.round(100 * result.contract.confidence);
  return section(
    "axes",
    "Axes",
    `Five properties, each scored from 0 to 1. The weakest one decides, not their mean. The bar is the score, the line
    across its end the ${level}% interval, the upright mark the threshold.`,
    html`<div class="axes">${axes.map(axisRow)}</div>
      <h3>What the claims C3 and C4 need besides</h3>
      <div class="axes">${checks.map(axisRow)}</div>
      ${tableAlternative("Axes as a table", axesTable([...axes, ...checks], level))}`,
  );
}

/** An axis of the gate, or a check that a higher claim needs. */
interface Scored {
  readonly title: string;
  readonly found: AxisResult;
  readonly weakest?: boolean;
}

function axesTable(rows: readonly Scored[], level: number): Markup {
  return table(
    ["Axis", "Score", `${level}% interval`, "n", "Threshold", "Status", "Reason"],
    rows.map(({ title, found }) => [
      title,
      found.score === null ? "–" : found.score.toFixed(3),
      found.interval === null ? "–" : `${found.interval[0].toFixed(3)}–${found.interval[1].toFixed(3)}`,
      String(found.n),
      found.threshold === null ? "–" : score(found.threshold),
      STATUS[found.status].word,
      found.reason,
    ]),
    { text: [0, 5, 6] },
  );
}

function axisRow({ title, found: axis, weakest }: Scored): Markup {
  const { sign, word } = STATUS[axis.status];
  return html`<div class="axis ${axis.status}">
    <h3>${title}${weakest === true && html` <span class="tag">weakest</span>`}</h3>
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
