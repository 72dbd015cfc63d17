import type { AxisResult, ExamResult, Transfer } from "../result.ts";
import { percent, percentInterval, sentence, short } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { mark } from "./marks.ts";
import { section, table, tableAlternative } from "./section.ts";

type Policy = Transfer["policies"][number];

const STATISTICS = [
  [
    "meanAbsoluteError",
    "Mean absolute error",
    "how far off the candidate's success rates are, in success rate",
  ],
  ["mmrv", "MMRV", "what a wrong order costs at most, mean over the policies, in success rate"],
  [
    "pairwiseAgreement",
    "Decisions reproduced",
    "pairs of policies that truth decides and the candidate orders alike",
  ],
  ["pearson", "Pearson", "correlation of the rates"],
  ["spearman", "Spearman", "correlation of the ranks"],
  ["kendallTauB", "Kendall τ-b", "concordant less discordant pairs"],
] as const;

export function transferSection({ transfer: found, checks, truth, candidate }: ExamResult): Markup {
  const title = "Policy transfer";
  if ("undefined" in found) return section("transfer", title, sentence(found.undefined), html``);
  const ranked = found.policies.toSorted((a, b) => b.truth.rate - a.truth.rate);
  const level = Math.round(100 * found.confidence);
  return section(
    "transfer",
    title,
    html`Would one choose among the policies in ${candidate.name} as in ${truth.name}? Each mark is a policy,
    with ${level}% intervals of both rates. On the diagonal the candidate says what truth says; above it, it
    flatters.`,
    html`${checkLine(checks.policyTransfer)}
      <div class="scatter-pair">
        ${scatter(ranked)}
        <div class="scroll" tabindex="0" role="region" aria-label="Policies by success in truth">
          ${ranking(ranked)}
        </div>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Transfer statistics">
        ${statistics(found, level)}
      </div>
      <p class="hint">
        MMRV counts ties by the rule ${found.mmrvTieRule}. Intervals are over ${found.intervalsOver}.
      </p>
      ${tableAlternative("Which of two policies is better, in truth and in the candidate", decisions(found))}
      ${tableAlternative("True success rates from few trials of truth", predictionPowered(found))}
      ${found.stopping !== null && tableAlternative("When truth had decided", stopping(found.stopping))}`,
  );
}

/** What a check found, as an axis row says it. */
export function checkLine(check: AxisResult): Markup {
  const score =
    check.score === null || check.threshold === null
      ? ""
      : ` Score ${check.score.toFixed(2)}${check.interval === null ? "" : ` (${check.interval[0].toFixed(2)}–${check.interval[1].toFixed(2)})`}, threshold ${check.threshold.toFixed(2)}.`;
  return html`<p class="check-line">
    <span class="chip ${check.status}">${check.status}</span> ${sentence(check.reason)}${score}
  </p>`;
}

/** Policies are numbered by their success in truth: names would run into each other. */
function scatter(ranked: readonly Policy[]): Markup {
  const at = (rate: number): string => `${(100 * rate).toFixed(2)}%`;
  const down = (rate: number): string => at(1 - rate);
  let svg = `<svg width="100%" height="100%" role="img" aria-label="Success of ${ranked.length} policies, truth across, candidate up">`;
  for (const tick of [0.25, 0.5, 0.75]) {
    svg += `<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="100%"/>`;
    svg += `<line class="grid" x1="0" x2="100%" y1="${at(tick)}" y2="${at(tick)}"/>`;
  }
  svg += `<line class="level" x1="0" y1="100%" x2="100%" y2="0"/>`;
  for (const { truth, candidate } of ranked) {
    const [x, y] = [at(truth.rate), down(candidate.rate)];
    if (truth.interval !== null) {
      svg += `<line class="whisker truth" x1="${at(truth.interval[0])}" x2="${at(truth.interval[1])}" y1="${y}" y2="${y}"/>`;
    }
    if (candidate.interval !== null) {
      svg += `<line class="whisker candidate" x1="${x}" x2="${x}" y1="${down(candidate.interval[0])}" y2="${down(candidate.interval[1])}"/>`;
    }
  }
  for (const [rank, { truth, candidate }] of ranked.entries()) {
    const [x, y] = [at(truth.rate), down(candidate.rate)];
    // To the side where there is room.
    const [dx, anchor] = truth.rate > 0.9 ? [-9, "end"] : [9, "start"];
    const dy = candidate.rate > 0.9 ? 14 : -7;
    svg += `${mark("candidate", x, y)}<text class="mark-name" x="${x}" y="${y}" dx="${dx}" dy="${dy}" text-anchor="${anchor}">${rank + 1}</text>`;
  }
  const ticks = (side: "left" | "bottom"): Markup[] =>
    [0, 0.25, 0.5, 0.75, 1].map((tick) => html`<i style="${side}:${100 * tick}%">${100 * tick}%</i>`);
  return html`<div class="plot-frame scatter">
    <span class="y-title">success in the candidate</span>
    <div class="y-ticks" aria-hidden="true">${ticks("bottom")}</div>
    <div class="plot square">${raw(`${svg}</svg>`)}</div>
    <div class="x-ticks" aria-hidden="true">${ticks("left")}</div>
    <span class="x-title">success in truth</span>
  </div>`;
}

