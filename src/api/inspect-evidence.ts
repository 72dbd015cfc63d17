import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { EvidenceManifest } from "../report/manifest.ts";
import { replayResultSchema } from "../report/replay-result.ts";
import { resultSchema, type Verdict } from "../report/result.ts";
import { filesBelow, readManifest, sha256Of } from "./evidence-files.ts";

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
    const intact = actual !== undefined && sha256Of(actual) === sha256;
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
