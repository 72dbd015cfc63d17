import type { ExamResult, Interval, Measure, PolicyResult, SuccessCount } from "../result.ts";
import { measureText, percent, percentInterval, score, scoreInterval, short } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { legendEntry, mark } from "./marks.ts";
import { section, table, tableAlternative } from "./section.ts";

export function policiesSection(result: ExamResult): Markup {
  const level = Math.round(100 * result.contract.confidence);
  const policies = result.policies.toSorted((a, b) => (b.truth.rate ?? -1) - (a.truth.rate ?? -1));
  const counts = table(
    [
      "Policy",
      "Truth",
      "Candidate",
      "False-pass rate",
      "False-discovery rate",
      "False-fail rate",
      "Faults truth / candidate",
    ],
    policies.map((policy) => [
      policy.policy,
      countText(policy.truth),
      countText(policy.candidate),
      measureText(policy.falsePassRate),
      measureText(policy.falseDiscoveryRate),
      measureText(policy.falseFailRate),
      `${policy.truth.faults} / ${policy.candidate.faults}`,
    ]),
  );
  return section(
    "policies",
    "Success per policy",
    `Every policy from the same starts in both worlds. On the left how often it succeeds, with ${level}% intervals; on
    the right how the candidate's verdict on each start compares with truth's.`,
    html`<p class="legend">
        ${legendEntry("truth", "truth")} ${legendEntry("candidate", "candidate")}
        <span class="key"><i class="swatch tp"></i>both pass</span>
        <span class="key"><i class="swatch fp"></i>wrong pass ▲</span>
        <span class="key"><i class="swatch fn"></i>wrong fail ▼</span>
        <span class="key"><i class="swatch tn"></i>both fail</span>
      </p>
      <div class="policies">
        ${policies.map(policyRow)}
        <div class="policy-axis" aria-hidden="true">
          <span></span>
          <span class="ticks"><i>0%</i><i>50%</i><i>100%</i></span>
        </div>
      </div>
      ${repeatabilityNote(result)} ${tableAlternative("Success and error rates as a table", counts)}`,
  );
}

/** Beside what a policy cannot repeat, its disagreement in the candidate is to be seen. */
function repeatabilityNote({ policies }: ExamResult): Markup | false {
  const rows = policies.flatMap(({ policy, repeatability }) =>
    repeatability === undefined
      ? []
      : [
          [
            policy,
            measureText(repeatability.sameOutcome),
            scoreText(repeatability.youden),
            repeatability.medianMarginDifference === null ? "–" : short(repeatability.medianMarginDifference),
          ],
        ],
  );
  if (rows.length === 0) return false;
  return html`<p>
      These policies cannot be seeded, so truth was run from the same starts a second time: no candidate can
      be expected to agree with truth better than truth agrees with itself.
    </p>
    ${table(["Policy", "Ends alike", "Task validity of truth against itself", "Median difference of margins"], rows)}`;
}

function scoreText(measure: Measure): string {
  if ("undefined" in measure) return measure.undefined;
  return `${score(measure.value)}${measure.interval === null ? "" : ` (${scoreInterval(measure.interval)})`}`;
}

function policyRow(policy: PolicyResult): Markup {
  const { tp, fp, fn, tn } = policy.confusion;
  return html`<div class="policy">
    <h3>${policy.policy} <span class="kind">${policy.kind}</span></h3>
    <div class="rates">
      ${raw(dumbbell(policy))}
      <p class="rate-text">
        <span class="truth">${shareText(policy.truth)}</span> →
        <span class="candidate">${shareText(policy.candidate)}</span>
      </p>
    </div>
    <div class="decisions">
      ${raw(confusionBar(policy))}
      <table class="confusion">
        <caption class="visually-hidden">
          Decisions on ${policy.policy}
        </caption>
        <tr>
          <td></td>
          <th scope="col">truth passes</th>
          <th scope="col">truth fails</th>
        </tr>
        <tr>
          <th scope="row">candidate passes</th>
          <td>${tp}</td>
          <td class="${fp > 0 ? "fp" : ""}">${fp}${fp > 0 && " ▲"}</td>
        </tr>
        <tr>
          <th scope="row">candidate fails</th>
          <td class="${fn > 0 ? "fn" : ""}">${fn}${fn > 0 && " ▼"}</td>
          <td>${tn}</td>
        </tr>
      </table>
    </div>
  </div>`;
}

/** Truth above, candidate below, joined: the longer and steeper the join, the further off the candidate is. */
function dumbbell(policy: PolicyResult): string {
  const said = html`${policy.policy}: truth ${countText(policy.truth)}, candidate
  ${countText(policy.candidate)}`;
  let svg = `<svg width="100%" height="40" role="img" aria-label="${said.text}">`;
  for (const tick of [0, 25, 50, 75, 100]) {
    svg += `<line class="grid" x1="${tick}%" x2="${tick}%" y1="0" y2="40"/>`;
  }
  const [truth, candidate] = [policy.truth.rate, policy.candidate.rate];
  if (truth !== null && candidate !== null) {
    svg += `<line class="join" x1="${100 * truth}%" y1="13" x2="${100 * candidate}%" y2="27"/>`;
  }
  svg += whisker(policy.truth.interval, 13, "truth") + whisker(policy.candidate.interval, 27, "candidate");
  if (truth !== null) svg += mark("truth", `${100 * truth}%`, "13");
  if (candidate !== null) svg += mark("candidate", `${100 * candidate}%`, "27");
  return `${svg}</svg>`;
}

function whisker(interval: Interval | null, y: number, className: string): string {
  if (interval === null) return "";
  return `<line class="whisker ${className}" x1="${100 * interval[0]}%" x2="${100 * interval[1]}%" y1="${y}" y2="${y}"/>`;
}

function confusionBar({ policy, confusion: { tp, fp, fn, tn } }: PolicyResult): string {
  const total = tp + fp + fn + tn;
  if (total === 0) return "";
  let from = 0;
  const said = html`${policy}: ${tp} both pass, ${fp} wrong passes, ${fn} wrong fails, ${tn} both fail`;
  let svg = `<svg width="100%" height="14" role="img" aria-label="${said.text}">`;
  for (const [name, count] of [
    ["tp", tp],
    ["fp", fp],
    ["fn", fn],
    ["tn", tn],
  ] as const) {
    const width = (100 * count) / total;
    if (count > 0) svg += `<rect class="${name}" x="${from}%" y="0" width="${width}%" height="14"/>`;
    from += width;
  }
  return `${svg}</svg>`;
}

function shareText({ rate, successes, trials }: SuccessCount): string {
  return rate === null ? "no valid rollout" : `${percent(rate)} (${successes}/${trials})`;
}

function countText({ rate, interval, successes, trials }: SuccessCount): string {
  if (rate === null) return "no valid rollout";
  const range = interval === null ? "" : ` (${percentInterval(interval)})`;
  return `${successes}/${trials} = ${percent(rate)}${range}`;
}
