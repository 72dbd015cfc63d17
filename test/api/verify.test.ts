import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evidenceId, sha256Of } from "../../src/api/evidence-files.ts";
import { verify, type Verification } from "../../src/api/verify.ts";
import { chooseRollouts } from "../../src/api/verify-rerun.ts";
import { canonicalJson } from "../../src/report/canonical-json.ts";
import { writeReplayEvidence } from "../../src/report/evidence.ts";
import type { EvidenceManifest } from "../../src/report/manifest.ts";
import { readEpisodes } from "../../src/report/read-episodes.ts";
import { episodesParquet } from "../../src/report/parquet.ts";
import type { ExamResult } from "../../src/report/result.ts";
import { manifestFixture, runFixture } from "../report/exam-fixture.ts";
import { replayFixture } from "../report/replay-fixture.ts";
import { smallEvidence } from "./small-evidence.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const CARTPOLE = resolve(import.meta.dirname, "../../scenarios/cartpole");

/** Evidence of real rollouts of a learned model, made once. */
let parent: string;
let original: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "simgate-verify-"));
  original = join(parent, "evidence");
  await smallEvidence(original, { world: "optimist" });
});
afterAll(() => rm(parent, { recursive: true, force: true }));

async function copy(): Promise<string> {
  const folder = join(await temporaryFolder(), "evidence");
  await cp(original, folder, { recursive: true });
  return folder;
}

function saidOf({ checks }: Verification): string {
  return checks
    .flatMap(({ problems }) => problems)
    .map(({ file, what, expected, got }) => `${file}: ${what} | ${expected ?? ""} | ${got ?? ""}`)
    .join("\n");
}

async function flip(path: string, at: (length: number) => number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at(bytes.length)]! ^= 1;
  await writeFile(path, bytes);
}

/** Writes a file and its new hash into the manifest, as a forger would. */
async function forge(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(folder, name), content);
  const manifest = await manifestOf(folder);
  const entry = manifest.contents.find(({ path }) => path === name)!;
  Object.assign(entry, { bytes: Buffer.byteLength(content), sha256: sha256Of(content) });
  await writeFile(join(folder, "manifest.json"), canonicalJson(manifest));
}

async function manifestOf(folder: string): Promise<EvidenceManifest> {
  return JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as EvidenceManifest;
}

