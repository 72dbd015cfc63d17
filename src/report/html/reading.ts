import { html, type Markup } from "./markup.ts";
import { section } from "./section.ts";

const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  ["Truth", "the world taken as reference; the candidate is the world under exam."],
  [
    "Start",
    "one initial condition with its parameters and seed. Truth and candidate are given the same ones.",
  ],
  ["Margin", "how far a rollout is from the other outcome, in tolerances: success means a margin above 0."],
  [
    "Tolerance",
    "how far off, per channel, the task can bear. An error of 1 tolerance is where trouble begins.",
  ],
  [
    "Wrong pass ▲",
    "the candidate says the policy succeeds, truth says it fails: optimistic, and the dangerous kind. False-pass rate: of the rollouts that fail in truth; false-discovery rate: of those that pass in the candidate.",
  ],
  ["Wrong fail ▼", "the candidate says the policy fails, truth says it succeeds: pessimistic."],
  [
    "Interval",
    "where the true figure lies with the stated confidence. An interval that straddles its threshold neither passes nor fails: insufficient evidence.",
  ],
  [
    "Persistence, constant velocity, linear model",
    "predictions that need no learning: nothing changes; everything goes on as it moves; a ridge regression.",
  ],
];

export function readingSection(): Markup {
  return section(
    "reading",
    "How to read this",
    "A learned world may replace a simulator only if the decisions made inside it are those that truth would force. How real it looks is no evidence.",
    html`<dl class="terms">
      ${TERMS.map(
        ([term, meaning]) =>
          html`<dt>${term}</dt>
            <dd>${meaning}</dd>`,
      )}
    </dl>`,
  );
}
