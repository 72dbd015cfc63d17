import type { ExamResult, GrowthCurve, Horizon, SkillCurve } from "../result.ts";
import { BASELINES, baselineKeys } from "./baselines.ts";
import { short } from "./format.ts";
import { lineChart, type Line, type Moment } from "./line-chart.ts";
import { html, raw, type Markup } from "./markup.ts";
import { errorScale } from "./scale.ts";
import { section, table, tableAlternative } from "./section.ts";

type Mode = "freeRunning" | "teacherForced";

const MODE_TITLES: Readonly<Record<Mode, string>> = {
  freeRunning: "free-running",
  teacherForced: "teacher-forced",
};
const TABLE_ROWS = 10;

export function errorGrowthSection(result: ExamResult): Markup {
  const { errorGrowth, horizon } = result;
  const views = (["freeRunning", "teacherForced"] as const).flatMap((mode) => {
    const scaled = errorGrowth.scaled[mode];
    return [...(scaled === null ? [] : [scaled]), ...errorGrowth[mode]]
      .filter((curve) => curve.atSec.length > 0)
      .map((curve) => ({ mode, curve }));
  });
  if (views.length === 0) {
    return section(
      "growth",
      "Error growth",
      "No window could be compared: there is no error to show.",
      html``,
    );
  }
  const first = views[0]!;
  const channels = [...new Set(views.map(({ curve }) => curve.channel))];
  const modes = [...new Set(views.map(({ mode }) => mode))];
  return section(
    "growth",
    "Error growth",
    html`How far the candidate drifts from truth under the same actions. Below the dashed level the task can
    bear it. A model that does not beat the grey baselines has learned nothing that a formula could not say.`,
    html`<div class="choices" data-choice="growth">
        <label class="select"
          >Channel
          <select name="channel">
            ${channels.map((channel) => html`<option value="${channel}">${channelTitle(channel)}</option>`)}
          </select></label
        >
        <fieldset class="choice">
          <legend>Candidate</legend>
          ${modes.map(
            (mode) =>
              html`<label
                ><input
                  type="radio"
                  name="growth-mode"
                  value="${mode}"
                  ${raw(mode === first.mode ? "checked" : "")}
                /><span>${MODE_TITLES[mode]}</span></label
              >`,
          )}
        </fieldset>
      </div>
      ${views.map(({ mode, curve }) => growthView(mode, curve, horizon, errorGrowth.skill, mode === first.mode && curve === first.curve))}
      <p class="legend">
        <span class="key"><i class="stroke candidate"></i>candidate, median</span>
        <span class="key"><i class="swatch band"></i>up to its 90th percentile</span>
        ${baselineKeys((name) => views.some(({ curve }) => curve.baselines[name] !== null))}
        <span class="key"><i class="stroke level"></i>tolerance</span>
      </p>
      <p class="hint">
        Free-running: the candidate feeds on its own predictions. Teacher-forced: it is put back on truth at
        every step, so that what is left is its error of one step.
      </p>`,
  );
}

function growthView(
  mode: Mode,
  curve: GrowthCurve,
  horizon: Horizon,
  skill: readonly SkillCurve[],
  shown: boolean,
): Markup {
  const lines: Line[] = [
    { name: "candidate", className: "candidate", values: curve.median, upper: curve.p90 },
    ...BASELINES.flatMap(([key, name]): Line[] => {
      const values = curve.baselines[key];
      return values === null ? [] : [{ name, className: key, values }];
    }),
  ];
  const title = `${channelTitle(curve.channel)}, ${MODE_TITLES[mode]}`;
  const values = lines
    .flatMap(({ values, upper }) => [...values, ...(upper ?? [])])
    .filter((value) => value !== null);
  const skillHere = skill.find((one) => one.mode === mode && one.channel === curve.channel);
  return html`<div
    class="view"
    data-view="growth"
    data-mode="${mode}"
    data-channel="${curve.channel}"
    ${raw(shown ? "" : "hidden")}
  >
    <p class="view-title">${title}</p>
    ${lineChart({
      label: `Error growth of ${title}`,
      atSec: curve.atSec,
      unit: curve.unit === "tolerance" ? "error in tolerances" : `error in ${curve.unit}`,
      lines,
      y: errorScale([...values, curve.tolerance]),
      level: {
        name: `tolerance ${short(curve.tolerance)}${curve.unit === "tolerance" ? "" : ` ${curve.unit}`}`,
        value: curve.tolerance,
      },
      ...(mode === "freeRunning" ? { moments: horizonMoments(horizon) } : {}),
    })}
    ${tableAlternative(`${title}: the values as a table`, growthTable(curve, skillHere))}
  </div>`;
}

/** The horizons that have a value, as marks on the time axis. */
export function horizonMoments(horizon: Horizon): readonly Moment[] {
  const { details } = horizon;
  return (
    [
      ["valid prediction time", horizon.validPredictionTimeSec, "vpt", details.validPredictionTime],
      ["conformal horizon", horizon.conformalSec, "conformal", details.conformal],
      ["decision horizon", horizon.decisionSec, "decision", details.decision],
    ] as const
  ).flatMap(([name, atSec, className, { censored }]) =>
    atSec === null ? [] : [{ name: `${name} ${censored ? "≥ " : ""}${short(atSec)} s`, atSec, className }],
  );
}

function growthTable(curve: GrowthCurve, skill: SkillCurve | undefined): Markup {
  const cell = (value: number | null | undefined): string =>
    value === null || value === undefined ? "–" : short(value);
  const rows = Array.from(
    { length: Math.min(TABLE_ROWS, curve.atSec.length) },
    (_, k) => Math.round(((k + 1) * curve.atSec.length) / Math.min(TABLE_ROWS, curve.atSec.length)) - 1,
  );
  return table(
    [
      "Time (s)",
      "Median",
      "90th percentile",
      "n",
      ...BASELINES.map(([, name]) => name),
      ...(skill === undefined ? [] : BASELINES.map(([, name]) => `skill over ${name}`)),
    ],
    rows.map((index) => [
      cell(curve.atSec[index]),
      cell(curve.median[index]),
      cell(curve.p90[index]),
      String(curve.n[index] ?? 0),
      ...BASELINES.map(([key]) => cell(curve.baselines[key]?.[index])),
      ...(skill === undefined ? [] : BASELINES.map(([key]) => cell(skill.against[key]?.[index]))),
    ]),
    { text: [] },
  );
}

function channelTitle(channel: string): string {
  return channel === "*" ? "All channels, in tolerances" : channel;
}
