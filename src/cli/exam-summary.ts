import { relative } from "node:path";
import {
  AXES,
  AXIS_TITLES,
  type AxisResult,
  CHECK_TITLES,
  CHECKS,
  CLAIM_TITLES,
  type ExamResult,
  type Measure,
  type StressorResult,
} from "../report/result.ts";
import { textTable } from "./text-table.ts";

/** What the exam command prints: the verdict first, then what it stands on, then where the rest is. */
export function examSummary(result: ExamResult, folder: string): string {
  const { verdict, candidate, truth, scenario, contract } = result;
  const claim =
    verdict.claim === null
      ? "no claim granted"
      : `claim ${verdict.claim} (${CLAIM_TITLES[verdict.claim]}) granted`;
  const refused =
    verdict.refused === null
      ? ""
      : `; ${verdict.refused.claim} (${CLAIM_TITLES[verdict.refused.claim]}) refused: ${verdict.refused.reason}`;
  return [
    `${verdict.status.toUpperCase()}  ${candidate.name} as a stand-in for ${truth.name} on ${scenario.name}: ` +
      `${result.policies.length} policies × ${contract.panel.count} starts\n`,
    `${verdict.sentence}\n${claim}${refused}\n\n`,
    textTable(
      ["axis", "score", "interval", "threshold", "status"],
      AXES.map((name) => axisRow(AXIS_TITLES[name], result.axes[name], verdict.weakestAxis === name)),
    ),
    "\n",
    textTable(
      ["for claims C3 and C4", "score", "interval", "threshold", "status"],
      CHECKS.map((name) => axisRow(CHECK_TITLES[name], result.checks[name], false)),
    ),
    "\n",
    textTable(
      ["policy", "truth", "candidate", "false pass", "false fail"],
      result.policies.map((policy) => [
        policy.policy,
        percent(policy.truth.rate),
        percent(policy.candidate.rate),
        measure(policy.falsePassRate),
        measure(policy.falseFailRate),
      ]),
    ),
    "\n",
    `usable horizon: ${horizonText(result)}\n`,
    handOverLine(result),
    result.pictures === undefined ? "" : `pictures: ${result.pictures.sentence}\n`,
    result.chunks === undefined ? "" : `${result.chunks.sentence}\n`,
    stressorText(result),
    repeatabilityText(result),
    stoppingText(result),
    faultText(result),
    `report: ${relative(process.cwd(), folder) || "."}/report.html\n`,
  ].join("");
}

function handOverLine({ handOvers }: ExamResult): string {
  if (handOvers === undefined) return "";
  const { handOvers: count, causes, rollouts, withoutPhysics } = handOvers;
  const why = causes.map(({ cause, times }) => `${cause} ${times}`).join(", ");
  return `hand-overs: ${count}${why === "" ? "" : ` (to physics for: ${why})`}; ${withoutPhysics} of ${rollouts} rollouts without physics\n`;
}

function axisRow(title: string, axis: AxisResult, weakest: boolean): string[] {
  return [
    title,
    axis.score === null ? "–" : axis.score.toFixed(3),
    axis.interval === null ? "–" : `${axis.interval[0].toFixed(3)} … ${axis.interval[1].toFixed(3)}`,
    axis.threshold === null ? "–" : String(axis.threshold),
    axis.score === null
      ? `${axis.status === "undefined" ? "no score" : "not applicable"}: ${axis.reason}`
      : `${axis.status}${weakest ? "  ← weakest" : ""}`,
  ];
}

function percent(rate: number | null): string {
  return rate === null ? "–" : `${(100 * rate).toFixed(1)} %`;
}

function measure(found: Measure): string {
  if ("undefined" in found) return "–";
  const { value, interval } = found;
  const range =
    interval === null ? "" : ` [${(100 * interval[0]).toFixed(1)}, ${(100 * interval[1]).toFixed(1)}]`;
  return `${percent(value)}${range}`;
}