describe("verify", () => {
  it("finds that fresh evidence holds, also when rollouts are run again", async () => {
    const found = await verify({ folder: original, rerun: 6, workers: 1, id: await evidenceId(original) });
    expect(saidOf(found)).toBe("");
    expect(found).toMatchObject({ of: "exam", holds: true });
    expect(found.checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        "schema",
        "files",
        "reports",
        "contract",
        "episodes.parquet",
        "counts",
        "traces",
      ]),
    );
    expect(found.checks.find(({ check }) => check === "rerun")).toMatchObject({
      status: "holds",
      detail: expect.stringMatching(/^6 of 48 rollouts run again, [1-4] of them/) as string,
    });
  });

  it("names the file of which one byte was flipped, wherever it is", async () => {
    const names = (await readdir(original, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(original.length + 1));
    expect(names.length).toBeGreaterThan(8);
    const folder = await copy();
    for (const name of names) {
      const bytes = await readFile(join(folder, name));
      for (const part of [0.02, 0.7]) {
        await flip(join(folder, name), (length) => Math.floor(part * length));
        const found = await verify({ folder });
        expect(found.holds, `${name} at ${part}`).toBe(false);
        // A changed manifest shows where it contradicts the rest: as itself, or as what no longer belongs to it.
        if (name !== "manifest.json") expect(saidOf(found)).toContain(`${name}: `);
        await writeFile(join(folder, name), bytes);
      }
    }
    expect((await verify({ folder })).holds).toBe(true);
  });

  it("says which file is missing and which one is too many", async () => {
    const folder = await copy();
    await rm(join(folder, "table.csv"));
    await writeFile(join(folder, "traces/notes.txt"), "?");
    const said = saidOf(await verify({ folder }));
    expect(said).toMatch(/table\.csv: is missing \| \d+ bytes \| no such file/);
    expect(said).toContain("traces/notes.txt: does not belong to the evidence");
  });

  it("sees a verdict that was edited, with and without its hash", async () => {
    const folder = await copy();
    const result = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as ExamResult;
    const better = { ...result, verdict: { ...result.verdict, status: "pass" as const } };
    await writeFile(join(folder, "result.json"), canonicalJson(better));
    const { sha256 } = (await manifestOf(folder)).contents.find(({ path }) => path === "result.json")!;
    expect(saidOf(await verify({ folder }))).toContain(
      `result.json: is not the file that was written | sha256 ${sha256} | sha256 `,
    );
    await forge(folder, "result.json", canonicalJson(better));
    const forged = await verify({ folder, id: await evidenceId(original) });
    expect(saidOf(forged)).toContain("report.html: does not belong to this result");
    expect(saidOf(forged)).toContain("manifest.json: is not that of this evidence id");
  });

  it("sees an outcome that was edited in the episodes, though every hash was made to fit", async () => {
    const folder = await copy();
    const rows = await readEpisodes(await readFile(join(folder, "episodes.parquet")));
    const at = rows.findIndex(({ role, outcome }) => role === "candidate" && outcome === "success");
    const { policy, start } = rows[at]!;
    rows[at] = { ...rows[at]!, outcome: "failure", margin: -0.5 };
    await forge(folder, "episodes.parquet", await episodesParquet(rows));
    const said = saidOf(await verify({ folder }));
    expect(said).toContain(
      `result.json: policies, ${policy}: candidate successes, counted from episodes.parquet`,
    );
    expect(said).toContain(
      `${policy} from start #${start} in the candidate | ["failure",-0.5] | ["success",`,
    );
    const again = saidOf(await verify({ folder, rerun: 48, workers: 1 }));
    expect(again).toMatch(
      `episodes.parquet: ${policy} from start #${start} in the candidate, run again: margin | -0.5 | `,
    );
  });

  it("sees a trace that was put in another's place", async () => {
    const folder = await copy();
    const [one, other] = (await manifestOf(folder)).contents.filter(({ path }) => path.startsWith("traces/"));
    await forge(folder, one!.path, await readFile(join(folder, other!.path)));
    expect(saidOf(await verify({ folder }))).toMatch(
      /traces\/.*\.mcap: .* (margin, judged again|initial values) \|/,
    );
    await forge(folder, one!.path, "not a recording");
    expect(saidOf(await verify({ folder }))).toMatch(
      /traces\/.*\.mcap: .* cannot be read \| an MCAP recording/,
    );
  });

  it("sees a contract that was edited: the report carries its digest", async () => {
    const folder = await copy();
    const manifest = await manifestOf(folder);
    const scenario = manifest.contract["scenario"] as { thresholds: { taskValidity: number } };
    scenario.thresholds.taskValidity = 0.1;
    await writeFile(join(folder, "manifest.json"), canonicalJson(manifest));
    expect(saidOf(await verify({ folder }))).toContain("report.html: does not belong to this result");
  });

  it("names the first file that is not the one the evidence was made with, before it runs anything", async () => {
    const scenario = join(await temporaryFolder(), "cartpole");
    await cp(CARTPOLE, scenario, { recursive: true });
    expect((await verify({ folder: original, rerun: 1, workers: 1, scenario })).holds).toBe(true);
    await writeFile(join(scenario, "cartpole.xml"), "<mujoco/>");
    await expect(verify({ folder: original, rerun: 1, scenario })).rejects.toMatchObject({
      code: "input",
      what: expect.stringMatching(/^cartpole\.xml \(.*\) on this machine is not the file/) as string,
    });
  });

  it("refuses a folder without evidence", async () => {
    await expect(verify({ folder: await temporaryFolder() })).rejects.toMatchObject({ code: "input" });
    await expect(verify({ folder: "/nowhere" })).rejects.toThrow("no such folder");
  });

  it("checks files and report of a replay", async () => {
    const folder = await writeReplayEvidence(join(await temporaryFolder(), "replay"), {
      manifest: { ...manifestFixture, kind: "replay" },
      result: replayFixture(),
      run: runFixture,
    });
    expect(await verify({ folder, rerun: 2 })).toMatchObject({ of: "replay", holds: true });
    await flip(join(folder, "result.json"), (length) => length - 20);
    expect((await verify({ folder })).holds).toBe(false);
  });
});

describe("the rollouts that are run again", () => {
  it("are spread over worlds and policies, the same for the same seed", async () => {
    const rows = await readEpisodes(await readFile(join(original, "episodes.parquet")));
    const chosen = chooseRollouts(rows, 8, 1n);
    const cells = chosen.map(({ role, policy }) => `${role} ${policy}`);
    expect(new Set(cells.slice(0, 4)).size).toBe(4);
    expect(new Set(cells.slice(4)).size).toBe(4);
    expect(chooseRollouts(rows, 8, 1n)).toEqual(chosen);
    expect(chooseRollouts(rows, 8, 2n)).not.toEqual(chosen);
    expect(chooseRollouts(rows, 1000, 1n)).toHaveLength(48);
  });
});
