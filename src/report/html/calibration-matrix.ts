import type { Calibration, CalibrationCell, PlantedDefect } from "../calibration-result.ts";
import { AXES, AXIS_TITLES, CHECK_TITLES, CHECKS } from "../result.ts";
import { html, type Markup } from "./markup.ts";

/** One hue from light to dark, the number in every cell: readable without telling colours apart, and on paper. */
export const matrixStyle = /* css */ `
.matrix { border-collapse: separate; border-spacing: 2px; font-size: 13px; }
.matrix th { font-weight: 500; text-align: left; padding: 2px 6px 2px 0; border: 0; vertical-align: bottom; }
.matrix thead th.property { width: 80px; padding: 2px 0; text-align: center; font-size: 12px; line-height: 1.2; }
.matrix td { border: 0; padding: 3px 0; min-width: 50px; text-align: center; border-radius: 3px; }
.matrix td.rate { background: color-mix(in srgb, var(--truth) calc(var(--share) * 1%), var(--faint)); }
.matrix td.rate.dark { color: var(--paper); }
.matrix td.none { color: var(--muted); }
.matrix td.meant { outline: 2px solid var(--ink); outline-offset: -2px; }
.matrix th, .matrix td { white-space: nowrap; vertical-align: middle; }
.matrix thead th { white-space: normal; vertical-align: bottom; }
.matrix td.none { text-align: left; padding-left: 8px; }
.matrix td.no-score { text-align: center; }
.matrix tbody + tbody::before { content: ""; display: block; height: 5px; }
`;

const PROPERTIES = [...AXES, ...CHECKS];
const TITLES = { ...AXIS_TITLES, ...CHECK_TITLES };

/** Rows: truth, then every defect and severity. Columns: the properties of the exam. */
export function calibrationMatrix({ falseAlarms, defects }: Calibration): Markup {
  const kinds = [...new Set(defects.map(({ kind }) => kind))];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Detection matrix">
    <table class="matrix">
      <thead>
        <tr>
          <th scope="col">Defect</th>
          <th scope="col">Severity</th>
          ${PROPERTIES.map((name) => html`<th scope="col" class="property">${TITLES[name]}</th>`)}
          <th scope="col" class="property">One meant for it</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row" colspan="2">none: truth against itself</th>
          ${PROPERTIES.map((name) => rateCell(falseAlarms[name]?.rate, false))}
          <td></td>
        </tr>
      </tbody>
      ${kinds.map(
        (kind) =>
          html`<tbody>
            ${kindRows(defects.filter((one) => one.kind === kind))}
          </tbody>`,
      )}
    </table>
  </div>`;
}

/** The severities of one kind; one row where it is not planted. */
function kindRows(severities: readonly PlantedDefect[]): Markup {
  const { kind, notApplicable } = severities[0]!;
  if (notApplicable !== null) {
    return html`<tr>
      <th scope="row">${kind}</th>
      <td class="none" colspan="${PROPERTIES.length + 2}">not applicable: ${notApplicable}</td>
    </tr>`;
  }
  return html`${severities.map(
    ({ severity, magnitude, meantFor, found, caught }, i) =>
      html`<tr>
        <th scope="row">${i === 0 ? kind : html`<span class="visually-hidden">${kind}</span>`}</th>
        <th scope="row" title="${magnitude}">${severity}</th>
        ${PROPERTIES.map((name) => rateCell(found?.[name]?.rate, meantFor.includes(name)))}
        ${rateCell(caught?.byOneMeant, false)}
      </tr>`,
  )}`;
}

function rateCell(rate: CalibrationCell["rate"] | undefined, meant: boolean): Markup {
  const outlined = meant ? " meant" : "";
  if (rate === undefined) return html`<td class="none no-score${outlined}">–</td>`;
  if ("undefined" in rate) return html`<td class="none no-score${outlined}" title="${rate.undefined}">–</td>`;
  const share = 100 * rate.value;
  const interval =
    rate.interval === null
      ? ""
      : `, interval ${(100 * rate.interval[0]).toFixed(0)} to ${(100 * rate.interval[1]).toFixed(0)} %`;
  return html`<td
    class="rate${share > 55 ? " dark" : ""}${outlined}"
    style="--share: ${share.toFixed(1)}"
    title="${share.toFixed(1)} % of ${rate.n} seeds${interval}"
  >
    ${Number(share.toFixed(1))}
  </td>`;
}
