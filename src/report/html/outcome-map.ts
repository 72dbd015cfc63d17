import type { ExamResult, MapPoint, OutcomeMap } from "../result.ts";
import { counted, short, signed } from "./format.ts";
import { html, jsonData, raw, type Markup } from "./markup.ts";
import { agreement, legendEntry, mark } from "./marks.ts";
import { linearScale, type Scale } from "./scale.ts";
import { section, table, tableAlternative } from "./section.ts";

/** Rows of the table under the map; all starts are in `episodes.parquet`. */
const TABLE_ROWS = 200;

type PolicyMap = OutcomeMap["policies"][number];

export function outcomeMapSection(result: ExamResult): Markup {
  const map = result.outcomeMap;
  if (map === null || map.policies.length === 0) {
    return section(
      "map",
      "Outcome map",
      "The scenario varies fewer than two start dimensions: there is no map.",
      html``,
    );
  }
  const shown = mostDisputed(map);
  const others = result.contract.dimensions.length - 2;
  return section(
    "map",
    "Outcome map",
    html`Each mark is one start: where ${map.x.label} and ${map.y.label} stood at time 0. Truth on the left,
    the candidate on the right. Look for ▲ (the candidate passes what fails in truth) and ▼ (it fails what
    succeeds).${others > 0 && ` The other ${counted(others, "start dimension")} differ from mark to mark.`}`,
    html`<fieldset class="choice" data-choice="map">
        <legend>Policy</legend>
        ${map.policies.map(
          ({ policy }, index) =>
            html`<label
              ><input
                type="radio"
                name="map-policy"
                value="${index}"
                ${raw(index === shown ? "checked" : "")}
              /><span>${policy}</span></label
            >`,
        )}
      </fieldset>
      ${map.policies.map((policy, index) => policyMap(map, policy, index, index === shown, result))}
      <p class="legend">
        ${legendEntry("pass", "succeeds in truth", "truth")}
        ${legendEntry("pass", "succeeds in candidate", "candidate")} ${legendEntry("fail", "fails")}
        ${legendEntry("wrong-pass", "wrong pass (optimistic)")}
        ${legendEntry("wrong-fail", "wrong fail (pessimistic)")}
        ${hasFaults(map) && legendEntry("fault", "fault: no outcome")}
      </p>
      <p class="hint no-print">
        Point at a mark, or focus a map and use the arrow keys; <kbd>d</kbd> goes to the next disagreement.
      </p>`,
  );
}

function policyMap(
  map: OutcomeMap,
  { policy, points }: PolicyMap,
  index: number,
  shown: boolean,
  result: ExamResult,
): Markup {
  const x = linearScale(...map.x.range);
  const y = linearScale(...map.y.range);
  const count = (kind: string): number => points.filter((point) => agreement(point) === kind).length;
  const summary = `${policy}: ${counted(points.length, "start")}, ${count("wrong-pass")} wrong passes, ${count("wrong-fail")} wrong fails`;
  const data = {
    x: [map.x.label, map.x.unit],
    y: [map.y.label, map.y.unit],
    points: points.map((point) => pointData(point, x, y)),
  };
  const panel = (world: "truth" | "candidate", name: string): Markup =>
    html`<figure class="map-panel">
      <figcaption><span class="${world}">${world}</span> ${name}</figcaption>
      <div class="plot-frame">
        <span class="y-title">${axisTitle(map.y)}</span>
        <div class="y-ticks" aria-hidden="true">${tickLabels(y, "bottom")}</div>
        <div
          class="plot map"
          tabindex="0"
          role="application"
          aria-roledescription="map of starts"
          aria-label="${world} ${summary}. Arrow keys move from start to start, d to the next disagreement."
        >
          ${raw(panelSvg(world, points, x, y))}
        </div>
        <div class="x-ticks" aria-hidden="true">${tickLabels(x, "left")}</div>
        <span class="x-title">${axisTitle(map.x)}</span>
      </div>
    </figure>`;
  return html`<div class="view" data-view="map" data-index="${index}" ${raw(shown ? "" : "hidden")}>
    <p class="view-title">${summary}</p>
    <div class="map-pair">
      ${[panel("truth", result.truth.name), panel("candidate", result.candidate.name)]}
    </div>
    <script type="application/json">
      ${jsonData(data)}
    </script>
    ${tableAlternative(`Disagreeing starts of ${policy} as a table`, disagreements(map, points))}
  </div>`;
}

