import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { inputError, runtimeError } from "../core/errors.ts";
import { canonicalJson } from "./canonical-json.ts";
import { renderReport } from "./html.ts";
import { junitXml } from "./junit.ts";
import {
  contractManifestSchema,
  MANIFEST_SCHEMA,
  runSchema,
  type ContractManifest,
  type RunRecord,
} from "./manifest.ts";
import { postmortem } from "./postmortem.ts";
import { writeEpisodes, type EpisodeRow } from "./parquet.ts";
import { renderReplayReport } from "./replay-html.ts";
import { replayResultSchema, type ReplayResult } from "./replay-result.ts";
import { resultSchema, type ExamResult } from "./result.ts";
import { tableCsv } from "./table-csv.ts";

export interface Evidence {
  readonly manifest: ContractManifest;
  readonly result: ExamResult;
  readonly episodes: readonly EpisodeRow[];
  /** Path in the folder (`traces/….mcap`) → what writes that file, given its absolute path. Run one after the other. */
  readonly traces: ReadonlyMap<string, TraceWriter>;
  readonly run: RunRecord;
}

export type TraceWriter = (path: string) => Promise<void>;

export interface ReplayEvidence {
  readonly manifest: ContractManifest;
  readonly result: ReplayResult;
  readonly run: RunRecord;
}

/**
 * Writes the evidence folder of an exam: whole or not at all. An older evidence folder in its place is replaced.
 * @returns the absolute path of the folder
 * @throws SimgateError if `folder` holds something else than evidence, or cannot be written
 */
export async function writeEvidence(folder: string, evidence: Evidence): Promise<string> {
  const { manifest, run, episodes, traces } = evidence;
  const result = resultSchema.parse(evidence.result);
  return writeFolder(folder, manifest, run, async (path) => {
    await writeFile(path("result.json"), canonicalJson(result));
    await writeEpisodes(path("episodes.parquet"), episodes);
    await writeFile(path("table.csv"), tableCsv(result));
    await writeFile(path("junit.xml"), junitXml(result));
    await writeFile(path("postmortem.md"), postmortem(result));
    for (const [name, write] of traces) {
      await mkdir(dirname(path(name)), { recursive: true });
      await write(path(name));
    }
    await writeFile(path("report.html"), renderReport(result, { manifest, run }));
  });
}

/** The folder of a replay: `result.json`, `report.html`, `manifest.json`, `run.json`. As {@link writeEvidence}. */
export async function writeReplayEvidence(folder: string, evidence: ReplayEvidence): Promise<string> {
  const { manifest, run } = evidence;
  const result = replayResultSchema.parse(evidence.result);
  return writeFolder(folder, manifest, run, async (path) => {
    await writeFile(path("result.json"), canonicalJson(result));
    await writeFile(path("report.html"), renderReplayReport(result, { manifest, run }));
  });
}

/**
 * Whether evidence may be written here: nothing there, an empty folder, or older evidence. Ask before a long run.
 * @throws SimgateError otherwise
 */
export async function checkEvidenceFolder(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw inputError("the evidence cannot be written here", {
      where: folder,
      expected: "a folder, or nothing",
      got: (error as NodeJS.ErrnoException).code === "ENOTDIR" ? "a file" : String(error),
      cause: error,
    });
  }
  if (entries.length === 0 || (await isEvidence(folder))) return;
  throw inputError("the folder holds something else than simgate evidence", {
    where: folder,
    expected: "a folder that does not exist, is empty, or was written by simgate",
    got: entries.toSorted().slice(0, 4).join(", ") + (entries.length > 4 ? ", …" : ""),
    hint: "name another folder with --out, or empty this one",
  });
}

async function isEvidence(folder: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as {
      schema?: unknown;
    };
    return manifest.schema === MANIFEST_SCHEMA;
  } catch {
    return false;
  }
}

async function writeFolder(
  folder: string,
  contract: ContractManifest,
  run: RunRecord,
  write: (path: (name: string) => string) => Promise<void>,
): Promise<string> {
  const target = resolve(folder);
  await checkEvidenceFolder(target);
  const aside = await besides(target);
  try {
    await write((name) => join(aside, name));
    await writeFile(join(aside, "run.json"), canonicalJson(runSchema.parse(run)));
    const manifest = {
      schema: MANIFEST_SCHEMA,
      ...contractManifestSchema.parse(contract),
      contents: await contentsOf(aside),
    };
    await writeFile(join(aside, "manifest.json"), canonicalJson(manifest));
    await replaceFolder(aside, target);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  await sweep(target);
  return target;
}

/** What runs that were killed while they wrote have left beside the folder. Those of a living process are its own. */
async function sweep(target: string): Promise<void> {
  const prefix = `.${basename(target)}.`;
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = /^(\d+)\.partial(-old)?$/.exec(name.slice(prefix.length))?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A fresh folder on the same file system, so that the final rename is one operation. */
async function besides(target: string): Promise<string> {
  const aside = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  try {
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    return aside;
  } catch (error) {
    throw inputError("the evidence cannot be written here", {
      where: target,
      got: String(error),
      cause: error,
    });
  }
}

/** A folder cannot be renamed onto one with content: the old one steps aside, and comes back if the rename fails. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${from}-old`;
  const had = await rename(to, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(from, to);
  } catch (error) {
    if (had) await rename(old, to);
    throw runtimeError("the evidence folder could not be put in its place", { where: to, cause: error });
  }
  await rm(old, { recursive: true, force: true });
}

async function contentsOf(folder: string): Promise<{ path: string; bytes: number; sha256: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .toSorted();
  const contents = [];
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    contents.push({ path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  }
  return contents;
}
