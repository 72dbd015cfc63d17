import type { SuccessCount } from "../../../report/result.ts";
import type { PolicySoFar } from "../../live-messages.ts";
import { percent } from "../numbers/format.ts";
import { element } from "../shell/element.ts";
import { ranksOf } from "./ranks.ts";

/** Policies in truth's order, with the place that each has in the model: would one choose the same? */
export function policyRanking({
  policies,
  confidence,
}: {
  policies: readonly PolicySoFar[];
  confidence: number;
}): HTMLElement {
  const inTruth = ranksOf(policies.map(({ truth }) => truth.rate));
  const inModel = ranksOf(policies.map(({ candidate }) => candidate.rate));
  const rows = policies
    .map((policy, i) => ({ policy, truth: inTruth[i] ?? null, model: inModel[i] ?? null }))
    .sort((a, b) => (a.truth ?? Infinity) - (b.truth ?? Infinity));
  return element(
    "section",
    { class: "panel ranking", "aria-label": "Policies" },
    element("h2", {}, "Policies, ranked in truth and in the model"),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["policy", "rank", "", "success", "truth", "model", "wrong pass", "wrong fail"].map((text, i) =>
            element(
              "th",
              {
                scope: "col",
                ...(i === 3 ? { class: "wide" } : {}),
                ...(i === 2 ? { "aria-label": "rank in the model" } : {}),
              },
              text,
            ),
          ),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map(({ policy, truth, model }) => {
          const moved = truth !== null && model !== null ? model - truth : 0;
          const { fp, fn } = policy.confusion;
          return element(
            "tr",
            {},
            element("th", { scope: "row" }, policy.policy),
            element("td", { class: "truth-ink" }, truth === null ? "–" : String(truth)),
            element(
              "td",
              { class: `model-rank candidate-ink ${moved === 0 ? "" : "moved"}` },
              `${moved === 0 ? "=" : moved > 0 ? "↓" : "↑"} ${model ?? "–"}`,
            ),
            element("td", { class: "wide" }, dumbbell(policy.truth, policy.candidate)),
            element("td", {}, rate(policy.truth)),
            element("td", {}, rate(policy.candidate)),
            element("td", { class: fp > 0 ? "wrong-pass-ink" : "" }, String(fp)),
            element("td", { class: fn > 0 ? "wrong-fail-ink" : "" }, String(fn)),
          );
        }),
      ),
    ),
    element(
      "p",
      { class: "muted ranking-note" },
      `Points: share of starts that succeed, with ${Math.round(100 * confidence)} % intervals; above in truth, below in the model.`,
    ),
  );
}

function rate({ rate: value }: SuccessCount): string {
  return value === null ? "–" : percent(value, 0);
}

function dumbbell(truth: SuccessCount, candidate: SuccessCount): HTMLElement {
  const at = (value: number): string => `${(100 * value).toFixed(2)}%`;
  const parts = (of: SuccessCount, who: string): HTMLElement[] =>
    of.rate === null
      ? []
      : [
          ...(of.interval === null
            ? []
            : [
                element("i", {
                  class: `whisker ${who}`,
                  style: `left:${at(of.interval[0])};width:${at(of.interval[1] - of.interval[0])}`,
                }),
              ]),
          element("i", { class: `dot ${who}`, style: `left:${at(of.rate)}` }),
        ];
  return element(
    "div",
    { class: "dumbbell", "aria-hidden": "true" },
    ...parts(truth, "truth"),
    ...parts(candidate, "candidate"),
  );
}
