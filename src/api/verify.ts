import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import type { FleetProgress } from "../fleet/fleet.ts";
import { readEpisodes } from "../report/read-episodes.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import type { ExamResult } from "../report/result.ts";
import { evidenceId } from "./evidence-files.ts";
import { storedContract, type StoredContract } from "./manifest-contract.ts";
import { checkContents, checkSchemas, type EvidenceJson } from "./verify-contents.ts";
import { checkContract, checkCounts, checkRows } from "./verify-episodes.ts";
import { type EvidenceCheck, Findings, skipped } from "./verify-problem.ts";
import { checkRendered } from "./verify-rendered.ts";
import { rerun } from "./verify-rerun.ts";
import { checkTraces } from "./verify-traces.ts";

export interface VerifyOptions {
  /** The evidence folder. */
  readonly folder: string;
  /** The evidence id that was noted when it was made: the sha256 of its manifest. */
  readonly id?: string;
  /** Rollouts to run again. Default: none. */
  readonly rerun?: number;
  /** Which ones: another seed chooses others. Default 1. */
  readonly seed?: number;
  /** Where the scenario lies on this machine; default: the bundled one of its name. */
  readonly scenario?: string;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

export interface Verification {
  readonly folder: string;
  /** `exam`, `replay`; null where the manifest cannot be read. */
  readonly of: string | null;
  /** The sha256 of `manifest.json`; null where there is none. */
  readonly id: string | null;
  readonly holds: boolean;
  readonly checks: readonly EvidenceCheck[];
}

/**
 * Whether an evidence folder is what was written: files, schemas, counts, traces and reports agree with each other,
 * and rollouts that are run again give the same numbers.
 * @throws SimgateError `input` if there is no evidence there, or nothing to run it again with.
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { folder } = options;
  await mustBeEvidence(folder);
  const id = await evidenceId(folder).catch(() => null);
  const { json, check } = await checkSchemas(folder);
  const checks: EvidenceCheck[] = [];
  if (options.id !== undefined) checks.push(checkId(options.id, id));
  checks.push(check);
  const { manifest } = json;
  if (manifest !== undefined) {
    checks.push(await checkContents(folder, manifest));
    checks.push(...(await checkMeaning(options, { ...json, manifest })));
  }
  return {
    folder,
    of: manifest?.kind ?? null,
    id,
    holds: checks.every(({ status }) => status !== "fails"),
    checks,
  };
}

async function mustBeEvidence(folder: string): Promise<void> {
  const isThere = (name: string): Promise<boolean> =>
    stat(join(folder, name)).then(
      () => true,
      () => false,
    );
  if ((await isThere("manifest.json")) || (await isThere("result.json"))) return;
  throw inputError("there is no simgate evidence here", {
    where: folder,
    expected: "a folder with manifest.json and result.json, as exam and replay write it",
    got: (await isThere(".")) ? "neither of them" : "no such folder",
  });
}

function checkId(expected: string, got: string | null): EvidenceCheck {
  const found = new Findings();
  const wanted = expected.toLowerCase();
  // A prefix will do, as with commits, if it is long enough to name one thing only.
  if (got === null || wanted.length < 12 || !got.startsWith(wanted)) {
    found.add("manifest.json", "is not that of this evidence id", wanted, got ?? "no such file");
  }
  return found.check("evidence id", "the sha256 of manifest.json");
}

type Known = EvidenceJson & Required<Pick<EvidenceJson, "manifest">>;

async function checkMeaning(options: VerifyOptions, json: Known): Promise<EvidenceCheck[]> {
  const { manifest, result, run } = json;
  const checks: EvidenceCheck[] = [];
  if (result !== undefined && run !== undefined) {
    checks.push(await checkRendered(options.folder, manifest, result, run));
  }
  if (manifest.kind === "replay") {
    if (options.rerun !== undefined) checks.push(skipped("rerun", "a replay is run again as a whole"));
    return checks;
  }
  const unreadable = new Findings();
  let contract: StoredContract | undefined;
  let rows: EpisodeRow[] | undefined;
  try {
    contract = storedContract(manifest);
  } catch (thrown) {
    unreadable.add("manifest.json", "is not the contract of an exam", "as exam writes it", messageOf(thrown));
  }
  try {
    rows = await readEpisodes(await readFile(join(options.folder, "episodes.parquet")));
  } catch (thrown) {
    unreadable.add("episodes.parquet", "cannot be read", "Parquet, as exam writes it", messageOf(thrown));
  }
  if (contract === undefined || rows === undefined) {
    return [...checks, unreadable.check("episodes", "the contract and its rollouts")];
  }
  if (result?.schema === "simgate/result@1") {
    checks.push(...(await checkExam(options.folder, { manifest, contract, result, rows })));
  }
  if (options.rerun !== undefined) {
    const { rerun: count, seed = 1, ...rest } = options;
    checks.push(await rerun({ ...rest, manifest, contract, rows, count, seed: BigInt(seed) }));
  }
  return checks;
}

async function checkExam(
  folder: string,
  exam: {
    readonly manifest: Known["manifest"];
    readonly contract: StoredContract;
    readonly result: ExamResult;
    readonly rows: readonly EpisodeRow[];
  },
): Promise<EvidenceCheck[]> {
  const { manifest, contract, result, rows } = exam;
  const checks = [checkContract(manifest, contract, result)];
  try {
    checks.push(checkRows(manifest, contract, rows), checkCounts(result, rows));
    checks.push(await checkTraces(folder, contract, result, rows));
  } catch (thrown) {
    const found = new Findings();
    found.add("manifest.json", "is not the contract of an exam", "as exam writes it", messageOf(thrown));
    checks.push(found.check("episodes", "the contract and its rollouts"));
  }
  return checks;
}
