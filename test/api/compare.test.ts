import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compare } from "../../src/api/compare.ts";
import { contractDifferences } from "../../src/api/contract-differences.ts";
import { canonicalJson } from "../../src/report/canonical-json.ts";
import type { EvidenceManifest } from "../../src/report/manifest.ts";
import { smallEvidence } from "./small-evidence.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Real rollouts of two learned models under one contract. */
let parent: string;
const at = (name: string): string => join(parent, name);
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "simgate-compare-"));
  for (const world of ["ensemble", "optimist"]) await smallEvidence(at(world), { world, starts: 16 });
});
afterAll(() => rm(parent, { recursive: true, force: true }));

async function edited(
  folder: string,
  change: (manifest: EvidenceManifest & { contract: Record<string, never> }) => void,
): Promise<string> {
  const copy = join(await temporaryFolder(), "edited");
  await cp(at(folder), copy, { recursive: true });
  const manifest = JSON.parse(await readFile(join(copy, "manifest.json"), "utf8")) as never;
  change(manifest);
  await writeFile(join(copy, "manifest.json"), canonicalJson(manifest));
  return copy;
}

describe("compare", () => {
  it("puts two candidates side by side and says only what the paired intervals carry", async () => {
    const out = at("compare.html");
    const found = await compare({ folders: [at("ensemble"), at("optimist")], out });
    expect(found.candidates.map(({ label }) => label)).toEqual(["ensemble", "optimist"]);
    const [pair] = found.pairs;
    expect(found.pairs).toHaveLength(1);
    const { validity, lasts } = pair!;
    if ("undefined" in validity || "undefined" in lasts) throw new Error("both are defined");
    expect(pair!.better).toBe(validity.interval![0] > 0 ? "ensemble" : null);
    expect(validity.value).toBeGreaterThan(0);
    expect(pair!.earlier).toBe(lasts.interval![0] > 0 ? "optimist" : null);
    for (const { divergence } of found.candidates) {
      const left = divergence.channels.reduce((sum, { rollouts }) => sum + rollouts, 0);
      expect(left + divergence.never).toBe(32);
    }
    const page = await readFile(out, "utf8");
    expect(page).toContain(pair!.sentence);
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  it("finds nothing between an exam and itself, and tells two of a name apart", async () => {
    await cp(at("ensemble"), at("again"), { recursive: true });
    const found = await compare({ folders: [at("ensemble"), at("again"), at("optimist")] });
    expect(found.candidates.map(({ label }) => label)).toEqual([
      "ensemble (ensemble)",
      "ensemble (again)",
      "optimist",
    ]);
    expect(found.pairs).toHaveLength(3);
    expect(found.pairConfidence).toBeCloseTo(1 - 0.05 / 3, 12);
    expect(found.pairs[0]).toMatchObject({
      better: null,
      earlier: null,
      separates: null,
      lasts: { value: 0, interval: [0, 0] },
    });
  });

  it("refuses another contract and says where it differs, with both values", async () => {
    await smallEvidence(at("other-seed"), { world: "ensemble", starts: 16, seed: 7 });
    await expect(compare({ folders: [at("ensemble"), at("other-seed")] })).rejects.toMatchObject({
      code: "input",
      details: { where: expect.stringMatching(/^contract\.panel\[0\]\./) as string },
    });
    const threshold = await edited("optimist", ({ contract }) => {
      const scenario: { thresholds: { taskValidity: number } } = contract["scenario"]!;
      scenario.thresholds.taskValidity = 0.5;
    });
    await expect(compare({ folders: [at("ensemble"), threshold] })).rejects.toMatchObject({
      code: "input",
      details: {
        where: "contract.scenario.thresholds.taskValidity",
        expected: "0.8 (ensemble)",
        got: "0.5 (edited)",
      },
    });
    const policies = await edited("optimist", ({ contract }) => {
      (contract["policies"]! as { name: string }[])[1]!.name = "timid";
    });
    await expect(compare({ folders: [at("ensemble"), policies] })).rejects.toThrow(
      /contract\.policies\[1\]\.name/,
    );
  });

  it("refuses truth of other bytes under the same name, but not another candidate's", async () => {
    const read = async (name: string): Promise<EvidenceManifest> =>
      JSON.parse(await readFile(join(at(name), "manifest.json"), "utf8")) as EvidenceManifest;
    const withOther = (manifest: EvidenceManifest, path: string): EvidenceManifest => ({
      ...manifest,
      files: manifest.files.map((file) => (file.path === path ? { ...file, sha256: "f".repeat(64) } : file)),
    });
    const manifest = await read("ensemble");
    expect(contractDifferences(manifest, withOther(manifest, "cartpole.xml"))).toMatchObject([
      { path: "files cartpole.xml" },
    ]);
    expect(contractDifferences(manifest, withOther(manifest, "models/linear.json"))).toHaveLength(1);
    expect(contractDifferences(manifest, withOther(manifest, "models/ensemble.onnx"))).toEqual([]);
    expect(contractDifferences(manifest, await read("optimist"))).toEqual([]);
  });

  it("refuses evidence that was changed, what is no exam, and one folder alone", async () => {
    const copy = await edited("optimist", () => {});
    await writeFile(join(copy, "result.json"), "{}");
    await expect(compare({ folders: [at("ensemble"), copy] })).rejects.toMatchObject({
      code: "input",
      what: "result.json is not the file that was written",
    });
    await expect(compare({ folders: [at("ensemble")] })).rejects.toThrow("two evidence folders");
    await expect(compare({ folders: [at("ensemble"), "/nowhere"] })).rejects.toThrow("manifest");
  });
});
