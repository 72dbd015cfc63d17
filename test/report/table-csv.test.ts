import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";

import { tableCsv } from "../../src/report/table-csv.ts";
import { examFixture } from "./exam-fixture.ts";

function table(text: string): Record<string, string>[] {
  return parse(text, { columns: true });
}

describe("table.csv", () => {
  it("has a row a policy, with the counts that simgate stats transfer reads", () => {
    const result = examFixture();
    const rows = table(tableCsv(result));
    expect(rows.map((row) => row["policy"])).toEqual(result.policies.map(({ policy }) => policy));
    const [first] = rows;
    const [policy] = result.policies;
    expect(Number(first!["truth_success"])).toBe(policy!.truth.successes);
    expect(Number(first!["candidate_trials"])).toBe(policy!.candidate.trials);
    expect(Number(first!["wrong_pass"])).toBe(policy!.confusion.fp);
  });

  it("leaves a cell empty where a rate has no value", () => {
    const zero = table(tableCsv(examFixture())).find((row) => row["policy"] === "zero");
    expect(zero!["false_fail_rate"]).toBe("");
    expect(zero!["false_pass_rate"]).toBe("0");
  });

  it("quotes names that hold commas and quotes", () => {
    const result = examFixture();
    result.policies[0]!.policy = 'say "hi", twice';
    expect(table(tableCsv(result))[0]!["policy"]).toBe('say "hi", twice');
  });
});
