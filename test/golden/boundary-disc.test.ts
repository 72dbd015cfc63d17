import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boundaryStats } from "../../src/api/stats-boundary.ts";
import { temporaryFolder } from "../api/temporary-folder.ts";
import { discTable } from "./disc-table.ts";

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "boundary-disc.json"), "utf8")) as Record<
  string,
  number
> & { boundaryCells: number[] };

describe("two discs on an 81 × 81 grid (boundary-disc.json)", () => {
  const statsOf = async (text: string) => {
    const path = join(await temporaryFolder(), "disc.csv");
    await writeFile(path, text);
    return boundaryStats(path);
  };

  it("gives the golden counts, rates and distances, in the grid's own units", async () => {
    const found = await statsOf(discTable("outcomes"));
    for (const key of [
      "tp",
      "fp",
      "fn",
      "tn",
      "iou",
      "falsePassRate",
      "falseDiscoveryRate",
      "falseFailRate",
      "mcc",
      "hausdorff",
      "meanSymmetric",
    ] as const) {
      expect(found[key], key).toBeCloseTo(golden[key]!, 12);
    }
    expect([found.boundaryCells!.truth, found.boundaryCells!.candidate]).toEqual(golden.boundaryCells);
    // scipy's cKDTree and numpy's quantile give the same 0.1 for the 95 % of either direction.
    expect(found.hausdorff95).toBeCloseTo(0.1, 12);
  });

  it("finds the candidate optimistic by the analytic displacement, from outcomes to a fifth of a cell", async () => {
    const { bias, intervals } = await statsOf(discTable("outcomes"));
    expect(Math.abs(bias! - golden["analyticDisplacement"]!)).toBeLessThan(0.01);
    expect(intervals.bias![0]).toBeGreaterThan(0);
  });

  it("finds it from margins to within the curvature of one cell", async () => {
    const { bias, signAgreement, spearman } = await statsOf(discTable("margins"));
    expect(Math.abs(bias! - golden["analyticDisplacement"]!)).toBeLessThan(2e-4);
    expect(signAgreement).toBeCloseTo(1 - 232 / 6561, 12);
    expect(spearman).toBeCloseTo(1, 6); // both fall with the radius; rounding breaks some ties
  });

  it("turns the sign of the displacement when the two worlds change places", async () => {
    const swapped = discTable("margins").replace(
      "truth_margin,candidate_margin",
      "candidate_margin,truth_margin",
    );
    expect((await statsOf(swapped)).bias).toBeCloseTo(-golden["analyticDisplacement"]!, 3);
  });
});
