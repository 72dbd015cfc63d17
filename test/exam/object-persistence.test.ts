import { describe, expect, it } from "vitest";
import type { Start, Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import { objectPersistence } from "../../src/exam/axes/object-persistence.ts";
import { persistenceSchema } from "../../src/report/persistence-schema.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

/** Two pucks on a table: red is pushed along x, and the observer loses it between 0.8 m and 1.2 m; blue lies still. */

const STEPS = 40;
const PERIOD_SEC = 0.1;
const channel = { unit: "m", kind: "linear", shape: [2], size: 2, tolerance: 0.02, limits: [-5, 5] } as const;
const flag = { unit: "1", kind: "linear", shape: [], size: 1, tolerance: 0.5 } as const;
const scenario = {
  controlPeriodSec: PERIOD_SEC,
  horizonSteps: STEPS,
  observation: [
    { ...channel, name: "red_at" },
    { ...flag, name: "red_seen" },
    { ...channel, name: "blue_at" },
  ],
  action: [{ ...flag, name: "push", limits: [-1, 1] }],
  objects: [
    { name: "red", label: "red puck", position: "red_at", visible: "red_seen", matchWithin: 0.1 },
    { name: "blue", position: "blue_at", matchWithin: 0.1 },
  ],
  thresholds: { objectPersistence: 0.9, confidence: 0.95 },
} as unknown as Scenario;

interface Scene {
  red: readonly [number, number];
  seen: number;
  blue: readonly [number, number];
}
type World = (scene: Scene, step: number, start: number) => Scene;

const asItIs: World = (scene) => scene;

function roll(world: World, start: Start, steps = STEPS): Trace {
  const speed = 0.04 + 0.002 * (start.index % 5);
  const scenes = Array.from({ length: steps + 1 }, (_, step): Scene => {
    const x = speed * step;
    return world({ red: [x, 0.5], seen: x > 0.8 && x < 1.2 ? 0 : 1, blue: [1, -0.5] }, step, start.index);
  });
  const push = { push: new Float64Array(steps).fill(speed) };
  return {
    start,
    steps,
    controlPeriodSec: PERIOD_SEC,
    end: steps < STEPS ? "fault" : "horizon",
    observation: {
      red_at: Float64Array.from(scenes.flatMap(({ red }) => red)),
      red_seen: Float64Array.from(scenes, ({ seen }) => seen),
      blue_at: Float64Array.from(scenes.flatMap(({ blue }) => blue)),
    },
    requestedAction: push,
    appliedAction: push,
    ...(steps < STEPS ? { fault: { step: steps, kind: "not-finite" as const, reason: "" } } : {}),
  };
}

function runOf(world: World, { steps = STEPS, objects = scenario.objects } = {}): ExamRun {
  const panel = Array.from({ length: 48 }, (_, index): Start => ({
    index,
    initial: {},
    parameters: {},
    seed: 0n,
  }));
  const policies = ["pusher", "shover"];
  return {
    contract: {
      scenario: { ...scenario, objects },
      panel,
      policies: policies.map((name) => ({ name })),
      candidate: { name: "candidate" },
    },
    pairs: policies.flatMap((policy) =>
      panel.map((start) => ({
        policy,
        start: start.index,
        truth: roll(asItIs, start),
        candidate: roll(world, start, steps),
      })),
    ),
    rollouts: {
      run: ([request]: { starts: readonly Start[] }[]) =>
        Promise.resolve([request!.starts.map((start) => roll(world, start, steps))]),
    },
  } as unknown as ExamRun;
}

const measure = async (world: World, options?: Parameters<typeof runOf>[1]) => {
  const found = await objectPersistence.measure(runOf(world, options));
  if ("undefined" in found.details) throw new Error(found.details.undefined);
  persistenceSchema.parse(found.details);
  return { axis: found.axis, details: found.details };
};

describe("the object persistence axis", () => {
  it("gives truth itself 1, over every policy and truth's commands", async () => {
    const { axis, details } = await measure(asItIs);
    expect(axis).toMatchObject({ score: 1, status: "pass" });
    expect(details).toMatchObject({
      persistenceRate: { value: 1 },
      afterOcclusion: { value: 1, n: 144 },
      strayed: { value: 0 },
      firstBreakStep: null,
      rollouts: { closedLoop: 96, openLoop: 48 },
      events: [],
    });
    expect(axis.reason).toContain("back after 144 of 144 occlusions");
    expect(details.overTime.rate.every((rate) => rate === 1)).toBe(true);
  });

  it("forgives errors of prediction: noise, a slow drift, an edge of the occlusion that is off by a little", async () => {
    const { axis, details } = await measure((scene, step, start) => ({
      red: [scene.red[0] * 1.05, 0.5 + 0.02 * Math.sin(step + start)],
      seen: scene.red[0] * 1.05 > 0.8 && scene.red[0] * 1.05 < 1.2 ? 0.2 : 0.9,
      blue: [1 + 0.01 * step, -0.5],
    }));
    expect(axis.score).toBe(1);
    const { strayed } = details;
    expect("value" in strayed && strayed.value).toBeGreaterThan(0.3);
    expect(axis.reason).toContain("drifts off truth's place");
  });

  it("fails a world that forgets what goes out of sight", async () => {
    const { axis, details } = await measure((scene, step) => (step > 20 ? { ...scene, seen: 0 } : scene));
    expect(axis.status).toBe("fail");
    expect(details.afterOcclusion).toMatchObject({ value: 0 });
    expect(details.objects.find(({ id }) => id === "red")!.broken.vanished).toBeGreaterThan(0);
    expect(details.objects.find(({ id }) => id === "blue")!.persistenceRate).toMatchObject({ value: 1 });
    expect(axis.reason).toContain("worst for red");
    expect(details.events[0]).toMatchObject({ kind: "vanished", object: "red" });
  });

  it("fails a world that mostly forgets what goes out of sight, though most steps show nothing of it", async () => {
    const forgets: World = (scene, step, start) =>
      step > 20 && start % 2 === 0 ? { ...scene, seen: 0 } : scene;
    const { axis, details } = await measure(forgets);
    expect(details.persistenceRate).toMatchObject({ value: expect.closeTo(0.93, 2) as number });
    expect(details.afterOcclusion).toMatchObject({ value: 0.5, n: 144 });
    expect(axis).toMatchObject({ score: 0.5, n: 144, status: "fail" });
    expect(axis.reason).toContain("back after 72 of 144 occlusions, which is the score");
  });

  it("takes the steps where too few occlusions decide nothing", async () => {
    const { axis, details } = await measure((scene, step, start) =>
      step > 20 && start < 8 ? { ...scene, seen: 0 } : scene,
    );
    expect(details.afterOcclusion).toMatchObject({ value: 1 - 8 / 48 });
    expect(axis.score).toBe("value" in details.persistenceRate && details.persistenceRate.value);
    expect(axis.status).toBe("pass");
  });

  it("fails a world that takes one puck for the other", async () => {
    const { axis, details } = await measure((scene, step) =>
      step < 5 || scene.seen === 0 ? scene : { ...scene, red: scene.blue, blue: scene.red },
    );
    expect(axis.status).toBe("fail");
    expect(details.eventCounts.swapped).toBeGreaterThan(0);
    expect(details.firstBreakStep).toBe(5);
  });

  it("fails a world whose puck leaves the table's declared limits, and one that breaks", async () => {
    const off = await measure((scene, step) => (step < 10 ? scene : { ...scene, blue: [7, 0] }));
    expect(off.details.objects[1]!.persistenceRate).toMatchObject({ value: 10 / 41 });
    const broken = await measure(asItIs, { steps: 20 });
    expect(broken.axis.status).toBe("fail");
    expect(broken.details.eventCounts.lost).toBe(2 * 144);
    expect(broken.details.objects[1]!.broken.lost).toBe(20 * 144);
  });

  it("is not applicable where there are no objects", async () => {
    const { axis, details } = await objectPersistence.measure(runOf(asItIs, { objects: [] }));
    expect(axis).toMatchObject({ status: "not-applicable", score: null });
    expect(details).toEqual({ undefined: "the scenario declares no objects" });
  });
});
