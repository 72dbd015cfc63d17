import type { ComparedCandidate, Comparison } from "./comparison.ts";
import {
  AXES,
  AXIS_TITLES,
  type AxisResult,
  CHECK_TITLES,
  CHECKS,
  type GrowthCurve,
  type Measure,
} from "./result.ts";

/** A table with a column a candidate; for the page and for the terminal. */
export interface ComparisonTable {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type Cell = (candidate: ComparedCandidate) => string;

export function comparisonTables({
  candidates,
  policies,
  confidence,
}: Comparison): readonly ComparisonTable[] {
  const level = `${Number((100 * confidence).toFixed(2))}%`;
  const row = (title: string, cell: Cell): string[] => [title, ...candidates.map(cell)];
  const of = (id: string, title: string, lead: string, rows: readonly string[][]): ComparisonTable => ({
    id,
    title,
    lead,
    header: ["", ...candidates.map(({ label }) => label)],
    rows,
  });
  const channels = [
    ...new Set(candidates.flatMap(({ divergence }) => divergence.channels.map(({ channel }) => channel))),
  ];
  return [
    of("verdicts", "Verdict", "What each may be used for, and the first claim refused.", [
      row("verdict", ({ verdict }) => verdict.status),
      row("claim granted", ({ verdict }) => verdict.claim ?? "none"),
      row("claim refused", ({ verdict }) => verdict.refused?.claim ?? "none"),
      row("weakest axis", ({ verdict }) =>
        verdict.weakestAxis === null ? "none" : AXIS_TITLES[verdict.weakestAxis],
      ),
    ]),
    of("axes", "Axes and checks", `Scores with their ${level} intervals.`, [
      ...AXES.map((name) => row(AXIS_TITLES[name], ({ axes }) => axisText(axes[name]))),
      ...CHECKS.map((name) => row(CHECK_TITLES[name], ({ checks }) => axisText(checks[name]))),
    ]),
    of("wrong", "Wrong decisions", `How often each passes what fails in truth, and fails what passes.`, [
      row("false passes, all policies", ({ overall }) => shareText(overall.falsePassRate)),
      ...policies.map((name) => row(`false passes, ${name}`, (one) => ofPolicy(one, name, "falsePassRate"))),
      row("false fails, all policies", ({ overall }) => shareText(overall.falseFailRate)),
      ...policies.map((name) => row(`false fails, ${name}`, (one) => ofPolicy(one, name, "falseFailRate"))),
    ]),
    of("horizon", "Usable horizon and error growth", "Seconds; median errors in tolerances.", [
      row("prediction valid", (one) => horizonText(one, "validPredictionTime", "validPredictionTimeSec")),
      row("conformal", (one) => horizonText(one, "conformal", "conformalSec")),
      row("decision", (one) => horizonText(one, "decision", "decisionSec")),
      ...growthTimes(candidates).map((sec) =>
        row(`error after ${Number(sec.toPrecision(3))} s`, ({ growth }) => errorAt(growth.freeRunning, sec)),
      ),
    ]),
    of(
      "divergence",
      "First divergence",
      "When a rollout first leaves truth by more than a tolerance, closed loop, and which channel is farthest off then.",
      [
        row("median over all rollouts", ({ divergence }) =>
          divergence.medianSec === null ? "never, in half of them" : `${divergence.medianSec.toFixed(2)} s`,
        ),
        row("never", ({ divergence }) => `${divergence.never} of ${divergence.rollouts}`),
        ...channels.map((name) =>
          row(`first in ${name}`, ({ divergence }) => {
            const found = divergence.channels.find(({ channel }) => channel === name);
            return found === undefined ? "0" : `${found.rollouts}, median ${found.medianSec.toFixed(2)} s`;
          }),
        ),
      ],
    ),
  ];
}

/** Times of the table of errors: those of the curves that lie nearest to these. */
const GROWTH_NEAR_SEC = [0.1, 0.2, 0.5, 1, 2, 5];

function growthTimes(candidates: readonly ComparedCandidate[]): readonly number[] {
  const times = candidates.flatMap(({ growth }) => growth.freeRunning?.atSec ?? []);
  const last = Math.max(0, ...times);
  const nearest = GROWTH_NEAR_SEC.filter((sec) => sec <= last).map((sec) =>
    times.reduce((best, time) => (Math.abs(time - sec) < Math.abs(best - sec) ? time : best)),
  );
  return [...new Set(nearest)];
}

function errorAt(curve: GrowthCurve | null, sec: number): string {
  const at = curve?.atSec.indexOf(sec) ?? -1;
  const error = at < 0 ? null : curve!.median[at];
  return error === null || error === undefined ? "–" : String(Number(error.toPrecision(3)));
}

function axisText({ score, interval, status, reason }: AxisResult): string {
  if (score === null) return status === "not-applicable" ? "not applicable" : `no score: ${reason}`;
  const range = interval === null ? "" : ` [${interval[0].toFixed(2)}, ${interval[1].toFixed(2)}]`;
  return `${score.toFixed(2)}${range} ${status}`;
}

function shareText(measure: Measure): string {
  if ("undefined" in measure) return "–";
  const { value, interval } = measure;
  const percent = (share: number): string => (100 * share).toFixed(1);
  const range = interval === null ? "" : ` [${percent(interval[0])}, ${percent(interval[1])}]`;
  return `${percent(value)} %${range}`;
}

function ofPolicy(
  { policies }: ComparedCandidate,
  name: string,
  rate: "falsePassRate" | "falseFailRate",
): string {
  const found = policies.find(({ policy }) => policy === name);
  return found === undefined ? "–" : shareText(found[rate]);
}

function horizonText(
  { horizon }: ComparedCandidate,
  detail: keyof ComparedCandidate["horizon"]["details"],
  key: "validPredictionTimeSec" | "conformalSec" | "decisionSec",
): string {
  const sec = horizon[key];
  if (sec === null) return "undefined";
  return `${horizon.details[detail].censored ? "≥ " : ""}${sec.toFixed(2)} s`;
}
