import { relative } from "node:path";
import type { Calibration, CalibrationCell } from "../report/calibration-result.ts";
import { AXES, AXIS_TITLES, CHECK_TITLES, CHECKS } from "../report/result.ts";
import { textTable } from "./text-table.ts";

/** What the calibrate command prints: the matrix, in % of the seeds, and what is missed. */
export function calibrationSummary(result: Calibration, folder: string): string {
  const { verdict, defects, falseAlarms, scenario, seeds, starts, policies, truthPasses } = result;
  const titles = { ...AXIS_TITLES, ...CHECK_TITLES };
  const properties = [...AXES, ...CHECKS].filter((name) =>
    [falseAlarms, ...defects.map(({ found }) => found)].some(
      (cells) => cells?.[name] !== undefined && !("undefined" in cells[name].rate),
    ),
  );
  const planted = defects.filter(({ found }) => found !== null);
  const absent = new Map(
    defects.flatMap(({ kind, notApplicable }) => (notApplicable === null ? [] : [[kind, notApplicable]])),
  );
  return [
    `${verdict.sound ? "SOUND" : "NOT SOUND"}  the exam on ${scenario.name}: ${seeds.length} seeds, ` +
      `${starts} starts × ${policies.length} policies\n`,
    `truth against itself passes every axis in ${percentOf(truthPasses)} % of the seeds\n\n`,
    "alarms, in % of the seeds (* a property meant for the defect)\n",
    textTable(
      ["defect", "severity", ...properties.map((name) => titles[name].toLowerCase()), "one meant"],
      [
        ["none", "–", ...properties.map((name) => percentOf(falseAlarms[name]?.rate)), ""],
        ...planted.map(({ kind, severity, meantFor, found, caught }) => [
          kind,
          severity,
          ...properties.map((name) => percentOf(found?.[name]?.rate) + (meantFor.includes(name) ? "*" : " ")),
          percentOf(caught?.byOneMeant),
        ]),
      ],
    ),
    ...[...absent].map(([kind, reason]) => `${kind}: not applicable, ${reason}\n`),
    verdict.missed.length === 0 ? "" : `\nmissed:\n${verdict.missed.map((one) => `  ${one}\n`).join("")}`,
    `\nreport: ${relative(process.cwd(), folder) || "."}/report.html\n`,
  ].join("");
}

function percentOf(rate: CalibrationCell["rate"] | undefined): string {
  return rate === undefined || "undefined" in rate ? "–" : String(Number((100 * rate.value).toFixed(1)));
}
