import { describe, expect, it } from "vitest";
import { isDefined } from "../../src/metrics/estimate.ts";
import {
  auditPersistence,
  BROKEN,
  KEPT,
  NOT_COUNTED,
  type PersistenceAudit,
  type Sighting,
  type TrueObject,
} from "../../src/metrics/object-persistence.ts";
import { persistenceScore } from "../../src/metrics/persistence-score.ts";

/** Where each object is at each step, on a line; undefined: not seen. */
type Scene = Readonly<Record<string, readonly (number | undefined)[]>>;

const STEPS = 10;
const still = (at: number): number[] => new Array<number>(STEPS).fill(at);
const from = (first: number, change: (step: number) => number): number[] =>
  Array.from({ length: STEPS }, (_, step) => first + change(step));

const truthOf = (scene: Scene): TrueObject[][] =>
  Array.from({ length: STEPS }, (_, step) =>
    Object.entries(scene).map(([name, at]) => ({
      name,
      position: [at[step] ?? NaN],
      seen: at[step] !== undefined,
    })),
  );

const seenOf = (scene: Scene, steps = STEPS): Sighting[][] =>
  Array.from({ length: steps }, (_, step) =>
    Object.entries(scene).flatMap(([identity, at]) =>
      at[step] === undefined ? [] : [{ identity, position: [at[step]] }],
    ),
  );

const audit = (truth: Scene, candidate: Scene, steps = STEPS): PersistenceAudit =>
  auditPersistence(truthOf(truth), seenOf(candidate, steps), {
    matchWithin: Object.fromEntries(Object.keys(truth).map((name) => [name, 0.5])),
    graceSteps: 1,
  });

const TWO = { red: from(0, (step) => 0.1 * step), blue: still(5) };

