import { describe, expect, it } from "vitest";

import { renderReport } from "../../src/report/html.ts";
import { renderReplayReport } from "../../src/report/replay-html.ts";
import { examFixture, manifestFixture, runFixture } from "./exam-fixture.ts";
import { replayFixture } from "./replay-fixture.ts";

const inputs = { manifest: manifestFixture, run: runFixture };

describe("the report of an exam", () => {
  it("says the verdict, its reason, the claim and what is optimistic before anything else", () => {
    const result = examFixture();
    const html = renderReport(result, inputs);
    const top = html.slice(html.indexOf("<main>"), html.indexOf("<nav"));
    expect(top).toContain('data-verdict="fail"');
    expect(top).toContain(result.verdict.sentence);
    expect(top).toMatch(/C1\s+granted/);
    expect(top).toMatch(/C2\s+refused/);
    const { fp, tn } = result.overall.confusion;
    expect(top).toMatch(new RegExp(`${fp}\\s*<small>of ${fp + tn}</small>`));
  });

  it("names no address on any network", () => {
    const addresses = [...renderReport(examFixture(), inputs).matchAll(/https?:\/\/[^"'\s]+/g)].map(
      ([url]) => url,
    );
    expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org/2000/svg"]));
  });

  it("is the same text for the same result", () => {
    expect(renderReport(examFixture(), inputs)).toBe(renderReport(examFixture(), inputs));
  });

  it("shows text from manifests as text, never as markup", () => {
    const result = examFixture();
    const attack = '</script><script>alert("x")</script>';
    result.scenario.title = attack;
    result.verdict.sentence = attack;
    result.policies[0]!.policy = attack;
    result.outcomeMap!.policies[0]!.policy = attack;
    result.outcomeMap!.x.label = attack;
    const html = renderReport(result, { manifest: { ...manifestFixture, command: ["simgate", attack] } });
    expect(html).not.toContain("<script>alert");
    expect(html).toContain("&lt;/script&gt;");
  });

  it("marks every disagreeing start once in each world", () => {
    const html = renderReport(examFixture(), inputs);
    const { fp } = examFixture().overall.confusion;
    expect(html.split('href="#m-wrong-pass" class="m-wrong-pass" x="').length - 1).toBe(fp + 2); // and the legends of the two maps
    expect(html.split('class="m-ring wrong-pass"').length - 1).toBe(fp);
  });

  it("says of a policy that cannot be seeded how truth agrees with itself", () => {
    const result = examFixture();
    const [first, ...others] = result.policies;
    const repeatability = {
      sameOutcome: { value: 0.875, interval: [0.81, 0.92] as [number, number], n: 256 },
      youden: { undefined: "truth succeeded in all 256 rollouts" },
      medianMarginDifference: 0.031,
    };
    const html = renderReport({ ...result, policies: [{ ...first!, repeatability }, ...others] }, inputs);
    expect(html).toMatch(/no candidate can\s+be\s+expected/);
    expect(html).toContain("88% (81–92%, n 256)");
    expect(html).toContain("truth succeeded in all 256 rollouts");
    expect(renderReport(result, inputs)).not.toContain("cannot be seeded");
  });

  it("can be drawn when nothing could be measured", () => {
    const result = examFixture();
    const nothing = { censored: false, reason: "no rollout gave an outcome", n: 0, limit: null };
    const html = renderReport({
      ...result,
      verdict: { ...result.verdict, status: "insufficient", claim: null, weakestAxis: null },
      policies: [],
      overall: {
        ...result.overall,
        confusion: { tp: 0, fp: 0, fn: 0, tn: 0 },
        falsePassRate: { undefined: "no rollout fails in truth" },
      },
      errorGrowth: {
        freeRunning: [],
        teacherForced: [],
        scaled: { freeRunning: null, teacherForced: null },
        skill: [],
      },
      horizon: {
        ...result.horizon,
        validPredictionTimeSec: null,
        conformalSec: null,
        decisionSec: null,
        details: { validPredictionTime: nothing, conformal: nothing, decision: nothing },
      },
      outcomeMap: null,
      boundary: { undefined: "truth has no boundary in the box" },
      controllability: { undefined: "the scenario has no script with a counterfactual" },
      temporalConsistency: { undefined: "no step was rolled out" },
      reproducibility: { undefined: "the world could not be reset" },
      faults: [],
      faultCounts: [],
      traces: [],
    });
    expect(html).toContain("there is no map");
    expect(html).toContain("The scenario has no script with a counterfactual");
    expect(html).toContain("Truth has no boundary in the box");
    expect(html).toContain("No step was rolled out");
    expect(html).toContain("The world could not be reset");
    expect(html).toContain("No rollout broke in either world");
    const body = html.slice(html.indexOf("<main>"), html.indexOf("</main>"));
    expect(/NaN|Infinity|\[object|>\s*undefined/.exec(body)).toBeNull();
  });

  it("shows the effect of every script, action and channel, and what broke", () => {
    const html = renderReport(examFixture(), inputs);
    const part = html.slice(
      html.indexOf('<section id="controllability"'),
      html.indexOf('<section id="consistency"'),
    );
    for (const text of [
      "push_or_rest",
      "force",
      "pole_angle",
      "× 1.04",
      "2 steps early",
      "1 step late",
      "62 of 128",
    ]) {
      expect(part).toContain(text);
    }
    expect(part).toContain("Script push: the candidate broke in 2 pairs");
    expect(part).toContain("Script push_or_rest: truth broke from 1 start,");
  });

  it("shows what breaks consistency, the worst jump and where a rollout taken up again went astray", () => {
    const html = renderReport(examFixture(), inputs);
    const part = html.slice(
      html.indexOf('<section id="consistency"'),
      html.indexOf('<section id="reproducibility"'),
    );
    for (const text of [
      "11 jumps",
      "15 steps lost to faults",
      "pole_velocity by 4.7 rad/s",
      "127 of 128",
      "1.08 tolerances",
    ]) {
      expect(part).toContain(text);
    }
  });

  it("shows what lies near the boundary, which way it is displaced, flips and parameters", () => {
    const html = renderReport(examFixture(), inputs);
    const part = html.slice(html.indexOf('<section id="boundary"'), html.indexOf('<section id="growth"'));
    for (const text of [
      "91 of 134 judged rollouts from 102 starts end as in truth, 41 pass wrongly, 2 fail wrongly",
      "displaced by 0.093 (0.073–0.113) of the box&#39;s side",
      "on 5 of them only one world flips",
      "lqr from 3.1% to 1.7%",
      "Under zero truth ends in failure from all 256 starts",
      "pole_angle ± 20% of its range",
      "another policy",
      "0.021 (0.009–0.033) m",
    ]) {
      expect(part.replaceAll("'", "&#39;")).toContain(text);
    }
    expect(html.length).toBeLessThan(2e6);
  });

  it("quotes what others claim apart from what was measured", () => {
    const html = renderReport(examFixture(), inputs);
    expect(html.indexOf("98 % of validation steps")).toBeGreaterThan(html.indexOf("not measured here"));
  });
});

describe("the report of a replay", () => {
  it("ranks worlds and baselines at the reported times", () => {
    const html = renderReplayReport(replayFixture(), inputs);
    const top = html.slice(html.indexOf("<main>"), html.indexOf("<nav"));
    expect(top).toContain("learned beats every baseline at all reported times");
    for (const name of ["learned", "friction", "ideal", "persistence", "constant velocity", "linear model"]) {
      expect(top).toContain(name);
    }
  });

  it("says where a baseline is better", () => {
    const result = replayFixture();
    for (const row of result.errors) if (row.atSec > 0.9) row.baselines.linear = row.median! / 2;
    expect(renderReplayReport(result)).toContain("learned beats every baseline at 0.1 s and 0.5 s, but not");
  });
});
