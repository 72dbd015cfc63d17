import { describe, expect, it } from "vitest";
import { temporalConsistency } from "../../src/exam/axes/temporal-consistency.ts";
import { cart, fakeExam, type FakeExamOptions, type Lane } from "./fake-exam.ts";

const measure = async (options: FakeExamOptions) => temporalConsistency.measure(await fakeExam(options));
const STEPS = 48 * 80;

/** The cart, seen wrongly. */
const seen =
  (change: (at: { x: number; v: number }, step: number) => { x: number; v: number }): Lane =>
  (first, start) => {
    const step = cart()(first, start);
    return (force, k) => change(step(force, k)!, k);
  };

describe("the temporal consistency axis", () => {
  it("gives truth itself 1, and passes it", async () => {
    const { axis, details } = await measure({ candidate: cart() });
    expect(axis).toMatchObject({ score: 1, status: "pass" });
    expect(details.steps).toMatchObject({ value: 1, n: STEPS });
    expect(details.broken).toEqual({ jumps: 0, outOfLimits: 0, lost: 0, frozen: 0, invariants: null });
    expect(details.semigroup).toMatchObject({
      candidate: { value: 1, n: 48 },
      truth: { value: 1 },
      worst: null,
    });
  });

  it("catches a picture that jumps", async () => {
    const { axis, details } = await measure({
      candidate: seen(({ x, v }, k) => ({ x: k % 4 === 0 ? x + 5 : x, v })),
    });
    expect(axis.status).toBe("fail");
    // Out and back again, every fourth step; and the policy, startled, pushes harder than it ever does in truth.
    expect(details.broken.jumps).toBeGreaterThanOrEqual(48 * 40);
    expect(details.worstJump).toMatchObject({ channel: "x", policy: "settle" });
    expect(axis.reason).toMatch(/break an invariant \([\d,]+ jumps\)/);
  });

  it("catches a channel that freezes while truth moves, and lets a world be that is at rest with truth", async () => {
    const frozen = await measure({
      candidate: ({ x, v }, start) => {
        const step = cart()({ x, v }, start);
        return (force, k) => (k < 40 ? step(force, k) : { ...step(force, k)!, x: 0.25 });
      },
    });
    const { components, broken } = frozen.details;
    expect(components.find(({ channel }) => channel === "x")!.frozenSteps).toBeGreaterThan(48 * 30);
    expect(components.find(({ channel }) => channel === "v")!.frozenSteps).toBe(0);
    expect(broken.frozen).toBeGreaterThan(48 * 30);
    expect(frozen.axis.status).toBe("fail");

    const rest: Lane = (first) => () => first;
    const resting = await measure({ candidate: rest, truth: rest });
    expect(resting.details.broken.frozen).toBe(0);
  });

  it("counts a world that always breaks by what it does not show", async () => {
    const dying: Lane = (first, start) => {
      const step = cart()(first, start);
      return (force, k) => (k < 20 ? step(force, k) : undefined);
    };
    const { details, axis } = await measure({ candidate: dying });
    expect(details.steps).toMatchObject({ value: 0.25, n: STEPS });
    expect(details.broken.lost).toBe(48 * 60);
    expect(axis.status).toBe("fail");
  });

  it("catches a world whose future hangs on what it does not show", async () => {
    // Its own clock: after 30 steps it pushes by itself, but a rollout taken up again begins its clock anew.
    const clock: Lane = (first, start) => {
      const step = cart()(first, start);
      return (force, k) => step(force + (k > 30 ? 1 : 0), k);
    };
    const { axis, details } = await measure({ candidate: clock });
    expect(details.steps).toMatchObject({ value: 1 });
    const { candidate, truth, worst } = details.semigroup;
    expect("value" in candidate && candidate.value).toBeLessThan(0.6);
    expect(axis.score).toBe("value" in candidate && candidate.value);
    expect(truth).toMatchObject({ value: 1 });
    expect(worst!.scaledError).toBeGreaterThan(1);
  });

  it("does not ask to be taken up again what truth cannot, nor a world of chance", async () => {
    const hidden = cart({ delay: 3 });
    const { details, axis } = await measure({ candidate: hidden, truth: hidden });
    expect(details.semigroup.candidate).toMatchObject({
      undefined: expect.stringContaining("truth itself") as string,
    });
    expect(axis.score).toBe(1);
    const chance = await measure({ candidate: cart(), candidateSays: { stochastic: true } });
    expect(chance.details.semigroup.candidate).toHaveProperty("undefined");
  });

  it("cannot tell frozen from resting beside a recording, and says that it did not look", async () => {
    const { details, axis } = await measure({ candidate: cart(), truthSays: { respondsToActions: false } });
    expect(details.broken.frozen).toBeNull();
    expect(axis.score).toBe(1);
  });
});
