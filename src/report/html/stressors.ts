import {
  AXES,
  AXIS_TITLES,
  type AxisName,
  type AxisResult,
  type ExamResult,
  type StressorResult,
  type Stressors,
} from "../result.ts";
import { STATUS } from "./axes.ts";
import { counted, measureText, percent, score, sentence, signed } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

export function stressorsSection({ stressors: found }: ExamResult): Markup {
  const title = "Stressors";
  if ("undefined" in found) return section("stressors", title, sentence(found.undefined), html``);
  const shown = AXES.filter((axis) =>
    [found.unstressed, ...found.stressors.map(({ axes }) => axes)].some((axes) => axes[axis].score !== null),
  );
  const rows = [
    ["none", ...shown.map((axis) => cell(found.unstressed[axis], null)), "", ""],
    ...found.stressors.map(({ name, axes, difference, falsePassRate, weakestAxis }) => [
      name,
      ...shown.map((axis) => cell(axes[axis], difference[axis])),
      "undefined" in falsePassRate ? "–" : measureText(falsePassRate),
      weakestAxis === null ? "–" : AXIS_TITLES[weakestAxis].toLowerCase(),
    ]),
  ];
  return section(
    "stressors",
    title,
    `The axes again with the same made harder for truth and candidate, from the first ${counted(found.starts, "start")} of the
    panel, and how far each score moves from the one without a stressor from the same starts. No part of the gate:
    a stand-in that fails here is one for fair weather.`,
    html`<p>${sentence(breaks(found))}</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Axes under each stressor">
        ${table(
          ["Stressor", ...shown.map((axis) => AXIS_TITLES[axis]), "False passes", "Weakest axis"],
          rows,
          { text: rows[0]!.map((_, column) => column) },
        )}
      </div>
      <ul>
        ${found.stressors.map((stressor) => html`<li><b>${stressor.name}</b>: ${told(stressor)}</li>`)}
      </ul>
      ${
        found.stressors.some(isMeasured)
          ? tableAlternative("Success by policy under each stressor", policyTable(found))
          : ""
      }
      ${
        found.stressors.some(({ wordings }) => wordings !== undefined)
          ? tableAlternative("Success in each wording", wordingTable(found))
          : ""
      }`,
  );
}

function isMeasured({ axes }: StressorResult): boolean {
  return axes.taskValidity.status !== "not-applicable";
}

/** What breaks first, and what else. */
function breaks({ broken, stressors }: Stressors): string {
  const measured = stressors.filter(isMeasured).length;
  if (measured === 0) return "none of them can change anything here: see each below";
  const named = ({ stressor, axis }: { stressor: string; axis: AxisName }): string =>
    `${AXIS_TITLES[axis].toLowerCase()} under ${stressor}`;
  const [first, ...others] = broken;
  if (first === undefined) return `no axis that passes without a stressor fails under any of the ${measured}`;
  return `what breaks first is ${named(first)}${others.length === 0 ? "" : `, then ${others.map(named).join(", ")}`}`;
}

/** What it does, and what came of it where its axes do not tell. */
function told({ kind, description, axes: { taskValidity }, changed }: StressorResult): string {
  const parts = [sentence(description)];
  if (taskValidity.status === "not-applicable")
    parts.push(`Not applicable: ${sentence(taskValidity.reason)}`);
  if (changed !== undefined) {
    const [truth, candidate] = [measureText(changed.truth), measureText(changed.candidate)];
    parts.push(
      kind === "prompt-drift"
        ? `Told so, ${truth} of the rollouts end otherwise in truth, ${candidate} in the candidate.`
        : `It takes away nothing that matters: of truth's rollouts ${truth} end otherwise than without it, of the candidate's ${candidate}.`,
    );
  }
  return parts.join(" ");
}

function cell(axis: AxisResult, difference: number | null): Markup {
  const { sign, word } = STATUS[axis.status];
  const chip = html`<span class="chip ${axis.status}" title="${axis.reason}"
    ><span aria-hidden="true">${sign}</span> ${word}</span
  >`;
  if (axis.score === null) return chip;
  const moved = difference === null ? "" : Math.abs(difference) < 0.005 ? "±0" : signed(round(difference));
  return html`${score(axis.score)} <small>${moved}</small> ${chip}`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

function rateOf({ rate, trials }: StressorResult["policies"][number]["truth"]): string {
  return `${rate === null ? "–" : percent(rate)} of ${trials}`;
}

function policyTable({ stressors }: Stressors): Markup {
  return table(
    ["Stressor", "Policy", "Truth", "Candidate"],
    stressors.flatMap(({ name, policies }) =>
      policies.map(({ policy, truth, candidate }) => [name, policy, rateOf(truth), rateOf(candidate)]),
    ),
    { text: [0, 1] },
  );
}

function wordingTable({ stressors }: Stressors): Markup {
  return table(
    ["Stressor", "What is said", "Truth", "Candidate"],
    stressors.flatMap(({ name, wordings = [] }) =>
      wordings.map(({ wording, truth, candidate }) => [
        name,
        wording === null ? "the own words" : `“${wording}”`,
        rateOf(truth),
        rateOf(candidate),
      ]),
    ),
    { text: [0, 1] },
  );
}
