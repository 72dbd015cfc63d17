import type { Calibration, CalibrationCell } from "./calibration-result.ts";
import { AXES, CHECKS } from "./result.ts";

/**
 * The matrix, one row for truth against itself and one a defect and severity, one column a property: share of the seeds
 * in which it raised an alarm. Empty: not applicable, or no score.
 */
export function calibrationCsv({ falseAlarms, defects, seeds }: Calibration): string {
  const properties = [...AXES, ...CHECKS];
  const rates = (found: Partial<Record<string, CalibrationCell>> | null): (number | null)[] =>
    properties.map((name) => {
      const rate = found?.[name]?.rate;
      return rate === undefined || "undefined" in rate ? null : rate.value;
    });
  const share = (rate: CalibrationCell["rate"] | undefined): number | null =>
    rate === undefined || "undefined" in rate ? null : rate.value;
  const rows = [
    [
      "defect",
      "severity",
      "magnitude",
      "seeds",
      ...properties,
      "caught_by_one_meant",
      "caught_by_any",
      "meant_for",
      "not_applicable",
    ],
    ["none", "", "", seeds.length, ...rates(falseAlarms), null, null, "", ""],
    ...defects.map(({ kind, severity, magnitude, seeds: n, found, caught, meantFor, notApplicable }) => [
      kind,
      severity,
      magnitude,
      n,
      ...rates(found),
      share(caught?.byOneMeant),
      share(caught?.byAny),
      meantFor.join(" "),
      notApplicable ?? "",
    ]),
  ];
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/** RFC 4180. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  const text = typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
