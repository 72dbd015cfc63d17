import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FinishedExams } from "../../src/api/calibrate-finished.ts";
import type { CalibrationPlan, PropertyFindings } from "../../src/exam/calibrate.ts";
import { tableScenario } from "../world/defects/table-world.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const world = {
  name: "table",
  config: { kind: "linear", model: "" },
  stochastic: false,
  respondsToActions: true,
} as const;
const plan: CalibrationPlan = {
  scenario: tableScenario,
  truth: world,
  twin: { ...world, name: "table-again" },
  policies: [],
  starts: 4,
  seeds: [1],
  defects: [],
};
const findings = { taskValidity: { status: "pass", score: 1 } } as unknown as PropertyFindings;

it("finds again what it kept, under the same plan, seed and defect alone, and forgets it when told to", async () => {
  const folder = join(await temporaryFolder(), "calibration.unfinished");
  const kept = new FinishedExams(folder, plan, []);
  expect(await kept.get(1, undefined)).toBeUndefined();
  await kept.put(1, undefined, findings);
  await kept.put(1, { kind: "jump", severity: "low" }, findings);
  const again = new FinishedExams(folder, plan, []);
  expect(await again.get(1, undefined)).toEqual(findings);
  expect(await again.get(1, { kind: "jump", severity: "low" })).toEqual(findings);
  expect(await again.get(2, undefined)).toBeUndefined();
  expect(await again.get(1, { kind: "jump", severity: "high" })).toBeUndefined();
  expect(await new FinishedExams(folder, { ...plan, starts: 5 }, []).get(1, undefined)).toBeUndefined();
  const changed = [{ role: "world", path: "model.xml", sha256: "b".repeat(64) }];
  expect(await new FinishedExams(folder, plan, changed).get(1, undefined)).toBeUndefined();
  await kept.clear();
  await expect(readdir(folder)).rejects.toThrow();
});
