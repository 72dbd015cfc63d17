import type { ExamResult } from "../result.ts";
import { sentence, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table } from "./section.ts";

export function reproducibilitySection({ reproducibility: found }: ExamResult): Markup {
  const title = "Reset reproducibility";
  if ("undefined" in found) return section("reproducibility", title, sentence(found.undefined), html``);
  const notes: Markup[] = [];
  if (found.firstObservation !== null) {
    const { channel, scaledError, start } = found.firstObservation;
    notes.push(
      html`<li>
        First observation:
        ${
          scaledError === 0
            ? "the same as truth's at every start."
            : `at most ${short(scaledError)} tolerances from truth's (${channel}, start #${start}).`
        }
      </li>`,
    );
  }
  if (found.seedsDiffer !== null) {
    notes.push(
      html`<li>
        ${
          found.seedsDiffer
            ? "Different seeds give different futures, as a stochastic world must."
            : "Different seeds give the same future: the world ignores its seed."
        }
      </li>`,
    );
  }
  return section(
    "reproducibility",
    title,
    "The same start, seed and actions once more, under one changed circumstance. Nothing should change.",
    html`<div class="scroll" tabindex="0" role="region" aria-label="Reset reproducibility">
        ${table(
          ["Circumstance", "Rollouts", "Within tolerance", "Bit-identical", "Largest difference"],
          found.variants.map(({ variant, n, withinTolerance, bitIdentical, worst }) => [
            variant,
            String(n),
            `${withinTolerance} of ${n}`,
            `${bitIdentical} of ${n}`,
            worst === null
              ? "none"
              : `${worst.scaledError === null ? "" : `${short(worst.scaledError)} tolerances, `}${worst.at}, start #${worst.start}`,
          ]),
          { text: [0, 4] },
        )}
      </div>
      ${
        notes.length > 0 &&
        html`<ul>
          ${notes}
        </ul>`
      }`,
  );
}
