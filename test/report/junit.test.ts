import { describe, expect, it } from "vitest";

import { junitXml } from "../../src/report/junit.ts";
import { examFixture } from "./exam-fixture.ts";

const count = (xml: string, tag: string): number => xml.split(`<${tag}`).length - 1;

describe("junit.xml", () => {
  it("has a test case an axis and a policy, and counts what it says", () => {
    const result = examFixture();
    const xml = junitXml(result);
    expect(count(xml, "testcase")).toBe(5 + result.policies.length);
    expect(xml).toContain(`failures="${count(xml, "failure ")}"`);
    expect(xml).toContain(`skipped="${count(xml, "skipped ")}"`);
  });

  it("fails an axis below its threshold and one without enough evidence, and skips what was not measured", () => {
    const xml = junitXml(examFixture());
    expect(xml).toMatch(/name="Task validity"[^>]*>\s*<failure type="fail"/);
    expect(xml).toMatch(/name="Reset reproducibility"[^>]*>\s*<failure type="insufficient"/);
    expect(xml).toMatch(
      /name="Object persistence"[^>]*>\s*<skipped message="the scenario declares no objects/,
    );
  });

  it("fails a policy that the candidate flatters when task validity fails, and never when it passes", () => {
    expect(junitXml(examFixture())).toMatch(/name="pd-weak"[^>]*>\s*<failure type="optimistic"/);
    const flattered = examFixture();
    flattered.axes.taskValidity.status = "pass";
    expect(junitXml(flattered)).not.toMatch(/classname="policies"[^>]*>\s*<failure/);
  });

  it("escapes what XML reserves and replaces what it cannot hold", () => {
    const result = examFixture();
    result.policies[0]!.policy = `<a & "b">\u0007`;
    result.axes.taskValidity.reason = "1 < 2 & line\nbreak";
    const xml = junitXml(result);
    expect(xml).toContain('name="&lt;a &amp; &quot;b&quot;&gt;\ufffd"');
    expect(xml).toContain('message="1 &lt; 2 &amp; line&#10;break"');
  });
});
