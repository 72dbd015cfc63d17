import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { median } from "../metrics/quantile.ts";
import { renderComparison } from "../report/compare-html.ts";
import type { ComparedCandidate, Comparison, FirstDivergence } from "../report/comparison.ts";
import type { EvidenceManifest } from "../report/manifest.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import { readEpisodes } from "../report/read-episodes.ts";
import { type ExamResult, resultSchema } from "../report/result.ts";
import { comparePair, type ExaminedCandidate } from "./compare-pair.ts";
import { contractDifferences, refuseDifferences } from "./contract-differences.ts";
import { evidenceId, readManifest, sha256Of } from "./evidence-files.ts";

export interface CompareOptions {
  /** Evidence folders of exams, two or more. */
  readonly folders: readonly string[];
  /** A page with the comparison, `compare.html`; absent: none is written. */
  readonly out?: string;
}

interface Exam {
  readonly folder: string;
  readonly id: string;
  readonly manifest: EvidenceManifest;
  readonly result: ExamResult;
  readonly rows: readonly EpisodeRow[];
}

/**
 * Exams of several candidates side by side: what each may be used for, which ends more often as truth ends, and which
 * leaves truth earlier, and in what.
 * @throws SimgateError `input` if they are not of the same contract, saying where it differs.
 */
export async function compare({ folders, out }: CompareOptions): Promise<Comparison> {
  if (folders.length < 2) {
    throw inputError("a comparison needs two evidence folders at least", { got: String(folders.length) });
  }
  const exams: Exam[] = [];
  for (const folder of folders) exams.push(await readExam(folder));
  const [first, ...others] = exams;
  for (const other of others) {
    refuseDifferences(contractDifferences(first!.manifest, other.manifest), first!.folder, other.folder);
  }
  const comparison = compareExams(exams);
  if (out !== undefined) await writeFile(out, renderComparison(comparison));
  return comparison;
}

function compareExams(exams: readonly Exam[]): Comparison {
  const { result, manifest } = exams[0]!;
  const names = exams.map((exam) => exam.result.candidate.name);
  const examined = exams.map((exam, i): ExaminedCandidate => {
    const repeats = names.filter((name) => name === names[i]).length > 1;
    return { candidate: candidateOf(exam, repeats), rows: exam.rows };
  });
  const count = (exams.length * (exams.length - 1)) / 2;
  const { confidence } = result.contract;
  const pairConfidence = 1 - (1 - confidence) / count;
  const seed = BigInt(String(manifest.contract["seed"]));
  return {
    schema: "simgate/comparison@1",
    scenario: result.scenario,
    truth: result.truth.name,
    policies: result.policies.map(({ policy }) => policy),
    starts: result.contract.panel.count,
    confidence,
    pairConfidence,
    candidates: examined.map(({ candidate }) => candidate),
    pairs: examined.flatMap((a, i) =>
      examined.slice(i + 1).map((b) => comparePair(a, b, { seed, confidence: pairConfidence })),
    ),
    notes: notesOn(exams),
  };
}

async function readExam(folder: string): Promise<Exam> {
  const manifest = await readManifest(folder);
  if (manifest.kind !== "exam") {
    throw inputError("only exams can be compared", { where: folder, expected: "exam", got: manifest.kind });
  }
  const intact = async (name: string): Promise<Buffer> => {
    const bytes = await readFile(join(folder, name)).catch((cause: unknown) => {
      throw inputError(`${name} cannot be read`, { where: folder, got: messageOf(cause), cause });
    });
    const expected = manifest.contents.find(({ path }) => path === name)?.sha256 ?? "none";
    const got = sha256Of(bytes);
    if (got === expected) return bytes;
    throw inputError(`${name} is not the file that was written`, {
      where: folder,
      expected: `sha256 ${expected}`,
      got: `sha256 ${got}`,
      hint: `simgate verify ${folder} says what else does not hold`,
    });
  };
  const raw: unknown = JSON.parse((await intact("result.json")).toString("utf8"));
  const parsed = resultSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw inputError("result.json is not as this version of simgate writes it", {
      where: `${folder} ${issue?.path.join(".") ?? ""}`,
      got: issue?.message ?? "",
      hint: "examine the candidate again with this version",
    });
  }
  return {
    folder,
    id: await evidenceId(folder),
    manifest,
    result: parsed.data,
    rows: await readEpisodes(await intact("episodes.parquet")),
  };
}

function candidateOf({ folder, id, result, rows }: Exam, repeats: boolean): ComparedCandidate {
  const { candidate, verdict, axes, checks, overall, policies, horizon, errorGrowth } = result;
  return {
    label: repeats ? `${candidate.name} (${basename(resolve(folder))})` : candidate.name,
    folder,
    evidenceId: id,
    verdict,
    axes,
    checks,
    overall,
    policies,
    horizon,
    growth: errorGrowth.scaled,
    divergence: firstDivergence(rows),
  };
}

function firstDivergence(rows: readonly EpisodeRow[]): FirstDivergence {
  const candidates = rows.filter(({ role }) => role === "candidate");
  const byChannel = new Map<string, number[]>();
  for (const { firstDivergenceSec, firstDivergenceChannel } of candidates) {
    if (firstDivergenceSec === null) continue;
    const channel = firstDivergenceChannel ?? "unknown";
    byChannel.set(channel, [...(byChannel.get(channel) ?? []), firstDivergenceSec]);
  }
  const times = candidates.map(({ firstDivergenceSec }) => firstDivergenceSec ?? Infinity);
  const middle = times.length === 0 ? Infinity : median(times);
  return {
    rollouts: candidates.length,
    never: times.filter((time) => time === Infinity).length,
    medianSec: Number.isFinite(middle) ? middle : null,
    channels: [...byChannel]
      .map(([channel, own]) => ({ channel, rollouts: own.length, medianSec: median(own) }))
      .sort((a, b) => b.rollouts - a.rollouts || (a.channel < b.channel ? -1 : 1)),
  };
}

function notesOn(exams: readonly Exam[]): string[] {
  const notes: string[] = [];
  const [first, ...others] = exams;
  for (const kind of ["versions", "machine"] as const) {
    const keys = new Set(exams.flatMap(({ manifest }) => Object.keys(manifest[kind])));
    for (const key of keys) {
      const all = [first!, ...others].map(({ manifest }) => manifest[kind][key] ?? "none");
      if (new Set(all).size > 1) notes.push(`made with different ${key}: ${all.join(", ")}`);
    }
  }
  return notes;
}
