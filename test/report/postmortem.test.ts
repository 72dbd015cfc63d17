import { describe, expect, it } from "vitest";
import { postmortem } from "../../src/report/postmortem.ts";
import { renderReport } from "../../src/report/html.ts";
import { type ExamResult, resultSchema } from "../../src/report/result.ts";
import { examFixture } from "./exam-fixture.ts";

function attributed(result: ExamResult) {
  const { attribution } = resultSchema.parse(result);
  if ("undefined" in attribution) throw new Error(attribution.undefined);
  return attribution;
}

describe("the postmortem", () => {
  const result = examFixture();
  const text = postmortem(result);

  it("begins with the finding, and assigns each failure to a part by its experiments", () => {
    const { examined, sentence } = attributed(result);
    const [failure] = examined;
    expect(text).toMatch(/^# Postmortem: optimist as a stand-in for mujoco on cartpole\n/);
    expect(text).toContain(`**${sentence}**`);
    expect(text).toContain(`### wrong pass: ${failure!.policy} from start #${failure!.start}`);
    expect(text).toContain("Cause: **dynamics** (dynamics: pole_velocity).");
    expect(text).toMatch(/\| dynamics: pole_velocity \| failure \| −0\.12 \| failure \| \*\*yes\*\* \|/);
    expect(text).toMatch(/\| perception \| success \| \+0\.2 \| failure \| no \|/);
  });

  it("keeps a table a table, and says where there was nothing to replace", () => {
    const { replacements } = attributed(result);
    const rows = text.split("\n").filter((line) => line.startsWith("| dynamics: pole_velocity | the next"));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain("truth's \\| one step");
    expect(replacements.some(({ tried }) => tried === 0)).toBe(true);
    expect(text).toContain("undefined: there was nothing to replace in any failure");
    for (const line of text.split("\n")) expect(line).not.toMatch(/NaN|undefined undefined|null/);
  });

  it("says plainly that there is nothing to blame", () => {
    const fine = postmortem({ ...result, attribution: { undefined: "nothing to blame: no wrong pass" } });
    expect(fine).toContain("No failure was examined: nothing to blame: no wrong pass.");
  });

  it("says that no single replacement cures", () => {
    const attribution = attributed(result);
    const examined = attribution.examined.map((failure) => ({ ...failure, cause: null }));
    expect(postmortem({ ...result, attribution: { ...attribution, examined } })).toContain(
      "No single replacement cures it.",
    );
  });

  it("is the same bytes for the same result", () => {
    expect(postmortem(examFixture())).toBe(text);
  });

  it("stands in the report too, with a link to the trace", () => {
    const page = renderReport(result);
    expect(page).toContain('id="attribution"');
    expect(page).toContain(attributed(result).sentence);
    const [failure] = attributed(result).examined;
    if (failure!.trace !== undefined) expect(page).toContain(`<a href="${failure!.trace}">wrong pass`);
  });
});
