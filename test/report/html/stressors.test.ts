import { describe, expect, it } from "vitest";
import { stressorsSection } from "../../../src/report/html/stressors.ts";
import { examFixture } from "../exam-fixture.ts";
import { stressorsFixture } from "../stressor-fixture.ts";

const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("the stressors of a report", () => {
  const { text } = stressorsSection({ ...examFixture(), stressors: stressorsFixture() });

  it("name what breaks first, and what else", () => {
    expect(plain(text)).toContain(
      "What breaks first is task validity under late_actions, then controllability under late_actions.",
    );
  });

  it("show score, difference, and status as sign and word, one row a stressor and one without", () => {
    const rows = [...text.matchAll(/<tr>[^]*?<\/tr>/g)].map(([row]) => plain(row));
    const late = rows.find((row) => row.includes("late_actions"))!;
    expect(late).toMatch(/0\.61 −0\.25 ✗ fail .*0\.42 −0\.48 ✗ fail .*task validity/);
    expect(late).toContain("– not applicable");
    expect(rows.some((row) => row.includes(" none "))).toBe(true);
  });

  it("leave out an axis that has no score in any row", () => {
    expect(text).not.toContain("Object persistence");
  });

  it("tell which verdicts changed with nothing but the pictures, and why one was not put", () => {
    const [late, lost] = stressorsFixture().stressors;
    const reason = "gru goes on from numbers, not from pictures";
    const told = stressorsSection({
      ...examFixture(),
      stressors: {
        ...stressorsFixture(),
        stressors: [
          {
            ...late!,
            changed: {
              truth: { value: 0, interval: [0, 0.06], n: 64 },
              candidate: { value: 0.25, interval: [0.16, 0.37], n: 64 },
            },
          },
          { ...lost!, axes: { ...lost!.axes, taskValidity: { ...lost!.axes.objectPersistence, reason } } },
        ],
        broken: [],
      },
    });
    const text = plain(told.text);
    expect(text).toMatch(/of truth\S+ rollouts 0% .* end otherwise than without it, of the candidate\S+ 25%/);
    expect(text).toContain("Not applicable: Gru goes on from numbers, not from pictures.");
    expect(text).toContain("fails under any of the 1.");
  });

  it("tell what other words change, and how it ends in each of them", () => {
    const [late, lost] = stressorsFixture().stressors;
    const count = (successes: number, trials: number) => ({ successes, trials, rate: successes / trials });
    const told = stressorsSection({
      ...examFixture(),
      stressors: {
        ...stressorsFixture(),
        stressors: [
          late!,
          {
            ...lost!,
            kind: "prompt-drift",
            changed: {
              truth: { value: 0.5, interval: [0.38, 0.62], n: 64 },
              candidate: { value: 0.25, interval: [0.16, 0.37], n: 64 },
            },
            wordings: [
              { wording: null, truth: count(60, 60), candidate: count(57, 60) },
              { wording: "hold the <stick>", truth: count(0, 20), candidate: count(5, 20) },
            ],
          },
        ],
      },
    });
    const text = plain(told.text);
    expect(text).toMatch(
      /Told so, 50% \S+ n 64\) of the rollouts end otherwise in truth, 25% \S+ n 64\) in the candidate/,
    );
    expect(text).toMatch(/lost_packets the own words 100% of 60 95% of 60/);
    expect(text).toMatch(/lost_packets “hold the &lt;stick&gt;” 0% of 20 25% of 20/);
  });

  it("say so where none of them can change anything, and not that nothing fails", () => {
    const [late] = stressorsFixture().stressors;
    const idle = {
      ...late!.axes.objectPersistence,
      reason: "no policy of this exam is told its goal in words",
    };
    const told = stressorsSection({
      ...examFixture(),
      stressors: {
        ...stressorsFixture(),
        stressors: [{ ...late!, axes: { ...late!.axes, taskValidity: idle } }],
        broken: [],
      },
    });
    expect(plain(told.text)).toContain("None of them can change anything here: see each below.");
    expect(plain(told.text)).not.toMatch(/fails under|Success by policy/);
  });

  it("say plainly if nothing breaks, or why there are none", () => {
    const calm = stressorsSection({ ...examFixture(), stressors: { ...stressorsFixture(), broken: [] } });
    expect(plain(calm.text)).toContain("No axis that passes without a stressor fails under any of the 2.");
    const none = stressorsSection({
      ...examFixture(),
      stressors: { undefined: "the scenario declares no stressors" },
    });
    expect(plain(none.text)).toContain("The scenario declares no stressors.");
  });
});
