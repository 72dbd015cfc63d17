import { describe, expect, it } from "vitest";
import { inputError } from "../../src/core/errors.ts";
import type { Step, TraceSink } from "../../src/core/trace.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { openLoop } from "../../src/rollout/open-loop.ts";
import { CountingWorld, startsAt, SteadyPolicy } from "./counting-world.ts";

describe("a closed-loop rollout", () => {
  it("records steps + 1 observations, and both what was asked and what was applied", async () => {
    const { tape } = await closedLoop(new CountingWorld(), new SteadyPolicy(3), startsAt(0, 10), {
      horizonSteps: 4,
    });
    const trace = tape.trace(1);
    expect(Array.from(trace.observation["position"]!)).toEqual([10, 11, 12, 13, 14]);
    expect(Array.from(trace.requestedAction["speed"]!)).toEqual([3, 3, 3, 3]);
    expect(Array.from(trace.appliedAction["speed"]!)).toEqual([1, 1, 1, 1]);
    expect(trace.end).toBe("horizon");
  });

  it("ends a lane where the scenario says so, with the ending observation in its trace, and lets the others go on", async () => {
    const { tape } = await closedLoop(new CountingWorld(), new SteadyPolicy(1), startsAt(0, 8), {
      horizonSteps: 5,
      ended: ({ columns }) => Uint8Array.from(columns["position"]!, (position) => (position >= 10 ? 1 : 0)),
    });
    expect(tape.trace(1)).toMatchObject({ steps: 2, end: "ends" });
    expect(Array.from(tape.trace(1).observation["position"]!)).toEqual([8, 9, 10]);
    expect(tape.trace(0)).toMatchObject({ steps: 5, end: "horizon" });
  });

  it("gives a lane that ends at its start a trace of no steps", async () => {
    const { tape } = await closedLoop(new CountingWorld(), new SteadyPolicy(1), startsAt(99), {
      horizonSteps: 5,
      ended: () => Uint8Array.of(1),
    });
    expect(tape.trace(0)).toMatchObject({ steps: 0, end: "ends" });
  });

  it("executes a chunk before it asks again, and no further than the horizon", async () => {
    const policy = new SteadyPolicy(1, 3);
    const { tape } = await closedLoop(new CountingWorld(), policy, startsAt(0), { horizonSteps: 7 });
    expect(tape.trace(0).steps).toBe(7);
    expect(policy.asked).toBe(3);
  });

  it("keeps a fault to its lane: the steps before it are its trace, the others go on", async () => {
    const world = new CountingWorld({
      faults: (step) =>
        step === 2 ? [{ lane: 0, step, kind: "not-finite", reason: "position is NaN" }] : [],
    });
    const { tape } = await closedLoop(world, new SteadyPolicy(1), startsAt(0, 0), { horizonSteps: 4 });
    expect(tape.trace(0)).toMatchObject({
      steps: 2,
      end: "fault",
      fault: { step: 2, kind: "not-finite", reason: "position is NaN" },
    });
    expect(Array.from(tape.trace(0).observation["position"]!)).toEqual([0, 1, 2]);
    expect(tape.trace(1)).toMatchObject({ steps: 4, end: "horizon" });
  });

  it("turns a world that throws into faults on the lanes that ran", async () => {
    const world = new CountingWorld({
      onStep: (step) => {
        if (step === 1) throw new Error("the graph exploded");
      },
    });
    const { tape } = await closedLoop(world, new SteadyPolicy(1), startsAt(0, 5), { horizonSteps: 4 });
    expect(tape.faults()).toEqual([
      { lane: 0, step: 1, kind: "threw", reason: "the graph exploded" },
      { lane: 1, step: 1, kind: "threw", reason: "the graph exploded" },
    ]);
  });

  it("does not wait for a world that never answers", async () => {
    const world = new CountingWorld({ onStep: () => new Promise(() => {}) });
    const { tape } = await closedLoop(world, new SteadyPolicy(1), startsAt(0), {
      horizonSteps: 4,
      stepDeadlineMs: 20,
    });
    expect(tape.faults()[0]).toMatchObject({
      kind: "deadline",
      reason: "world counting did not answer within 20 ms",
    });
  });

  it("throws what is the caller's mistake instead of recording it", async () => {
    const world = new CountingWorld({
      onStep: () => {
        throw inputError("no such channel");
      },
    });
    await expect(closedLoop(world, new SteadyPolicy(1), startsAt(0), { horizonSteps: 4 })).rejects.toThrow(
      "no such channel",
    );
  });

  it("keeps what it has when it is aborted, and says so", async () => {
    const controller = new AbortController();
    const world = new CountingWorld({ onStep: (step) => (step === 2 ? controller.abort() : undefined) });
    const { tape, aborted } = await closedLoop(world, new SteadyPolicy(1), startsAt(0), {
      horizonSteps: 9,
      signal: controller.signal,
    });
    expect(aborted).toBe(true);
    expect(tape.trace(0).end).toBe("aborted");
    expect(tape.trace(0).steps).toBeLessThan(9);
  });

  it("drops a sink that fails, reports it, and feeds the others to the end", async () => {
    const seen: number[] = [];
    const good: TraceSink = {
      write: ({ step }: Step) => void seen.push(step),
      close: () => Promise.resolve(),
    };
    const bad: TraceSink = {
      write: ({ step }) => {
        if (step === 1) throw new Error("disk full");
      },
      close: () => Promise.resolve(),
    };
    const { sinkFailures, tape } = await closedLoop(new CountingWorld(), new SteadyPolicy(1), startsAt(0), {
      horizonSteps: 3,
      sinks: [bad, good],
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(sinkFailures).toEqual([{ sink: 0, step: 1, reason: "disk full" }]);
    expect(tape.trace(0).end).toBe("horizon");
  });
});

describe("an open-loop rollout", () => {
  it("gives each lane its own recorded commands and ends it where they end", async () => {
    const { tape } = await openLoop(
      new CountingWorld(),
      startsAt(0, 0),
      [
        { steps: 2, columns: { speed: Float64Array.of(1, -1) } },
        { steps: 4, columns: { speed: Float64Array.of(0.5, 0.5, 0.5, 0.5) } },
      ],
      {},
    );
    expect(Array.from(tape.trace(0).observation["position"]!)).toEqual([0, 1, 0]);
    expect(Array.from(tape.trace(1).observation["position"]!)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(tape.trace(0).end).toBe("horizon");
  });

  it("refuses recordings that lack a channel or do not match the starts", async () => {
    await expect(openLoop(new CountingWorld(), startsAt(0), [], {})).rejects.toThrow(
      "one action recording per start",
    );
    await expect(openLoop(new CountingWorld(), startsAt(0), [{ steps: 1, columns: {} }], {})).rejects.toThrow(
      'no channel "speed"',
    );
  });
});
