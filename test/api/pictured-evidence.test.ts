import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { composeContract } from "../../src/api/contract.ts";
import { digestFiles } from "../../src/api/files.ts";
import { writePairTrace } from "../../src/api/pair-trace.ts";
import { rollOutPairs } from "../../src/exam/pairs.ts";
import { withPictures } from "../../src/exam/telling-pictures.ts";
import { tellingPairs } from "../../src/exam/telling-traces.ts";
import { Fleet } from "../../src/fleet/fleet.ts";
import { openRunner } from "../../src/fleet/open-runner.ts";
import { readTraceFile } from "../../src/record/read-traces.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The telling traces of a model that paints what it sees, next to truth. @returns path → bytes */
async function traces(folder: string, workers: number): Promise<ReadonlyMap<string, Buffer>> {
  const contract = await composeContract({
    scenario: "tabletop-push",
    world: "forgetful",
    policies: ["careful", "direct"],
    starts: 3,
  });
  const { scenario, truth, candidate } = contract;
  const files = await digestFiles({ ...contract, worlds: [truth, candidate] });
  const runner = openRunner(workers);
  try {
    const rollouts = new Fleet({ scenario, runner, fingerprint: files.fingerprint.bind(files) });
    const pairs = await rollOutPairs(contract, rollouts, createJudge(scenario));
    const written = new Map<string, Buffer>();
    for (const { link, pair, pictures } of await withPictures({ contract, rollouts }, tellingPairs(pairs))) {
      const path = join(folder, link.path);
      await writePairTrace(path, contract, pair, pictures);
      for (const role of ["truth", "candidate"]) {
        const [reading] = await readTraceFile(path, scenario, { role, images: scenario.images! });
        expect(Object.keys(reading!.trace.images ?? {}), `${role} of ${link.path}`).toEqual(["coarse"]);
      }
      written.set(link.path, await readFile(path));
    }
    return written;
  } finally {
    await runner.close();
  }
}

describe("the telling traces of a world that paints", () => {
  it("carry the pictures of both worlds, the same bytes with one worker and with two", async () => {
    const folder = await temporaryFolder();
    const one = await traces(join(folder, "1"), 1);
    expect(one.size).toBeGreaterThanOrEqual(2);
    // 64 × 32 pixels, 161 steps, two worlds.
    for (const bytes of one.values()) expect(bytes.length).toBeLessThan(1.5e6);
    expect(await traces(join(folder, "2"), 2)).toEqual(one);
  });
});
