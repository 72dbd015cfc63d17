import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { type EvidenceManifest, manifestSchema } from "../report/manifest.ts";
import { replayResultSchema } from "../report/replay-result.ts";
import { resultSchema, type Verdict } from "../report/result.ts";

export interface EvidenceInspection {
  readonly kind: "evidence";
  readonly file: string;
  /** `exam`, `replay`. */
  readonly of: string;
  readonly command: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** Files that went in: scenario, worlds, policies, recordings. */
  readonly inputs: EvidenceManifest["files"];
  /** Files of the folder, and whether they are as they were written. */
  readonly contents: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly intact: boolean;
  }[];
  /** Of an exam. */
  readonly verdict?: Verdict;
  readonly problems: readonly string[];
}

/** Files and hashes of an evidence folder, and what it says. */
export async function inspectEvidence(folder: string): Promise<EvidenceInspection> {
  const manifest = await readManifest(folder);
  const problems: string[] = [];
  const contents = [];
  for (const { path, bytes, sha256 } of manifest.contents) {
    const actual = await readFile(join(folder, path)).catch(() => undefined);
    const intact = actual !== undefined && createHash("sha256").update(actual).digest("hex") === sha256;
    if (actual === undefined) problems.push(`${path} is missing`);
    else if (!intact) problems.push(`${path} is not the file that was written: its sha256 differs`);
    contents.push({ path, bytes, intact });
  }
  const known = new Set(["manifest.json", ...manifest.contents.map(({ path }) => path)]);
  for (const path of await filesBelow(folder)) {
    if (!known.has(path)) problems.push(`${path} does not belong to the evidence`);
  }
  const { verdict, problem } = await readResult(folder, manifest.kind);
  if (problem !== undefined) problems.push(problem);
  return {
    kind: "evidence",
    file: folder,
    of: manifest.kind,
    command: manifest.command,
    versions: manifest.versions,
    inputs: manifest.files,
    contents,
    ...(verdict === undefined ? {} : { verdict }),
    problems,
  };
}

async function readManifest(folder: string): Promise<EvidenceManifest> {
  const file = join(folder, "manifest.json");
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw inputError("the manifest of the evidence cannot be read", {
      where: file,
      got: messageOf(cause),
      cause,
    });
  }
  const parsed = manifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw inputError("this is not the manifest of simgate evidence", {
    where: `${file} ${issue?.path.join(".") ?? ""}`.trim(),
    got: issue?.message ?? "",
  });
}

async function readResult(folder: string, kind: string): Promise<{ verdict?: Verdict; problem?: string }> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(join(folder, "result.json"), "utf8"));
  } catch (cause) {
    return { problem: `result.json cannot be read: ${messageOf(cause)}` };
  }
  const schema = kind === "replay" ? replayResultSchema : resultSchema;
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      problem: `result.json breaks its schema at ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
    };
  }
  return "verdict" in parsed.data ? { verdict: parsed.data.verdict } : {};
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}
