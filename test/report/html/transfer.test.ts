import { describe, expect, it } from "vitest";
import { optimismSection } from "../../../src/report/html/optimism.ts";
import { transferSection } from "../../../src/report/html/transfer.ts";
import { examFixture } from "../exam-fixture.ts";

describe("the section on policy transfer", () => {
  it("shows every policy in the picture and in the ranking, best in truth first", () => {
    const result = examFixture();
    const { text } = transferSection(result);
    const names = [...text.matchAll(/<th scope="row" class="text">(\d) ([\w-]+)<\/th>/g)].map(
      ([, , name]) => name,
    );
    const expected = result.policies
      .toSorted((a, b) => b.truth.rate! - a.truth.rate!)
      .map(({ policy }) => policy);
    expect(names).toEqual(expected);
    expect([...text.matchAll(/class="m-candidate"/g)]).toHaveLength(expected.length);
    expect([...text.matchAll(/class="whisker truth"/g)]).toHaveLength(expected.length);
  });

  it("says what a statistic without a value lacks, and why there is no section", () => {
    const result = examFixture();
    if ("undefined" in result.transfer) throw new Error(result.transfer.undefined);
    result.transfer.pearson = { undefined: "all 5 policies succeed equally often in the candidate" };
    expect(transferSection(result).text).toContain("all 5 policies succeed equally often in the candidate");
    result.transfer = { undefined: "one policy has no order: name two or more" };
    expect(transferSection(result).text).toContain("One policy has no order: name two or more.");
  });

  it("lists when truth had decided only where the panel was taken in parts", () => {
    const result = examFixture();
    expect(transferSection(result).text).toContain("64 of 256 starts taken");
    if ("undefined" in result.transfer) throw new Error(result.transfer.undefined);
    result.transfer.stopping = null;
    expect(transferSection(result).text).not.toContain("starts taken");
  });
});

describe("the section on optimism", () => {
  it("marks the source that decides and those over what is allowed", () => {
    const { text } = optimismSection(examFixture());
    expect(text).toMatch(/Reversed actions <span class="tag">decides<\/span>/);
    expect(text).toMatch(/Exploit gap \+35\.9 points/);
    expect(text).toMatch(/Chosen on 64 starts, judged on 64 others/);
  });
});
