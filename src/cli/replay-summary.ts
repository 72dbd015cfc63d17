import { relative } from "node:path";
import type { ErrorRow, ReplayResult, WorldReplay } from "../report/replay-result.ts";
import { textTable } from "./text-table.ts";

/** What the replay command prints: median errors of each world beside the baselines, channel by channel, then by group. */
export function replaySummary(result: ReplayResult, folder: string | undefined): string {
  const { recordings, windows, scenario, others } = result;
  const worlds: WorldReplay[] = [result, ...others];
  const groups = result.groups.map(({ group }) => group);
  const parts = [
    `${windows.count} windows of ${windows.lengthSec} s from ${recordings.length} recordings of ${scenario.name}; median error\n`,
  ];
  for (const channel of Object.keys(result.tolerances)) {
    for (const group of [null, ...groups]) {
      parts.push(`\n${channel}, ${group ?? "all recordings"}\n`, errorTable(result, worlds, channel, group));
    }
  }
  parts.push(`\nusable horizon of ${result.world.name}: ${horizonText(result)}\n`);
  const broken = worlds.filter(({ faults }) => faults.length > 0);
  for (const { world, faults } of broken) {
    parts.push(`${world.name} broke in ${faults.length} windows: ${faults[0]!.reason}\n`);
  }
  if (folder !== undefined) parts.push(`report: ${relative(process.cwd(), folder) || "."}/report.html\n`);
  return parts.join("");
}

function errorTable(
  result: ReplayResult,
  worlds: readonly WorldReplay[],
  channel: string,
  group: string | null,
): string {
  const at = (replay: WorldReplay): ErrorRow[] => {
    const errors = group === null ? replay.errors : replay.groups.find((one) => one.group === group)!.errors;
    return result.reportAtSec.map((sec) =>
      errors.find((row) => row.channel === channel && Math.abs(row.atSec - sec) < 1e-9)!,
    );
  };
  const own = at(result);
  const cell = (value: number | null): string => (value === null ? "–" : value.toPrecision(3));
  return textTable(
    [`[${own[0]!.unit}]`, ...result.reportAtSec.map((sec) => `${sec} s`)],
    [
      ...worlds.map((replay) => [replay.world.name, ...at(replay).map(({ median }) => cell(median))]),
      ["linear baseline", ...own.map(({ baselines }) => cell(baselines.linear))],
      ["constant velocity", ...own.map(({ baselines }) => cell(baselines.constantVelocity))],
      ["persistence", ...own.map(({ baselines }) => cell(baselines.persistence))],
    ],
  );
}

function horizonText({ horizon }: ReplayResult): string {
  const { validPredictionTimeSec: valid, conformalSec: conformal, details } = horizon;
  const text = (sec: number | null, censored: boolean): string =>
    sec === null ? "undefined" : `${censored ? "≥ " : ""}${sec.toFixed(2)} s`;
  return (
    `prediction valid ${text(valid, details.validPredictionTime.censored)}, ` +
    `conformal ${text(conformal, details.conformal.censored)}`
  );
}
