import type { AttributedFailure, Attribution, ExamResult } from "../result.ts";
import { measureText, signed } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

const TITLE = "Which part is to blame";

export function attributionSection({ attribution }: ExamResult): Markup {
  if ("undefined" in attribution) return section("attribution", TITLE, `${attribution.undefined}.`, html``);
  const { replacements, examined, failures, sentence } = attribution;
  return section(
    "attribution",
    TITLE,
    `${sentence} Each failure is rolled out again with one part replaced by its oracle; the smallest replacement with
    which it goes away names the cause.`,
    html`${causesTable(attribution)}
      <p class="hint">
        ${failures.wrongPasses} wrong passes, ${failures.wrongFails} wrong fails and ${failures.faults} faults
        in all; ${failures.examined} of them examined, the worst of each policy and others at random.
      </p>
      ${tableAlternative(
        "Every replacement, and how many failures it cures",
        table(
          ["Replacement", "What is replaced", "Failures that go away"],
          replacements.map(({ name, meaning, tried, cured, share }) => [
            name,
            meaning,
            tried === 0 ? "nothing to replace" : `${cured} of ${tried}, ${measureText(share)}`,
          ]),
          { text: [0, 1] },
        ),
      )}
      ${tableAlternative(
        "Every examined failure",
        table(
          ["Failure", "Margin in truth", "Margin in the candidate", "Cause", "Goes away with"],
          examined.map((failure) => [
            failureName(failure),
            margin(failure.truthMargin),
            margin(failure.candidateMargin),
            failure.cause?.part ?? "no single one",
            cures(failure),
          ]),
          { text: [0, 3, 4] },
        ),
      )}`,
  );
}

function causesTable({ causes }: Attribution): Markup {
  return table(
    ["Part to blame", "Failures", "Share"],
    causes.map(({ part, count, share }) => [
      part ?? "no single replacement cures",
      String(count),
      measureText(share),
    ]),
  );
}

function failureName({ policy, start, kind, trace }: AttributedFailure): Markup {
  const name = `${kind}: ${policy}, start #${start}`;
  return trace === undefined ? html`${name}` : html`<a href="${trace}">${name}</a>`;
}

function cures({ experiments }: AttributedFailure): string {
  const cured = experiments.filter((one) => one.cured).map(({ replacement }) => replacement);
  return cured.length === 0 ? "–" : cured.join("; ");
}

function margin(value: number | null): string {
  return value === null ? "fault" : signed(value);
}