function horizonText({ horizon }: ExamResult): string {
  const one = (label: string, sec: number | null, { censored }: { censored: boolean }): string =>
    `${label} ${sec === null ? "undefined" : `${censored ? "≥ " : ""}${sec.toFixed(2)} s`}`;
  const { details } = horizon;
  return [
    one("prediction valid", horizon.validPredictionTimeSec, details.validPredictionTime),
    one("conformal", horizon.conformalSec, details.conformal),
    one("decision", horizon.decisionSec, details.decision),
  ].join(", ");
}

/** Under which stressors an axis fails that passes without. */
function stressorText({ stressors: found }: ExamResult): string {
  if ("undefined" in found) return "";
  const names = [...new Set(found.broken.map(({ stressor }) => stressor))];
  const broken = names.map((name) => {
    const axes = found.broken
      .filter(({ stressor }) => stressor === name)
      .map(({ axis }) => AXIS_TITLES[axis]);
    return `${axes.join(" and ").toLowerCase()} under ${name}`;
  });
  const [idle, measured] = [true, false].map((wanted) =>
    found.stressors.filter(({ axes }) => (axes.taskValidity.status === "not-applicable") === wanted),
  ) as [StressorResult[], StressorResult[]];
  const verdict =
    broken.length === 0
      ? `no axis that passes fails under ${measured.map(({ name }) => name).join(", ")}`
      : `fails ${broken.join("; ")}`;
  const words = measured.filter(({ kind }) => kind === "prompt-drift");
  const pictures = measured.filter(({ kind }) => kind !== "prompt-drift");
  return [
    measured.length === 0 ? "" : `stressors: ${verdict}\n`,
    ...[...new Set(idle.map(({ axes }) => axes.taskValidity.reason))].map((reason) => {
      const names = idle.filter(({ axes }) => axes.taskValidity.reason === reason).map(({ name }) => name);
      return `stressors that change nothing here: ${names.join(", ")} (${reason})\n`;
    }),
    changedText("the pictures", pictures),
    changedText("the words", words),
  ].join("");
}

function changedText(what: string, stressors: readonly StressorResult[]): string {
  const none = (found: Measure): boolean => "value" in found && found.value === 0;
  const changed = stressors.flatMap(({ name, changed }) =>
    changed === undefined || (none(changed.candidate) && none(changed.truth))
      ? []
      : [`${name} ${measure(changed.candidate)} (truth ${measure(changed.truth)})`],
  );
  return changed.length === 0 ? "" : `verdicts that change with nothing but ${what}: ${changed.join(", ")}\n`;
}

/** What truth twice says of the policies that cannot be seeded. */
function repeatabilityText({ policies }: ExamResult): string {
  return policies
    .map(({ policy, repeatability }) => {
      if (repeatability === undefined) return "";
      const { sameOutcome, youden } = repeatability;
      const score =
        "undefined" in youden ? "" : `, task validity of truth against itself ${youden.value.toFixed(3)}`;
      return `${policy} cannot be seeded: run in truth twice, ${measure(sameOutcome)} of its starts end alike${score}\n`;
    })
    .join("");
}

function stoppingText({ transfer }: ExamResult): string {
  if ("undefined" in transfer || transfer.stopping === null) return "";
  const { starts, of, pairs } = transfer.stopping;
  const open = pairs.filter(({ better }) => better === null);
  const names = open.map(({ first, second }) => `${first} or ${second}`).join(", ");
  return (
    `panel: ${starts} of ${of} starts; truth decides ${pairs.length - open.length} of ${pairs.length} pairs of policies` +
    `${open.length === 0 ? "" : `, not ${names}`}\n`
  );
}

function faultText({ faultCounts }: ExamResult): string {
  if (faultCounts.length === 0) return "";
  return `faults: ${faultCounts.map(({ world, kind, count }) => `${count} × ${kind} in ${world}`).join(", ")}\n`;
}
