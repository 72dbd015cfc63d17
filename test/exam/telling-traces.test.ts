import { describe, expect, it } from "vitest";
import type { Outcome, Trace } from "../../src/core/trace.ts";
import type { Pair } from "../../src/exam/pairs.ts";
import { tellingPairs } from "../../src/exam/telling-traces.ts";
import type { Persistence } from "../../src/report/result.ts";

const outcome = (margin: number | null): Outcome =>
  margin === null ? { kind: "fault", margin } : { kind: margin > 0 ? "success" : "failure", margin };
const pair = (policy: string, start: number, truth: number | null, candidate: number | null): Pair => ({
  policy,
  start,
  truth: {} as Trace,
  candidate: {} as Trace,
  truthOutcome: outcome(truth),
  candidateOutcome: outcome(candidate),
});

const broken = (
  kind: Persistence["events"][number]["kind"],
  policy: string,
  start: number,
  rest: Partial<Persistence["events"][number]> = {},
): Persistence["events"][number] => ({
  ...{ kind, policy, start, object: "red", as: null, drive: "closedLoop", step: 51, steps: 1 },
  atSec: 51 * 0.05,
  ...rest,
});

describe("the traces that are kept", () => {
  it("lie in files of one folder, whatever a policy is called", () => {
    const kept = tellingPairs([pair("ws://robot:8000", 0, -5, 5), pair("mine/x.policy.yaml", 1, 3, -3)]);
    expect(kept.map(({ link }) => link.path)).toEqual([
      "traces/ws-robot-8000-0.mcap",
      "traces/mine-x.policy.yaml-1.mcap",
    ]);
  });

  it("show the clearest contradictions, in either direction, overall and for each policy", () => {
    const kept = tellingPairs([
      pair("a", 0, -1, 9), // clear in one world only
      pair("a", 1, -5, 5),
      pair("a", 2, 3, -3),
      pair("b", 3, -2, 2),
      pair("b", 4, 1, 1),
    ]).map(({ link }) => [link.policy, link.start, link.why]);
    expect(kept).toEqual([
      ["a", 1, "the worst wrong pass: truth fails, the candidate succeeds"],
      ["a", 2, "the worst wrong fail: truth succeeds, the candidate fails"],
      ["b", 3, "the worst wrong pass of b"],
      ["a", 0, "a further wrong pass of a"],
    ]);
  });

  it("hold no more than twelve flips, the clearest of them", () => {
    const flips = Array.from({ length: 40 }, (_, start) => pair("a", start, -1 - start, 1 + start));
    const kept = tellingPairs(flips).map(({ link }) => link.start);
    expect(kept).toEqual([39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28]);
  });

  it("include the first fault of the candidate", () => {
    const kept = tellingPairs([pair("a", 0, 1, null), pair("a", 1, 1, null), pair("a", 2, 1, 1)]);
    expect(kept[0]!.link).toMatchObject({ start: 0, why: "the first fault of the candidate" });
  });

  it("include the longest break of object persistence that happened under a policy, with what and when", () => {
    const kept = tellingPairs(
      [pair("a", 0, 1, 1), pair("a", 1, 5, 5), pair("b", 0, 2, 2), pair("b", 1, 3, 3)],
      [
        broken("vanished", "a", 1, { drive: "openLoop", steps: 90 }),
        broken("reappeared-as-another", "b", 1, { as: "blue", steps: 60 }),
        broken("vanished", "a", 0, { steps: 50 }),
      ],
    ).map(({ link }) => [link.path, link.why]);
    expect(kept).toEqual([
      [
        "traces/b-1.mcap",
        "the longest break of object persistence: red reappeared as another (blue) at 2.55 s, for 60 steps",
      ],
      ["traces/a-0.mcap", "the closest call that both worlds judge a success"],
    ]);
  });

  it("say of a flip in which an object is lost that it is both, and hold no more than twelve", () => {
    const flips = Array.from({ length: 20 }, (_, start) => pair("a", start, 1 + start, -1 - start));
    const why = (start: number): (string | undefined)[] =>
      tellingPairs(flips, [broken("vanished", "a", start)]).map(({ link }) => link.why);
    const lost = "the longest break of object persistence: red vanished at 2.55 s, for 1 step";
    expect(why(19)[0]).toBe(`the worst wrong fail: truth succeeds, the candidate fails; ${lost}`);
    expect(why(3)[1]).toBe(lost);
    for (const start of [3, 19]) expect(why(start)).toHaveLength(12);
  });

  it("are the closest calls where nothing is wrong, and never fewer than two", () => {
    const kept = tellingPairs([
      pair("a", 0, 9, 9),
      pair("a", 1, 0.1, 0.2),
      pair("a", 2, -7, -7),
      pair("a", 3, -0.2, -1),
    ]);
    expect(kept.map(({ link }) => link.start)).toEqual([1, 3]);
  });
});