describe("object persistence", () => {
  it("is 0.8 for a forklift that is once called unknown, and breaks at step 3", () => {
    const ids = ["forklift", "forklift", "forklift", "unknown", "forklift"];
    const at = { position: [0, 0] };
    const found = auditPersistence(
      ids.map(() => [{ name: "forklift", ...at, seen: true }]),
      ids.map((identity) => [{ identity, ...at }]),
      { matchWithin: { forklift: 0.1 } },
    );
    expect(found.persistenceRate).toBe(0.8);
    expect(found.firstBreakStep).toBe(3);
    expect(found.events).toEqual([
      { kind: "reappeared-as-another", object: "forklift", step: 3, steps: 1, as: "unknown" },
    ]);
  });

  it("is 1 for truth itself", () => {
    const found = audit(TWO, TWO);
    expect(found).toMatchObject({ persistenceRate: 1, firstBreakStep: undefined, events: [] });
  });

  it("counts an object that vanishes until it is back at truth's place", () => {
    const gone = [0, 0.1, 0.2, undefined, undefined, undefined, 0.6, 0.7, 0.8, 0.9];
    const found = audit(TWO, { ...TWO, red: gone });
    expect(found.persistenceRate).toBe(17 / 20);
    expect(found.events).toEqual([{ kind: "vanished", object: "red", step: 3, steps: 3 }]);
  });

  it("sees two objects exchange their names, from then on", () => {
    const swapped = {
      red: TWO.red.map((at, step) => (step < 4 ? at : TWO.blue[step]!)),
      blue: TWO.blue.map((at, step) => (step < 4 ? at : TWO.red[step]!)),
    };
    const found = audit(TWO, swapped);
    expect(found.persistenceRate).toBe(8 / 20);
    expect(found.firstBreakStep).toBe(4);
    expect(found.events).toEqual([
      { kind: "swapped", object: "red", step: 4, steps: 6, as: "blue" },
      { kind: "swapped", object: "blue", step: 4, steps: 6, as: "red" },
    ]);
  });

  it("does not take two objects that pass each other for a swap", () => {
    const crossing = { red: from(0, (step) => 0.2 * step), blue: from(1.9, (step) => -0.2 * step) };
    expect(audit(crossing, crossing).persistenceRate).toBe(1);
  });

  it("calls a jump onto another object a vanishing and a double", () => {
    const jumped = { ...TWO, blue: TWO.blue.map((at, step) => (step < 6 ? at : TWO.red[step]! + 0.1)) };
    const found = audit(TWO, jumped);
    expect(found.events).toEqual([
      { kind: "duplicated", object: "red", step: 6, steps: 4, as: "blue" },
      { kind: "vanished", object: "blue", step: 6, steps: 4 },
    ]);
    expect(found.persistenceRate).toBe(12 / 20);
  });

  it("reports what appears from nowhere", () => {
    const found = audit(TWO, { ...TWO, green: [...new Array<undefined>(7), 9, 9, 9] });
    expect(found.events).toEqual([{ kind: "spawned", object: "green", step: 7, steps: 3 }]);
    expect(found.persistenceRate).toBe(1);
  });

  it("does not hold a prediction error against identity: an object that drifts away is not counted until it is back", () => {
    const drifting = { ...TWO, red: from(0, (step) => 0.1 * step + (step < 5 ? 0.2 * step : 0)) };
    const found = audit(TWO, drifting);
    expect(found).toMatchObject({ persistenceRate: 1, events: [] });
    // Off by 0.6 and 0.8, then the leap back, which says nothing either: from there on it counts again.
    expect(found.objects[0]!.strayed).toBe(3);
    expect(found.objects[0]!.steps.at(-1)).toBe(KEPT);
    const away = audit(TWO, { ...TWO, red: from(0, (step) => 0.3 * step) });
    expect(away.persistenceRate).toBe(1);
    expect(away.objects[0]!.strayed).toBe(7);
    expect(away.events).toEqual([]);
  });

  it("asks nothing of an object while truth hides it, and that it be back afterwards", () => {
    const hidden = [0, 0.3, 0.6, undefined, undefined, undefined, 1.8, 2.1, 2.4, 2.7];
    const truth = { red: hidden, blue: still(5) };
    const honest = audit(truth, truth);
    expect(honest.persistenceRate).toBe(1);
    expect(honest.objects[0]!.steps.filter((verdict) => verdict === NOT_COUNTED)).toHaveLength(3);
    expect(honest.objects[0]!.comebacks).toEqual([{ step: 6, back: true }]);

    const late = audit(truth, { ...truth, red: hidden.map((at, step) => (step === 6 ? undefined : at)) });
    expect(late.persistenceRate).toBe(1);

    const lost = audit(truth, { ...truth, red: hidden.map((at, step) => (step < 6 ? at : undefined)) });
    expect(lost.objects[0]!.comebacks).toEqual([{ step: 6, back: false }]);
    expect(lost.events).toEqual([{ kind: "vanished", object: "red", step: 8, steps: 2 }]);

    const other = audit(truth, {
      red: hidden.map((at, step) => (step < 3 ? at : undefined)),
      blue: still(5),
      green: hidden.map((at, step) => (step < 6 ? undefined : at)),
    });
    expect(other.events).toEqual([
      { kind: "reappeared-as-another", object: "red", step: 6, steps: 4, as: "green" },
    ]);
  });

  it("breaks where an object is shown that truth hides, but for a moment at the edge", () => {
    const hidden = [0, 0.1, 0.2, ...new Array<undefined>(7)];
    const truth = { red: hidden, blue: still(5) };
    const shown = audit(truth, { ...truth, red: still(0.2) });
    expect(shown.objects[0]!.steps[3]).toBe(NOT_COUNTED);
    expect(shown.objects[0]!.steps[4]).toBe(BROKEN);
    expect(shown.events).toEqual([{ kind: "spawned", object: "red", step: 4, steps: 6 }]);
  });

  it("counts all that a rollout no longer shows once it broke", () => {
    const found = audit(TWO, TWO, 4);
    expect(found.persistenceRate).toBe(0.4);
    expect(found.events).toMatchObject([
      { kind: "lost", object: "red", step: 4, steps: 6 },
      { kind: "lost", object: "blue", step: 4, steps: 6 },
    ]);
  });

  it("has no rate where truth shows nothing", () => {
    const nothing = { red: new Array<undefined>(STEPS) };
    expect(audit(nothing, nothing).persistenceRate).toBeUndefined();
    expect(
      persistenceScore([{ start: 0, audit: audit(nothing, nothing) }], ["red"]).total.rate,
    ).toMatchObject({
      undefined: "truth shows no object",
    });
  });

  it("clusters its interval by start", () => {
    const gone = { ...TWO, red: TWO.red.map((at, step) => (step < 5 ? at : undefined)) };
    const rollouts = Array.from({ length: 40 }, (_, i) => ({
      start: Math.floor(i / 2),
      audit: audit(TWO, i % 4 < 2 ? TWO : gone),
    }));
    const { total, objects, perStep, eventCounts } = persistenceScore(rollouts, ["red", "blue"]);
    // Ten of twenty starts lose 5 of 20: a mean of 0.875 whose standard error is that of twenty values, 0.125/√19 · √(20/20).
    expect(total.rate).toMatchObject({ value: 0.875, n: 800 });
    const [lower, upper] = isDefined(total.rate) ? total.rate.interval! : [0, 0];
    expect(lower).toBeCloseTo(0.875 - 1.96 * (0.125 / Math.sqrt(19)), 1);
    expect(upper - lower).toBeLessThan(0.15);
    expect(objects.map(({ name, broken }) => [name, broken.vanished])).toEqual([
      ["red", 100],
      ["blue", 0],
    ]);
    expect(perStep.kept[9]! / perStep.counted[9]!).toBe(0.75);
    expect(eventCounts).toMatchObject({ vanished: 20, swapped: 0 });
  });
});
