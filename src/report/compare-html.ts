import type { ComparedCandidate, ComparedPair, Comparison } from "./comparison.ts";
import { comparisonTables, type ComparisonTable } from "./comparison-tables.ts";
import { errorScale } from "./html/scale.ts";
import { lineChart, type Line } from "./html/line-chart.ts";
import { html, raw, type Markup } from "./html/markup.ts";
import { page } from "./html/page.ts";
import { section, table } from "./html/section.ts";

/** Colour and dash of each candidate's line; past the fourth they begin again, and the table tells them apart. */
const LINE_CLASSES = ["candidate", "second", "third", "fourth"];

/** `compare.html`: exams of one contract side by side, in one file, nothing loaded from elsewhere. */
export function renderComparison(comparison: Comparison): string {
  const { scenario, candidates } = comparison;
  const names = candidates.map(({ label }) => label).join(", ");
  const tables = comparisonTables(comparison);
  return page(`${names} on ${scenario.name} · simgate`, head(comparison), [
    { id: "pairs", name: "Who is better", body: pairsSection(comparison) },
    { id: "growth", name: "Error growth", body: growthSection(comparison) },
    ...tables.map((one) => ({ id: one.id, name: one.title, body: tableSection(one) })),
  ]);
}

function head({ scenario, truth, policies, starts, candidates, pairs, notes }: Comparison): Markup {
  return html`<header class="verdict">
    <p class="overline">simgate compare · ${scenario.title}</p>
    <h1>
      Which of ${raw(candidates.map(({ label }) => html`<b>${label}</b>`.text).join(", "))} may stand in for
      <b>${truth}</b>?
    </h1>
    <p class="sentence">${pairs.map(({ sentence }) => html`${sentence}<br />`)}</p>
    <p class="lead">
      ${policies.length} policies × ${starts} starts, the same in every
      exam${notes.length > 0 && `; ${notes.join("; ")}`}.
    </p>
  </header>`;
}

function pairsSection({ pairs, pairConfidence }: Comparison): Markup {
  return section(
    "pairs",
    "Who is better",
    `Paired on the same rollouts of truth. A difference is called one only where its ${percent(pairConfidence)} interval
    excludes 0.`,
    html`${pairs.map(pairTable)}`,
  );
}

function pairTable(pair: ComparedPair): Markup {
  const { first, second, policies } = pair;
  const verdict = (better: string | null): string =>
    better === null ? "not decided" : `${better} is better`;
  return html`<p>${pair.sentence}</p>
    ${table(
      ["Difference", `${first} − ${second}`, "Verdict"],
      [
        ["task validity (Youden's J)", measureText(pair.validity), verdict(pair.better)],
        [
          "time until the first divergence, s",
          measureText(pair.lasts),
          pair.earlier === null ? "not decided" : `${pair.earlier} leaves truth earlier`,
        ],
        ...policies.map(({ policy, agreement, better }) => [
          `outcomes as in truth, ${policy}`,
          measureText(agreement),
          verdict(better),
        ]),
      ],
      { text: [0, 2] },
    )}`;
}

function growthSection({ candidates }: Comparison): Markup {
  const charts = (["freeRunning", "teacherForced"] as const).map((mode) => growthChart(candidates, mode));
  return section(
    "growth",
    "Error growth",
    "Median error of all channels together, in tolerances, against the time since the window began.",
    html`<p class="legend">
        ${candidates.map(
          ({ label }, i) =>
            html`<span class="key"
              ><i class="stroke ${LINE_CLASSES[i % LINE_CLASSES.length]}"></i>${label}</span
            >`,
        )}
      </p>
      ${charts}`,
  );
}

function growthChart(
  candidates: readonly ComparedCandidate[],
  mode: "freeRunning" | "teacherForced",
): Markup {
  const title = mode === "freeRunning" ? "free-running" : "put back on truth at every step";
  const curves = candidates.flatMap(({ label, growth }, i) => {
    const curve = growth[mode];
    return curve === null ? [] : [{ label, curve, className: LINE_CLASSES[i % LINE_CLASSES.length]! }];
  });
  if (curves.length === 0) return html``;
  const atSec = curves.map(({ curve }) => curve.atSec).reduce((a, b) => (b.length > a.length ? b : a));
  const lines = curves.map(({ label, curve, className }): Line => {
    const values = new Map(curve.atSec.map((time, i) => [time, curve.median[i] ?? null]));
    return { name: label, className, values: atSec.map((time) => values.get(time) ?? null) };
  });
  const drawn = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  return html`<p class="view-title">${title}</p>
    ${lineChart({
      label: `Error growth, ${title}`,
      atSec,
      unit: "error in tolerances",
      lines,
      y: errorScale([...drawn, 1]),
      level: { name: "tolerance 1", value: 1 },
    })}`;
}

function tableSection({ id, title, lead, header, rows }: ComparisonTable): Markup {
  return section(
    id,
    title,
    lead,
    html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
      ${table(header, rows, { text: [0] })}
    </div>`,
  );
}

function percent(confidence: number): string {
  return `${Number((100 * confidence).toFixed(2))}%`;
}

function measureText(measure: ComparedPair["validity"]): string {
  if ("undefined" in measure) return `undefined: ${measure.undefined}`;
  const interval =
    measure.interval === null ? "" : ` (${signed(measure.interval[0])} … ${signed(measure.interval[1])})`;
  return signed(measure.value) + interval;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${value.toFixed(3)}`.replace("-", "−");
}