function ranking(ranked: readonly Policy[]): Markup {
  const inCandidate = ranked.toSorted((a, b) => b.candidate.rate - a.candidate.rate);
  const rate = ({ rate: value, interval }: Policy["truth"]): string =>
    `${percent(value)}${interval === null ? "" : ` (${percentInterval(interval)})`}`;
  return table(
    ["Policy", "In truth", "In the candidate", "Rank there", "Error", "Violation"],
    ranked.map((policy, rank) => [
      `${rank + 1} ${policy.policy}`,
      rate(policy.truth),
      rate(policy.candidate),
      String(inCandidate.findIndex(({ candidate }) => candidate.rate === policy.candidate.rate) + 1),
      `${policy.error > 0 ? "+" : ""}${points(policy.error)}`,
      points(policy.violation),
    ]),
    { caption: "Errors and violations in percentage points" },
  );
}

function statistics(found: Transfer, level: number): Markup {
  return table(
    ["Statistic", "Value", `${level}% interval`, ""],
    STATISTICS.map(([key, name, meaning]) => {
      const value = found[key];
      const interval = found.intervals[key];
      return [
        name,
        typeof value === "number" ? short(value) : "undefined",
        interval === null ? "–" : `${short(interval[0])} to ${short(interval[1])}`,
        typeof value === "number" ? meaning : value.undefined,
      ];
    }),
    { text: [0, 3] },
  );
}

function decisions({ pairs, alpha }: Transfer): Markup {
  const said = ({ better, p, difference }: Transfer["pairs"][number]["truth"]): string =>
    `${better ?? "undecided"} (${difference > 0 ? "+" : ""}${points(difference)}, p ${short(p)})`;
  return table(
    ["Pair", "Truth says", "Candidate says", "Reproduced"],
    pairs.map(({ first, second, truth, candidate, reproduced }) => [
      `${first} or ${second}`,
      said(truth),
      said(candidate),
      reproduced === null ? "truth decides nothing" : reproduced ? "✓ yes" : "✗ no",
    ]),
    {
      caption: `Barnard's exact test, two-sided, at ${alpha}; differences in points, first less second`,
      text: [0, 1, 2, 3],
    },
  );
}

function predictionPowered({ predictionPowered: found }: Transfer): Markup {
  if ("undefined" in found) return html`<p>${sentence(found.undefined)}</p>`;
  const one = ({ mean, interval }: { mean: number; interval: [number, number] }): string =>
    `${percent(mean)} (${percentInterval(interval)})`;
  const known = found.policies.flatMap((policy) => ("undefined" in policy ? [] : [policy]));
  const unknown = found.policies.flatMap((policy) => ("undefined" in policy ? [policy] : []));
  return html`<p>
      As if truth had been rolled out from the first ${found.n} starts only, and the candidate from
      ${found.further} more: what the candidate adds to truth's own trials. Right however wrong the candidate
      is, as far as normal theory holds; one made-up trial of each kind is added, as Agresti and Coull do.
    </p>
    ${table(
      [
        "Policy",
        "All starts of truth",
        `${found.n} starts of truth alone`,
        "PPI",
        "PPI++",
        "λ",
        "Shorter by",
      ],
      known.map((policy) => [
        policy.policy,
        percent(policy.truthRate),
        one(policy.classical),
        one(policy.ppi),
        one(policy.ppiPlusPlus),
        short(policy.ppiPlusPlus.lambda),
        policy.shorter < 0 ? `${percent(-policy.shorter)} longer` : percent(policy.shorter),
      ]),
    )}
    ${unknown.map((policy) => html`<p class="hint">${policy.policy}: ${policy.undefined}.</p>`)}`;
}

function stopping({ starts, of, required, pairs }: NonNullable<Transfer["stopping"]>): Markup {
  return table(
    ["Pair", "Better", "e-value", "After"],
    pairs.map(({ first, second, better, eValue, decidedAt }) => [
      `${first} or ${second}`,
      better ?? "open",
      short(eValue),
      decidedAt === null ? "–" : `${decidedAt} starts`,
    ]),
    {
      caption: `${starts} of ${of} starts taken; a pair is decided at an e-value of ${short(required)}`,
      text: [0, 1],
    },
  );
}

function points(difference: number): string {
  return (100 * difference).toFixed(1).replace("-", "−");
}
