import { CLAIM_TITLES, CLAIMS, type ExamResult } from "../../../report/result.ts";
import { seconds } from "../numbers/format.ts";
import { element } from "../shell/element.ts";

const WORDS = { pass: ["✓", "Pass"], fail: ["✗", "Fail"], insufficient: ["?", "Insufficient"] } as const;

/** The verdict, the claims granted and the first one refused. */
export function verdictCard({ verdict, horizon }: ExamResult): HTMLElement {
  const [sign, word] = WORDS[verdict.status];
  const granted = verdict.claim === null ? -1 : CLAIMS.indexOf(verdict.claim);
  return element(
    "section",
    { class: `panel verdict ${verdict.status}`, "aria-label": "Verdict" },
    element(
      "div",
      { class: "ruling" },
      element("p", { class: "stamp" }, element("span", { "aria-hidden": "true" }, sign), ` ${word}`),
      element("p", { class: "sentence" }, verdict.sentence),
    ),
    element(
      "ol",
      { class: "claims", "aria-label": "Claims" },
      ...CLAIMS.map((claim, i) => {
        const refused = verdict.refused?.claim === claim;
        const state = i <= granted ? "granted" : refused ? "refused" : "beyond";
        return element(
          "li",
          { class: state },
          element("b", {}, `${state === "granted" ? "✓" : state === "refused" ? "✗" : "·"} ${claim}`),
          ` ${CLAIM_TITLES[claim]}`,
        );
      }),
    ),
    verdict.refused === null
      ? undefined
      : element(
          "p",
          { class: "refusal" },
          element("b", {}, `Why not ${verdict.refused.claim}? `),
          verdict.refused.reason,
        ),
    element(
      "p",
      { class: "muted horizons" },
      "usable horizon: ",
      [
        ["prediction valid", horizon.validPredictionTimeSec, horizon.details.validPredictionTime],
        ["conformal", horizon.conformalSec, horizon.details.conformal],
        ["decision", horizon.decisionSec, horizon.details.decision],
      ]
        .map(([name, value, detail]) => {
          const { censored } = detail as { censored: boolean };
          return `${name as string} ${value === null ? "–" : `${censored ? "≥ " : ""}${seconds(value as number)}`}`;
        })
        .join(" · "),
    ),
  );
}
