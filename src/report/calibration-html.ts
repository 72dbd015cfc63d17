import type { Calibration } from "./calibration-result.ts";
import { calibrationMatrix, matrixStyle } from "./html/calibration-matrix.ts";
import { counted, measureText, percent } from "./html/format.ts";
import { html, raw, type Markup } from "./html/markup.ts";
import { page } from "./html/page.ts";
import { entry } from "./html/provenance.ts";
import { section, table } from "./html/section.ts";
import { AXIS_TITLES, CHECK_TITLES } from "./result.ts";

/** `report.html` of a calibration: one file, nothing loaded from elsewhere. */
export function renderCalibration(result: Calibration): string {
  const word = result.verdict.sound ? "Sound" : "Not sound";
  return page(`${word}: the exam on ${result.scenario.name} · simgate`, head(result), [
    { id: "matrix", name: "Detection matrix", body: matrixSection(result) },
    { id: "missed", name: "What is missed", body: missedSection(result) },
    { id: "defects", name: "The defects", body: defectsSection(result) },
    { id: "provenance", name: "Provenance", body: provenance(result) },
  ]);
}

function head(result: Calibration): Markup {
  const { verdict, scenario, seeds, starts, policies, truthPasses, required } = result;
  const [status, sign, word] = verdict.sound ? ["pass", "✓", "Sound"] : ["fail", "✗", "Not sound"];
  const sentence = verdict.sound
    ? "It lets truth pass, and it notices every defect it is there to notice."
    : `It falls short in ${counted(verdict.missed.length, "point")}, listed below.`;
  return html`<style>
      ${raw(matrixStyle)}
    </style>
    <header class="verdict ${status}">
      <p class="overline">simgate calibrate · ${scenario.title}</p>
      <h1>Does the exam see what it claims to see on <b>${scenario.name}</b>?</h1>
      <div class="ruling">
        <p class="stamp"><span aria-hidden="true">${sign}</span> ${word}</p>
        <p class="sentence">
          ${sentence} ${counted(seeds.length, "seed")}, ${counted(starts, "start")} ×
          ${counted(policies.length, "policy").replace("policys", "policies")} each. Truth against itself
          passes every axis in ${measureText(truthPasses)} of the seeds; ${percent(required.truthPasses)} is
          required.
        </p>
      </div>
    </header>`;
}

function matrixSection(result: Calibration): Markup {
  return section(
    "matrix",
    "Detection matrix",
    html`Share of the seeds, in %, in which each property of the exam does not pass: in the first row for
    truth against itself (false alarms), below for truth with one known defect planted in it (detections; a
    seed in which truth itself raises the alarm does not count). Outlined: the properties meant for that
    defect.`,
    calibrationMatrix(result),
  );
}

function missedSection({ verdict, required }: Calibration): Markup {
  const lead =
    `A sound exam lets truth pass every axis in ${percent(required.truthPasses)} of the seeds, catches every defect of ` +
    `middle severity by a property meant for it in ${percent(required.detection)}, and every defect of high severity by ` +
    "some property in as many.";
  return section(
    "missed",
    "What is missed",
    lead,
    verdict.missed.length === 0
      ? html`<p>Nothing.</p>`
      : html`<ul>
          ${verdict.missed.map((one) => html`<li>${one}</li>`)}
        </ul>`,
  );
}

function defectsSection({ defects }: Calibration): Markup {
  const titles = { ...AXIS_TITLES, ...CHECK_TITLES };
  const kinds = [...new Set(defects.map(({ kind }) => kind))];
  return section(
    "defects",
    "The defects",
    "Each is planted alone, in truth itself, as a wrapper around the world: what it changes is what the policy sees and what is recorded.",
    html`<div class="scroll" tabindex="0" role="region" aria-label="The defects">
      ${table(
        ["Defect", "What is wrong", "Severities", "Meant for", "Planted"],
        kinds.map((kind) => {
          const of = defects.filter((one) => one.kind === kind);
          const { does, meantFor, notApplicable } = of[0]!;
          return [
            kind,
            does,
            of.map(({ severity, magnitude }) => `${severity}: ${magnitude}`).join("; "),
            meantFor.map((name) => titles[name]).join(", "),
            notApplicable === null ? "yes" : `no: ${notApplicable}`,
          ];
        }),
        { text: [0, 1, 2, 3, 4] },
      )}
    </div>`,
  );
}

function provenance({ scenario, truth, policies, starts, seeds, confidence }: Calibration): Markup {
  return section(
    "provenance",
    "Provenance",
    "What was asked. The same scenario and seeds give the same calibration.json, byte for byte.",
    html`<dl class="provenance">
      ${entry("Scenario", html`${scenario.name} <span class="hash">sha256 ${scenario.sha256}</span>`)}
      ${entry("Truth", html`${truth}`)} ${entry("Policies", html`${policies.join(", ")}`)}
      ${entry("Starts", html`${starts} a seed`)}
      ${entry("Seeds", html`${seeds.length === 0 ? "none" : `${seeds[0]} … ${seeds.at(-1)!}`}`)}
      ${entry("Confidence", html`${percent(confidence)}`)}
    </dl>`,
  );
}
