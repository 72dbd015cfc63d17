import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  checkEvidenceFolder,
  writeEvidence,
  writeReplayEvidence,
  type Evidence,
} from "../../src/report/evidence.ts";
import { manifestSchema } from "../../src/report/manifest.ts";
import { episodesFixture, examFixture, manifestFixture, runFixture } from "./exam-fixture.ts";
import { replayFixture } from "./replay-fixture.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "simgate-evidence-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function evidence(traceText = "a trace"): Evidence {
  const result = examFixture();
  const traces = new Map([
    ["traces/one.mcap", (path: string) => writeFile(path, traceText)],
    ["traces/two.mcap", (path: string) => writeFile(path, traceText.toUpperCase())],
  ]);
  return { manifest: manifestFixture, result, episodes: episodesFixture(result), traces, run: runFixture };
}

describe("the evidence folder", () => {
  it("holds every file, with its hash in the manifest", async () => {
    const folder = await writeEvidence(join(parent, "deep", "out"), evidence());
    expect((await readdir(folder)).toSorted()).toEqual([
      "episodes.parquet",
      "junit.xml",
      "manifest.json",
      "postmortem.md",
      "report.html",
      "result.json",
      "run.json",
      "table.csv",
      "traces",
    ]);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
    expect(manifest.contents.map(({ path }) => path)).toEqual([
      "episodes.parquet",
      "junit.xml",
      "postmortem.md",
      "report.html",
      "result.json",
      "run.json",
      "table.csv",
      "traces/one.mcap",
      "traces/two.mcap",
    ]);
    for (const { path, sha256, bytes } of manifest.contents) {
      const content = await readFile(join(folder, path));
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
      expect(content.length).toBe(bytes);
    }
  });

  it("gives the same result.json and episodes.parquet when only the clock differs", async () => {
    const first = await writeEvidence(join(parent, "a"), evidence());
    const later = { ...runFixture, startedAt: "2030-01-01T00:00:00.000Z", durationSec: 3 };
    const second = await writeEvidence(join(parent, "b"), { ...evidence(), run: later });
    for (const name of ["result.json", "episodes.parquet", "table.csv", "junit.xml"]) {
      const [one, other] = [await readFile(join(first, name)), await readFile(join(second, name))];
      expect(one.equals(other), name).toBe(true);
    }
  });

  it("replaces older evidence and leaves nothing of it", async () => {
    const folder = join(parent, "out");
    await writeEvidence(folder, evidence());
    await writeFile(join(folder, "left-over.txt"), "old");
    await writeEvidence(folder, evidence("another"));
    expect(await readFile(join(folder, "traces/one.mcap"), "utf8")).toBe("another");
    expect(await readdir(folder)).not.toContain("left-over.txt");
    expect(await readdir(parent)).toEqual(["out"]);
  });

  it("refuses a folder that holds something else, and a file, before anything is written", async () => {
    const folder = join(parent, "thesis");
    await mkdir(folder);
    await writeFile(join(folder, "chapter-1.tex"), "precious");
    await expect(writeEvidence(folder, evidence())).rejects.toMatchObject({ code: "input" });
    await expect(checkEvidenceFolder(folder)).rejects.toThrow("chapter-1.tex");
    await expect(checkEvidenceFolder(join(folder, "chapter-1.tex"))).rejects.toThrow("a file");
    expect(await readdir(folder)).toEqual(["chapter-1.tex"]);
    await expect(checkEvidenceFolder(join(parent, "not-there-yet"))).resolves.toBeUndefined();
  });

  it("keeps the older evidence whole when writing fails half-way", async () => {
    const folder = join(parent, "out");
    await writeEvidence(folder, evidence());
    const broken = {
      ...evidence(),
      traces: new Map([["traces/x.mcap", () => Promise.reject(new Error("disk full"))]]),
    };
    await expect(writeEvidence(folder, broken)).rejects.toThrow("disk full");
    expect(await readFile(join(folder, "traces/one.mcap"), "utf8")).toBe("a trace");
    expect(await readdir(parent)).toEqual(["out"]);
  });

  it("sweeps away what a killed run has left beside it, and nothing else", async () => {
    const dead = 2 ** 22 + 1; // beyond the largest process id of Linux
    const names = [
      `.out.${dead}.partial`,
      `.out.${dead}.partial-old`,
      `.other.${dead}.partial`,
      ".out.notes",
    ];
    for (const name of [...names, `.out.${process.ppid}.partial`]) {
      await mkdir(join(parent, name, "traces"), { recursive: true });
    }
    await writeEvidence(join(parent, "out"), evidence());
    expect((await readdir(parent)).toSorted()).toEqual(
      [`.other.${dead}.partial`, `.out.${process.ppid}.partial`, ".out.notes", "out"].toSorted(),
    );
  });

  it("holds a replay's result and report", async () => {
    const folder = await writeReplayEvidence(join(parent, "out"), {
      manifest: { ...manifestFixture, kind: "replay" },
      result: replayFixture(),
      run: runFixture,
    });
    expect((await readdir(folder)).toSorted()).toEqual([
      "manifest.json",
      "report.html",
      "result.json",
      "run.json",
    ]);
  });
});
