import { describe, expect, it } from "vitest";
import { controllability } from "../../src/exam/axes/controllability.ts";
import { counterfactualScripts } from "../../src/exam/counterfactual-script.ts";
import type { Controllability } from "../../src/report/result.ts";
import type { ScriptConfig } from "../../src/scenario/schema.ts";
import { cart, fakeExam, fakeScenario, type FakeExamOptions, type Lane } from "./fake-exam.ts";

const measure = async (options: FakeExamOptions) => controllability.measure(await fakeExam(options));
const detailsOf = async (options: FakeExamOptions): Promise<Controllability> => {
  const { details } = await measure(options);
  if ("undefined" in details) throw new Error(details.undefined);
  return details;
};

describe("the controllability axis", () => {
  it("gives truth itself 1, and passes it", async () => {
    const { axis } = await measure({ candidate: cart() });
    expect(axis).toMatchObject({ score: 1, interval: [1, 1], n: 48, threshold: 0.7, status: "pass" });
    expect(axis.reason).toContain("1.00 × truth's");
  });

  it("gives a world that ignores its actions 0, and says so", async () => {
    const clip: Lane =
      ({ x, v }) =>
      () => ({ x, v });
    const passive = await measure({ candidate: clip, candidateSays: { respondsToActions: false } });
    expect(passive.axis).toMatchObject({ score: 0, status: "fail" });
    expect(passive.axis.reason).toContain("does not respond to actions");
    expect((await measure({ candidate: clip })).axis.score).toBe(0);
  });

  it("tells a wrong gain from a delay", async () => {
    const weak = await detailsOf({ candidate: cart({ gain: 0.5 }) });
    // Everything here is linear: 1 − (1 − ½) / (1 + ½).
    expect(weak.actions[0]).toMatchObject({ channel: "force", delaySteps: 0, effects: 48 });
    expect(weak.actions[0]!.gain).toBeCloseTo(0.5, 12);
    expect(weak.actions[0]!.score).toMatchObject({ value: expect.closeTo(2 / 3, 12) as number });
    const late = await detailsOf({ candidate: cart({ delay: 2 }) });
    expect(late.actions[0]).toMatchObject({ delaySteps: 2 });
    expect(late.channels.map(({ delaySteps }) => delaySteps)).toEqual([2, 2]);
  });

  it("scores 0 where the candidate breaks, and leaves out where truth does", async () => {
    const fragile: Lane = (first, start) => {
      const step = cart()(first, start);
      return (force, k) => (start.index < 12 && k === 6 ? undefined : step(force, k));
    };
    const broken = await measure({ candidate: fragile });
    expect(broken.axis.score).toBeCloseTo(36 / 48, 12);
    expect(broken.axis.reason).toContain("12 of the pairs broke");
    const [script] = (await detailsOf({ candidate: cart(), truth: fragile })).scripts;
    expect(script).toMatchObject({ pairs: 36, truthFaults: 12, faults: 0, score: { value: 1 } });
  });

  it("has no score without a counterfactual, nor against a recording, and says what to do", async () => {
    const { push } = fakeScenario().scripts;
    const alone = fakeScenario({ push: { steps: push!.steps } });
    for (const scenario of [
      fakeScenario({}),
      alone,
      fakeScenario({ push: { ...push!, counterfactual: push!.steps } }),
    ]) {
      const { axis, details } = await measure({ candidate: cart(), scenario });
      expect(axis).toMatchObject({ score: null, status: "undefined", threshold: 0.7 });
      expect(axis.reason).toContain("declare one under scripts");
      expect(details).toEqual({ undefined: axis.reason });
    }
    const replayed = await measure({ candidate: cart(), truthSays: { respondsToActions: false } });
    expect(replayed.axis).toMatchObject({ status: "undefined" });
  });
});

describe("a script and its counterfactual", () => {
  const only = (script: ScriptConfig) => counterfactualScripts(fakeScenario({ script }))[0]!;
  const force = ({ columns }: { columns: Readonly<Record<string, Float64Array>> }) =>
    Array.from(columns["force"]!, (value) => value);

  it("command 0 where nothing is set, hold a step from its beginning up to its end, and keep to the limits", () => {
    const found = only({
      steps: [
        { fromSec: 0.1, toSec: 0.3, set: { force: 1 } },
        { fromSec: 0.2, toSec: 0.4, set: { force: 5 } },
      ],
      counterfactual: [{ fromSec: 0.3, toSec: 0.4, set: { force: 2 } }],
    });
    expect(force(found.script)).toEqual([0, 1, 2, 2, 0, 0, 0, 0]);
    expect(force(found.counterfactual)).toEqual([0, 0, 0, 2, 0, 0, 0, 0]);
    expect(found).toMatchObject({ changes: ["force"], fromStep: 1, toStep: 8 });
  });

  it("are watched for half a second after they last differ, two seconds at most, never past the horizon", () => {
    const differs = (fromSec: number, toSec: number) => {
      const { fromStep, toStep } = only({
        steps: [{ fromSec, toSec, set: { force: 1 } }],
        counterfactual: [{ fromSec, toSec, set: { force: -1 } }],
      });
      return [fromStep, toStep];
    };
    expect(differs(1, 1.5)).toEqual([10, 20]);
    expect(differs(0, 6)).toEqual([0, 20]);
    expect(differs(7.5, 7.9)).toEqual([75, 80]);
  });
});