function panelSvg(world: "truth" | "candidate", points: readonly MapPoint[], x: Scale, y: Scale): string {
  let svg = `<svg width="100%" height="100%" aria-hidden="true">`;
  for (const tick of x.ticks)
    svg += `<line class="grid" x1="${pc(x.at(tick))}" x2="${pc(x.at(tick))}" y1="0" y2="100%"/>`;
  for (const tick of y.ticks) {
    svg += `<line class="grid" x1="0" x2="100%" y1="${pc(1 - y.at(tick))}" y2="${pc(1 - y.at(tick))}"/>`;
  }
  const late: string[] = [];
  for (const point of points) {
    const [px, py] = [pc(x.at(point.x)), pc(1 - y.at(point.y))];
    const kind = agreement(point);
    const disagrees = kind === "wrong-pass" || kind === "wrong-fail";
    if (world === "candidate" && disagrees) {
      late.push(mark(kind, px, py));
    } else {
      const outcome = world === "truth" ? point.truthOutcome : point.candidateOutcome;
      const shape = outcome === "success" ? "pass" : outcome === "failure" ? "fail" : "fault";
      svg += mark(shape, px, py, outcome === "success" ? world : "");
      if (disagrees) late.push(mark("ring", px, py, kind));
    }
  }
  return `${svg}${late.join("")}</svg>`;
}

function disagreements(map: OutcomeMap, points: readonly MapPoint[]): Markup {
  const rows = points.filter((point) => agreement(point).startsWith("wrong"));
  if (rows.length === 0)
    return html`<p>None: truth and candidate agree on every start that has an outcome.</p>`;
  return html`${table(
    ["Start", axisTitle(map.x), axisTitle(map.y), "Truth margin", "Candidate margin", "Verdict", "Trace"],
    rows
      .slice(0, TABLE_ROWS)
      .map((point) => [
        `#${point.start}`,
        short(point.x),
        short(point.y),
        point.truthMargin === null ? "–" : signed(point.truthMargin),
        point.candidateMargin === null ? "–" : signed(point.candidateMargin),
        agreement(point) === "wrong-pass" ? "▲ wrong pass" : "▼ wrong fail",
        point.trace === undefined ? "" : html`<a href="${point.trace}">${point.trace}</a>`,
      ]),
    { text: [0, 5, 6] },
  )}
  ${rows.length > TABLE_ROWS && html`<p>The first ${TABLE_ROWS} of ${rows.length}; all are in episodes.parquet.</p>`}`;
}

/**
 * What the page's script needs of a start, as an array to keep the page small: place in percent of the plot from the
 * left and top, agreement, start, x, y, margins, and its trace if there is one.
 */
function pointData(point: MapPoint, x: Scale, y: Scale): readonly (string | number)[] {
  const margin = (value: number | null): string => (value === null ? "" : signed(value));
  return [
    Number((100 * x.at(point.x)).toFixed(2)),
    Number((100 - 100 * y.at(point.y)).toFixed(2)),
    agreement(point),
    point.start,
    short(point.x),
    short(point.y),
    margin(point.truthMargin),
    margin(point.candidateMargin),
    ...(point.trace === undefined ? [] : [point.trace]),
  ];
}

function mostDisputed(map: OutcomeMap): number {
  const disputed = map.policies.map(
    ({ points }) => points.filter((point) => agreement(point).startsWith("wrong")).length,
  );
  return disputed.indexOf(Math.max(...disputed));
}

function hasFaults(map: OutcomeMap): boolean {
  return map.policies.some(({ points }) => points.some((point) => agreement(point) === "fault"));
}

function axisTitle({ label, unit }: OutcomeMap["x"]): string {
  return unit === "1" ? label : `${label} (${unit})`;
}

function tickLabels(scale: Scale, side: "left" | "bottom"): readonly Markup[] {
  return scale.ticks.map((tick) => html`<i style="${side}:${pc(scale.at(tick))}">${short(tick)}</i>`);
}

function pc(fraction: number): string {
  return `${Number((100 * fraction).toFixed(2))}%`;
}
