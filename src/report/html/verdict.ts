import { AXIS_TITLES, CLAIMS, CLAIM_TITLES, type ExamResult } from "../result.ts";
import { counted, percent, percentInterval, score, seconds, sentence } from "./format.ts";
import { html, type Markup } from "./markup.ts";

const WORDS = { pass: "Pass", fail: "Fail", insufficient: "Insufficient" } as const;
const SIGNS = { pass: "✓", fail: "✗", insufficient: "?" } as const;

/** The first screen: what a stranger must know after ten seconds. */
export function verdictSection(result: ExamResult): Markup {
  const { verdict, candidate, truth, scenario } = result;
  return html`<header class="verdict ${verdict.status}">
    <p class="overline">simgate exam · ${scenario.title}</p>
    <h1>May <b>${candidate.name}</b> stand in for <b>${truth.name}</b>?</h1>
    <div class="ruling">
      <p class="stamp" data-verdict="${verdict.status}">
        <span aria-hidden="true">${SIGNS[verdict.status]}</span> ${WORDS[verdict.status]}
      </p>
      <p class="sentence">${verdict.sentence}</p>
    </div>
    ${claimLadder(result)} ${facts(result)}
  </header>`;
}

/** C0 … C4: those granted, the first refused, those not reached. */
function claimLadder({ verdict }: ExamResult): Markup {
  const granted = verdict.claim === null ? -1 : CLAIMS.indexOf(verdict.claim);
  const steps = CLAIMS.map((claim, index) => {
    const state = index <= granted ? "granted" : verdict.refused?.claim === claim ? "refused" : "beyond";
    const word = { granted: "granted", refused: "refused", beyond: "not reached" }[state];
    const sign = { granted: "✓", refused: "✗", beyond: "·" }[state];
    return html`<li class="${state}">
      <span class="rung"><span aria-hidden="true">${sign}</span> ${claim} ${word}</span>
      <span class="use">${CLAIM_TITLES[claim]}</span>
    </li>`;
  });
  return html`<section class="claims" aria-label="Claims">
    <ol>
      ${steps}
    </ol>
    ${
      verdict.refused !== null &&
      html`<p class="refusal">
        <b>Why not ${verdict.refused.claim}?</b> ${sentence(verdict.refused.reason)}
      </p>`
    }
  </section>`;
}

function facts(result: ExamResult): Markup {
  return html`<dl class="facts">
    ${[weakest(result), wrongPasses(result), wrongFails(result), usableHorizon(result)]}
  </dl>`;
}

function fact(title: string, figure: Markup, note: string, className = ""): Markup {
  return html`<div class="fact ${className}">
    <dt>${title}</dt>
    <dd>
      <span class="figure">${figure}</span>
      <span class="note">${note}</span>
    </dd>
  </div>`;
}

function weakest({ verdict, axes }: ExamResult): Markup {
  if (verdict.weakestAxis === null) return fact("Weakest axis", html`none`, "no axis could be scored");
  const axis = axes[verdict.weakestAxis];
  const note = axis.threshold === null ? "" : `, needs ${score(axis.threshold)}`;
  return fact(
    "Weakest axis",
    html`${axis.score === null ? "undefined" : score(axis.score)}`,
    `${AXIS_TITLES[verdict.weakestAxis]}${note}`,
  );
}

function wrongPasses({ overall }: ExamResult): Markup {
  const { fp, tn } = overall.confusion;
  if (fp + tn === 0) return fact("Wrong passes", html`–`, "no rollout fails in truth: widen the panel");
  const rate = overall.falsePassRate;
  const share =
    "undefined" in rate || rate.interval === null
      ? ""
      : ` (${percent(rate.value)}, ${percentInterval(rate.interval)})`;
  return fact(
    "Wrong passes (optimistic)",
    html`${fp} <small>of ${fp + tn}</small>`,
    `rollouts that fail in truth pass in the candidate${share}`,
    fp > 0 ? "optimistic" : "",
  );
}

function wrongFails({ overall }: ExamResult): Markup {
  const { tp, fn } = overall.confusion;
  if (tp + fn === 0) return fact("Wrong fails", html`–`, "no rollout succeeds in truth: widen the panel");
  const rate = overall.falseFailRate;
  const share =
    "undefined" in rate || rate.interval === null
      ? ""
      : ` (${percent(rate.value)}, ${percentInterval(rate.interval)})`;
  return fact(
    "Wrong fails (pessimistic)",
    html`${fn} <small>of ${tp + fn}</small>`,
    `rollouts that succeed in truth fail in the candidate${share}`,
    fn > 0 ? "pessimistic" : "",
  );
}

function usableHorizon({ horizon }: ExamResult): Markup {
  const of = `outcomes agree up to here, of the ${seconds(horizon.horizonSec)} asked for`;
  if (horizon.decisionSec === null) {
    return fact("Decision horizon", html`–`, horizon.details.decision.reason);
  }
  const least = horizon.details.decision.censored ? "≥ " : "";
  const steps = Math.round(horizon.decisionSec / horizon.controlPeriodSec);
  return fact(
    "Decision horizon",
    html`${least}${seconds(horizon.decisionSec)}`,
    `${of} (${counted(steps, "step")})`,
  );
}
