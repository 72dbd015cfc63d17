import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { transferTableSchema } from "../../src/report/transfer-schema.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

const HEADER = "policy,truth_success,truth_trials,candidate_success,candidate_trials";

async function table(text: string): Promise<string> {
  const path = join(await temporaryFolder(), "table.csv");
  await writeFile(path, text);
  return path;
}

interface Task {
  task: string;
  policies: string[];
  truth: number[];
  candidate: number[];
  mmrvStrictGreater: number;
  pearson: number;
}
const { tasks } = JSON.parse(
  readFileSync(new URL("../golden/simpler-tables.json", import.meta.url), "utf8"),
) as { tasks: Task[] };

describe("simgate stats transfer", { timeout: 60_000 }, () => {
  it("gives the published statistics of published rates, and says why there are no intervals", async () => {
    const [task] = tasks;
    const { policies, truth, candidate } = task!;
    const rows = policies.map((policy, i) => `${policy},${truth[i]},${candidate[i]}`);
    const path = await table(["policy,truth_rate,candidate_rate", ...rows].join("\n"));
    const { code, stdout } = await simgate(["stats", "transfer", path, "--json"]);
    expect(code).toBe(0);
    const found = transferTableSchema.parse(JSON.parse(stdout));
    expect(found.mmrv).toBeCloseTo(task!.mmrvStrictGreater, 9);
    expect(found.pearson).toBeCloseTo(task!.pearson, 9);
    expect(found.mmrvTieRule).toBe("strict-greater");
    expect(found.intervals.pearson).toBeNull();
    expect(found.intervalsOver).toMatch(/^none: rates without numbers of trials/);
  });

  it("adds intervals and decisions where it is given counts, the same each time", async () => {
    const path = await table(`${HEADER}\na,90,100,80,100\nb,50,100,60,100\n\nc,10,100,30,100\n`);
    const { code, stdout } = await simgate(["stats", "transfer", path, "--json"]);
    expect(code).toBe(0);
    const found = transferTableSchema.parse(JSON.parse(stdout));
    expect(found.pearson).toBeCloseTo(0.9933992677987828, 12);
    expect(found.meanAbsoluteError).toBeCloseTo(0.4 / 3, 12);
    const [lower, upper] = found.intervals.pearson!;
    expect(lower).toBeLessThan(0.9934);
    expect(upper).toBe(1);
    expect(found.pairs.every(({ reproduced }) => reproduced === true)).toBe(true);
    expect((await simgate(["stats", "transfer", path, "--json"])).stdout).toBe(stdout);
  });

  it("prints tables for a person", async () => {
    const path = await table(`${HEADER}\na,90,100,40,100\nb,50,100,70,100\n`);
    const { code, stdout } = await simgate(["stats", "transfer", path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/mmrv +0\.4 /);
    expect(stdout).toMatch(/a or b .* TURNED ROUND/);
  });

  it.each([
    ["a column is missing", "policy,truth_success\na,1\n", /columns policy,truth_success,truth_trials/],
    [
      "a count is none",
      `${HEADER}\na,9,10,8,10\nb,11,10,8,10\n`,
      /:3: .*truth_success[\s\S]*0 to 10[\s\S]*11/,
    ],
    [
      "a cell is empty, after an empty line",
      `${HEADER}\n\na,9,10,,10\n`,
      /:3: .*candidate_success[\s\S]*nothing/,
    ],
    ["a policy is there twice", `${HEADER}\na,9,10,8,10\na,9,10,8,10\n`, /"a" is there twice[\s\S]*line 2/],
    ["there is no row", `${HEADER}\n`, /no rows/],
    ["a rate is none", "policy,truth_rate,candidate_rate\na,0.5,1.5\n", /:2: [\s\S]*0 to 1[\s\S]*1\.5/],
  ])("ends with code 2 and the line where %s", async (_what, text, message) => {
    const { code, stderr, stdout } = await simgate(["stats", "transfer", await table(text)]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });
});
