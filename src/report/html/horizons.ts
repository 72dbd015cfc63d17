import type { Horizon, HorizonDetail } from "../result.ts";
import { counted, seconds, sentence } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { section } from "./section.ts";

const MEANINGS = {
  validPredictionTime:
    "Until here the typical prediction still follows the signal: median error within 0.4 of its standard deviation.",
  conformal:
    "Until here a new rollout stays within tolerance with the stated probability (split conformal bound).",
  decision:
    "Until here judging a rollout in the candidate gives the outcome that truth gives, at the required rate.",
} as const;

export function horizonsSection(horizon: Horizon): Markup {
  const rows = [
    row(
      "Valid prediction time",
      "vpt",
      horizon.validPredictionTimeSec,
      horizon.details.validPredictionTime,
      MEANINGS.validPredictionTime,
      horizon,
    ),
    row(
      "Conformal horizon",
      "conformal",
      horizon.conformalSec,
      horizon.details.conformal,
      MEANINGS.conformal,
      horizon,
    ),
    row(
      "Decision horizon",
      "decision",
      horizon.decisionSec,
      horizon.details.decision,
      MEANINGS.decision,
      horizon,
    ),
  ];
  return section(
    "horizon",
    "Usable horizon",
    `How long the candidate may be believed, by three measures. The whole bar is ${seconds(horizon.horizonSec)}, the
    longest rollout; an arrow at its end says that the limit was not reached.`,
    html`<div class="horizons">${rows}</div>`,
  );
}

function row(
  title: string,
  className: string,
  atSec: number | null,
  detail: HorizonDetail,
  meaning: string,
  horizon: Horizon,
): Markup {
  const share = atSec === null ? 0 : Math.min(1, atSec / horizon.horizonSec);
  const steps = atSec === null ? "" : counted(Math.round(atSec / horizon.controlPeriodSec), "control step");
  const value = atSec === null ? "no value" : `${detail.censored ? "≥ " : ""}${seconds(atSec)}`;
  const bar =
    `<svg width="100%" height="18" role="img" aria-label="${html`${title}: ${value}`.text}">` +
    `<rect class="ground" x="0" y="5" width="100%" height="8" rx="2"/>` +
    (atSec === null ? `<rect x="0" y="5" width="100%" height="8" rx="2" fill="url(#p-none)"/>` : "") +
    `<rect class="bar ${className}" x="0" y="5" width="${(100 * share).toFixed(2)}%" height="8" rx="2"/>` +
    (detail.censored && atSec !== null
      ? `<svg x="${(100 * share).toFixed(2)}%" y="0" width="12" height="18" overflow="visible"><path class="bar ${className}" d="M-1 1L9 9L-1 17Z"/></svg>`
      : "") +
    `</svg>`;
  return html`<div class="horizon-row">
    <h3>${title}</h3>
    <div class="track">${raw(bar)}</div>
    <p class="value">${value}<small>${steps}</small></p>
    <p class="reason">
      ${meaning}
      <span class="detail"
        >${sentence(detail.reason)}${detail.n > 0 && html` <span class="n">n ${detail.n.toLocaleString("en")}</span>`}</span
      >
    </p>
  </div>`;
}
