import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { canonicalJson } from "../report/canonical-json.ts";
import { type EvidenceManifest, manifestSchema, type RunRecord, runSchema } from "../report/manifest.ts";
import { type ReplayResult, replayResultSchema } from "../report/replay-result.ts";
import { type ExamResult, resultSchema } from "../report/result.ts";
import { filesBelow, sha256Of } from "./evidence-files.ts";
import { type EvidenceCheck, Findings } from "./verify-problem.ts";

/** What the JSON files of an evidence folder say, as far as they can be read. */
export interface EvidenceJson {
  readonly manifest?: EvidenceManifest;
  readonly result?: ExamResult | ReplayResult;
  readonly run?: RunRecord;
}

/** Parses `manifest.json`, `result.json` and `run.json`: schema, and written the way simgate writes them. */
export async function checkSchemas(folder: string): Promise<{ json: EvidenceJson; check: EvidenceCheck }> {
  const found = new Findings();
  const manifest = await parsed(folder, "manifest.json", manifestSchema, found);
  const result =
    manifest?.kind === "replay"
      ? await parsed(folder, "result.json", replayResultSchema, found)
      : await parsed(folder, "result.json", resultSchema, found);
  const run = await parsed(folder, "run.json", runSchema, found);
  return {
    json: {
      ...(manifest === undefined ? {} : { manifest }),
      ...(result === undefined ? {} : { result }),
      ...(run === undefined ? {} : { run }),
    },
    check: found.check("schema", "manifest.json, result.json and run.json"),
  };
}

/** Every file of the folder is one that was written, as it was written. */
export async function checkContents(folder: string, manifest: EvidenceManifest): Promise<EvidenceCheck> {
  const found = new Findings();
  for (const { path, bytes, sha256 } of manifest.contents) {
    const actual = await readFile(join(folder, path)).catch(() => undefined);
    if (actual === undefined) {
      found.add(path, "is missing", `${bytes} bytes`, "no such file");
      continue;
    }
    const got = sha256Of(actual);
    if (got !== sha256) {
      found.add(path, "is not the file that was written", `sha256 ${sha256}`, `sha256 ${got}`);
    }
  }
  const known = new Set(["manifest.json", ...manifest.contents.map(({ path }) => path)]);
  for (const path of await filesBelow(folder)) {
    if (!known.has(path)) found.add(path, "does not belong to the evidence", "no such file");
  }
  const needed = manifest.kind === "replay" ? REPLAY_FILES : EXAM_FILES;
  for (const path of needed) {
    if (!known.has(path)) found.add("manifest.json", `does not list ${path}`, path, "no such entry");
  }
  return found.check("files", `${manifest.contents.length} files, by sha256`);
}

const REPLAY_FILES = ["result.json", "report.html", "run.json"];
const EXAM_FILES = [...REPLAY_FILES, "episodes.parquet", "table.csv", "junit.xml", "postmortem.md"];

async function parsed<T extends z.ZodType>(
  folder: string,
  name: string,
  schema: T,
  found: Findings,
): Promise<z.output<T> | undefined> {
  let text: string;
  let raw: unknown;
  try {
    text = await readFile(join(folder, name), "utf8");
    raw = JSON.parse(text);
  } catch (thrown) {
    found.add(name, "cannot be read", "JSON", messageOf(thrown));
    return undefined;
  }
  const result = schema.safeParse(raw);
  if (!result.success) {
    const [issue] = result.error.issues;
    found.add(
      name,
      `breaks its schema at ${issue?.path.join(".") ?? ""}`,
      "simgate's schema",
      issue?.message,
    );
    return undefined;
  }
  const line = firstDifference(canonicalJson(result.data), text);
  if (line !== undefined) {
    found.add(name, `is not written the way simgate writes it, line ${line.line}`, line.expected, line.got);
  }
  return result.data;
}

/** The first line in which two texts differ. */
export function firstDifference(
  expected: string,
  got: string,
): { readonly line: number; readonly expected: string; readonly got: string } | undefined {
  if (expected === got) return undefined;
  const [a, b] = [expected.split("\n"), got.split("\n")];
  let line = 0;
  while (line < a.length && line < b.length && a[line] === b[line]) line++;
  return { line: line + 1, ...around(a[line], b[line]) };
}

const SHOWN = 120;

/** Long lines are cut to where they differ. */
function around(a: string | undefined, b: string | undefined): { expected: string; got: string } {
  let from = 0;
  while (from < (a?.length ?? 0) && a![from] === b?.[from]) from++;
  const begin = Math.max(0, from - SHOWN / 2);
  const part = (text: string | undefined): string => {
    if (text === undefined) return "the end of the file";
    const cut = text.slice(begin, begin + SHOWN);
    return `${begin > 0 ? "…" : ""}${cut}${begin + SHOWN < text.length ? "…" : ""}`;
  };
  return { expected: part(a), got: part(b) };
}
