import { dimensionValue } from "../scenario/panel.ts";
import type { EvidenceManifest } from "../report/manifest.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import type { ExamResult } from "../report/result.ts";
import { episodeKey } from "./exam-evidence.ts";
import { storedPanel, storedScenario, type StoredContract } from "./manifest-contract.ts";
import { type EvidenceCheck, Findings } from "./verify-problem.ts";

const FILE = "episodes.parquet";

/** What the result says of its contract is what the manifest says. */
export function checkContract(
  manifest: EvidenceManifest,
  contract: StoredContract,
  result: ExamResult,
): EvidenceCheck {
  const found = new Findings();
  const { scenario } = contract;
  const same = (what: string, expected: unknown, got: unknown): void =>
    found.same("result.json", what, expected, got);
  const file = manifest.files.find(({ role }) => role === "scenario");
  found.same("manifest.json", "contract.scenario.sha256", file?.sha256, scenario.sha256);
  same("scenario.sha256", scenario.sha256, result.scenario.sha256);
  same("scenario.name", scenario.name, result.scenario.name);
  same("contract.formula", scenario.success.formula, result.contract.formula);
  same("contract.controlPeriodSec", scenario.controlPeriodSec, result.contract.controlPeriodSec);
  same("contract.panel.count", contract.panel.length, result.contract.panel.count);
  same("truth.name", contract.truth.name, result.truth.name);
  same("candidate.name", contract.candidate.name, result.candidate.name);
  same(
    "policies",
    contract.policies.map(({ name }) => name),
    result.policies.map(({ policy }) => policy),
  );
  return found.check("contract", "manifest.json and result.json name the same worlds, policies and starts");
}

/** One row a policy, start and world of the contract, each with the start's own values and key. */
export function checkRows(
  manifest: EvidenceManifest,
  contract: StoredContract,
  rows: readonly EpisodeRow[],
): EvidenceCheck {
  const found = new Findings();
  const { dimensions, controlPeriodSec, sha256 } = storedScenario(contract);
  const panel = new Map(storedPanel(contract).map((start) => [start.index, start]));
  const policies = contract.policies.map(({ name }) => name);
  const seen = new Set<string>();
  for (const row of rows) {
    const name = rowName(row);
    const start = panel.get(row.start);
    if (start === undefined || !policies.includes(row.policy) || seen.has(name)) {
      found.add(FILE, `${name} is not a rollout of the contract, or is there twice`);
      continue;
    }
    seen.add(name);
    const same = (what: string, expected: unknown, got: unknown): void =>
      found.same(FILE, `${name}: ${what}`, expected, got);
    const world = contract[row.role].name;
    same("world", world, row.world);
    same("seed", start.seed.toString(), row.seed.toString());
    for (const dimension of dimensions) {
      same(`start_${dimension.key}`, dimensionValue(start, dimension), row.dimensions[dimension.key]);
    }
    const identity = [sha256, world, row.policy, row.start, start.seed.toString()];
    same("key", episodeKey(manifest.files, identity), row.key);
    same("durationSec", row.steps * controlPeriodSec, row.durationSec);
    const outcome = row.margin === null ? "fault" : row.margin > 0 ? "success" : "failure";
    same("outcome, by its margin", outcome, row.outcome);
    if (row.fault !== null) same("end of a rollout with a fault", "fault", row.end);
  }
  const expected = 2 * policies.length * panel.size;
  if (rows.length !== expected) found.add(FILE, "number of rollouts", expected, rows.length);
  return found.check(FILE, `${rows.length} rollouts of ${policies.length} policies × ${panel.size} starts`);
}

/** What the result counts, counted again from the rows. */
export function checkCounts(result: ExamResult, rows: readonly EpisodeRow[]): EvidenceCheck {
  const found = new Findings();
  const of = (role: EpisodeRow["role"], policy: string): EpisodeRow[] =>
    rows.filter((row) => row.role === role && row.policy === policy);
  const count = (list: readonly EpisodeRow[], outcome: EpisodeRow["outcome"]): number =>
    list.filter((row) => row.outcome === outcome).length;
  for (const { policy, confusion, ...worlds } of result.policies) {
    const same = (what: string, expected: unknown, got: unknown): void =>
      found.same("result.json", `policies, ${policy}: ${what}, counted from ${FILE}`, expected, got);
    for (const role of ["truth", "candidate"] as const) {
      const own = of(role, policy);
      const [successes, faults] = [count(own, "success"), count(own, "fault")];
      same(`${role} successes`, successes, worlds[role].successes);
      same(`${role} trials`, own.length - faults, worlds[role].trials);
      same(`${role} faults`, faults, worlds[role].faults);
    }
    const candidate = new Map(of("candidate", policy).map((row) => [row.start, row.outcome]));
    const cell = (truth: string, other: string): number =>
      of("truth", policy).filter((row) => row.outcome === truth && candidate.get(row.start) === other).length;
    const counted = {
      tp: cell("success", "success"),
      fp: cell("failure", "success"),
      fn: cell("success", "failure"),
      tn: cell("failure", "failure"),
    };
    same("confusion", counted, confusion);
  }
  const sum = (key: "tp" | "fp" | "fn" | "tn"): number =>
    result.policies.reduce((total, { confusion }) => total + confusion[key], 0);
  found.same(
    "result.json",
    "overall.confusion, summed over the policies",
    { tp: sum("tp"), fp: sum("fp"), fn: sum("fn"), tn: sum("tn") },
    result.overall.confusion,
  );
  checkMap(result, rows, found);
  const kept = new Set(result.traces.map(({ path }) => path));
  for (const row of rows) {
    if (row.trace !== null && !kept.has(row.trace)) {
      found.add(FILE, `${rowName(row)}: trace`, "one that result.json lists", row.trace);
    }
  }
  return found.check("counts", `what result.json counts, counted again from ${FILE}`);
}

function checkMap({ outcomeMap }: ExamResult, rows: readonly EpisodeRow[], found: Findings): void {
  const byName = new Map(rows.map((row) => [rowName(row), row]));
  for (const { policy, points } of outcomeMap?.policies ?? []) {
    for (const point of points) {
      for (const role of ["truth", "candidate"] as const) {
        const name = rowName({ policy, role, start: point.start });
        const row = byName.get(name);
        const shown = [point[`${role}Outcome`], point[`${role}Margin`]];
        found.same("result.json", `outcomeMap, ${name}`, row && [row.outcome, row.margin], shown);
      }
    }
  }
}

/** `lqr from start #12 in the candidate`. */
export function rowName({ policy, start, role }: Pick<EpisodeRow, "policy" | "start" | "role">): string {
  return `${policy} from start #${start} in ${role === "truth" ? "truth" : "the candidate"}`;
}
