import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isDefined, type Estimate } from "../../src/metrics/estimate.ts";
import { mmrv } from "../../src/metrics/mmrv.ts";
import { transferOfRates } from "../../src/metrics/policy-transfer.ts";

interface Table {
  task: string;
  policies: string[];
  truth: number[];
  candidate: number[];
  mmrvStrictGreater: number;
  perPolicyViolationStrictGreater: number[];
  mmrvSign: number;
  mmrvIfArgumentsAreSwapped: number;
  pearson: number;
  spearman: number;
  kendallTauB: number;
  meanAbsoluteError: number;
}
interface Golden {
  tasks: Table[];
  fixtures: {
    name: string;
    truth: number[];
    candidate: number[];
    perPolicyStrictGreater?: number[];
    perPolicySign?: number[];
    mmrvStrictGreater?: number;
    pearson?: number;
  }[];
}

const golden = JSON.parse(readFileSync(new URL("./simpler-tables.json", import.meta.url), "utf8")) as Golden;

const near = (got: number, expected: number): void => expect(Math.abs(got - expected)).toBeLessThan(1e-9);
const value = (estimate: Estimate): number => (isDefined(estimate) ? estimate.value : NaN);
const ofTable = ({ truth, candidate }: Pick<Table, "truth" | "candidate">) =>
  transferOfRates(truth.map((rate, i) => ({ policy: `policy ${i}`, truth: rate, candidate: candidate[i]! })));

describe("the success rates that SIMPLER publishes", () => {
  it.each(golden.tasks)("$task: every statistic equals the golden value", (table) => {
    const { truth, candidate } = table;
    const found = ofTable(table);
    near(value(found.mmrv), table.mmrvStrictGreater);
    found.violations.forEach((one, i) => near(one, table.perPolicyViolationStrictGreater[i]!));
    near(mmrv(truth, candidate, "sign").value, table.mmrvSign);
    near(mmrv(candidate, truth).value, table.mmrvIfArgumentsAreSwapped);
    near(value(found.pearson), table.pearson);
    near(value(found.spearman), table.spearman);
    near(value(found.kendallTauB), table.kendallTauB);
    near(value(found.meanAbsoluteError), table.meanAbsoluteError);
  });
});

describe("small tables", () => {
  it.each(golden.fixtures)("$name", (fixture) => {
    const { truth, candidate, perPolicyStrictGreater, perPolicySign, mmrvStrictGreater, pearson } = fixture;
    const strict = mmrv(truth, candidate);
    const sign = mmrv(truth, candidate, "sign");
    perPolicyStrictGreater?.forEach((one, i) => near(strict.perPolicy[i]!, one));
    perPolicySign?.forEach((one, i) => near(sign.perPolicy[i]!, one));
    if (mmrvStrictGreater !== undefined) near(strict.value, mmrvStrictGreater);
    if (pearson !== undefined) near(value(ofTable(fixture).pearson), pearson);
  });
});
