import type { ExamResult, Measure, SuccessCount } from "./result.ts";

/**
 * The matched-metric table, a row a policy. The columns `policy`, `truth_success`, `truth_trials`,
 * `candidate_success`, `candidate_trials` are those that `simgate stats transfer` reads. Empty: no value.
 */
export function tableCsv(result: ExamResult): string {
  const header = [
    "policy",
    "truth_success",
    "truth_trials",
    "truth_rate",
    "truth_rate_low",
    "truth_rate_high",
    "truth_faults",
    "candidate_success",
    "candidate_trials",
    "candidate_rate",
    "candidate_rate_low",
    "candidate_rate_high",
    "candidate_faults",
    "both_pass",
    "wrong_pass",
    "wrong_fail",
    "both_fail",
    "false_pass_rate",
    "false_pass_rate_low",
    "false_pass_rate_high",
    "false_discovery_rate",
    "false_discovery_rate_low",
    "false_discovery_rate_high",
    "false_fail_rate",
    "false_fail_rate_low",
    "false_fail_rate_high",
  ];
  const rows = result.policies.map(({ policy, truth, candidate, confusion, ...rates }) => [
    policy,
    ...counts(truth),
    ...counts(candidate),
    confusion.tp,
    confusion.fp,
    confusion.fn,
    confusion.tn,
    ...measure(rates.falsePassRate),
    ...measure(rates.falseDiscoveryRate),
    ...measure(rates.falseFailRate),
  ]);
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

type Cell = string | number | null;

function counts({ successes, trials, rate, interval, faults }: SuccessCount): Cell[] {
  return [successes, trials, rate, interval?.[0] ?? null, interval?.[1] ?? null, faults];
}

function measure(found: Measure): Cell[] {
  if ("undefined" in found) return [null, null, null];
  return [found.value, found.interval?.[0] ?? null, found.interval?.[1] ?? null];
}

/** RFC 4180. */
function cell(value: Cell): string {
  if (value === null) return "";
  const text = typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
