import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { discTable } from "../golden/disc-table.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

const table = async (text: string): Promise<string> => {
  const path = join(await temporaryFolder(), "table.csv");
  await writeFile(path, text);
  return path;
};

describe("simgate stats boundary", () => {
  it("measures two discs on a grid", async () => {
    const { code, stdout } = await simgate([
      "stats",
      "boundary",
      await table(discTable("outcomes")),
      "--json",
    ]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Record<string, number>;
    expect(found).toMatchObject({ tp: 1257, fp: 232, fn: 0, tn: 5072, falseFailRate: 0 });
    expect(found["hausdorff"]).toBeCloseTo(0.1, 12);
    expect(found["bias"]).toBeGreaterThan(0.08);
  });

  it("says it to a person as well, in scaled units when asked", async () => {
    const path = await table(discTable("margins"));
    const { code, stdout } = await simgate(["stats", "boundary", path, "--scaled"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/candidate passes +1257 +232/);
    expect(stdout).toMatch(/hausdorff +0\.025 /); // 0.1 of a range of 4
  });

  it("says which measures scattered points cannot give, and why", async () => {
    const path = await table("x,y,truth,candidate\n0,0,1,1\n1,0.3,0,1\n0.2,0.8,0,0\n");
    const { code, stdout } = await simgate(["stats", "boundary", path, "--json"]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as {
      meanSymmetric: null;
      bias: null;
      undefined: Record<string, string>;
    };
    expect(found).toMatchObject({ tp: 1, fp: 1, fn: 0, tn: 1, iou: 0.5, meanSymmetric: null, bias: null });
    expect(found.undefined["bias"]).toContain("full grid");
    expect(found.undefined["spearman"]).toContain("outcomes, not margins");
  });

  it.each([
    ["x,truth\n0,1\n", "names no two worlds"],
    ["x,truth,candidate\n0,1,2\n", 'column "candidate" holds something else than 0 and 1'],
    ["x,truth,candidate\n,1,0\n", 'column "x" holds something else than numbers'],
    ["x,truth,candidate\n", "has no rows"],
    ["x,x,truth,candidate\n1,1,1,1\n", 'two columns "x"'],
  ])("refuses %j with exit code 2", async (text, message) => {
    const { code, stderr } = await simgate(["stats", "boundary", await table(text)]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
