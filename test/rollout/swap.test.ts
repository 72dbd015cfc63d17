import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import { inputError } from "../../src/core/errors.ts";
import type { Start } from "../../src/core/trace.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { Past } from "../../src/rollout/past.ts";
import { swapped } from "../../src/rollout/swap.ts";
import { TakenUpWorld } from "../../src/rollout/taken-up.ts";
import type { World } from "../../src/world/world.ts";
import { CountingWorld } from "./counting-world.ts";

const starts: readonly Start[] = [0, 5].map((position, index) => ({
  index,
  initial: { position: [position] },
  parameters: {},
  seed: BigInt(index),
}));

/** Towards 0, at 0.4 of the distance. */
function homing(world: World): Policy {
  const { observation, action, controlPeriodSec } = world.spec;
  return {
    spec: {
      name: "homing",
      observation,
      action,
      controlPeriodSec,
      chunkLength: 1,
      stateful: false,
      deterministic: true,
    },
    reset: () => Promise.resolve(),
    act: ({ lanes, step, columns }) =>
      Promise.resolve({
        actions: [{ lanes, step, columns: { speed: columns["position"]!.map((at) => 1 - 0.4 * at) } }],
      }),
    close: () => Promise.resolve(),
  };
}

async function traces(world: World, policy = homing(world)) {
  return (await closedLoop(world, policy, starts, { horizonSteps: 12 })).tape.traces();
}

describe("a world taken up at every step", () => {
  it("goes on as by itself if it shows all its state", async () => {
    const own = await traces(new CountingWorld());
    const again = await traces(new TakenUpWorld(new CountingWorld(), { contextSteps: 4 }));
    expect(again).toEqual(own);
  });

  it("counts the step of a fault from the beginning of the rollout", async () => {
    let step = 0;
    const world = new CountingWorld({
      faults: () => (step++ === 7 ? [{ lane: 1, step: 0, kind: "threw", reason: "stuck" }] : []),
    });
    const [whole, broken] = await traces(new TakenUpWorld(world, { contextSteps: 0 }));
    expect(whole).toMatchObject({ steps: 12, end: "horizon" });
    expect(broken).toMatchObject({ steps: 7, end: "fault", fault: { step: 7, reason: "stuck" } });
  });

  it("breaks the lanes, not the exam, where it cannot be taken up", async () => {
    let resets = 0;
    const world = new CountingWorld();
    const refusing = Object.assign(Object.create(world) as CountingWorld, {
      reset: (given: readonly Start[]) => {
        if (resets++ > 3) throw inputError("not from here");
        return world.reset(given);
      },
      step: world.step.bind(world),
    });
    const broken = await traces(new TakenUpWorld(refusing, { contextSteps: 0 }));
    for (const { end, fault } of broken) {
      expect(end).toBe("fault");
      expect(fault?.reason).toContain("cannot be taken up here");
    }
  });

  it("takes the channels asked for from the other world", async () => {
    const stuck = new CountingWorld();
    stuck.step = async (actions) => ({
      observation: { lanes: 2, step: 1, columns: { position: Float64Array.of(9, 9) } },
      appliedAction: actions,
      faults: [],
    });
    const swap = { part: "dynamics", channels: ["position"], contextSteps: 0 } as const;
    const parts = swapped(swap, new CountingWorld(), homing(stuck), stuck);
    const [trace] = await traces(parts.world, parts.policy);
    expect([...trace!.observation["position"]!.slice(0, 4)]).toEqual([0, 9, 9, 9]);
  });
});

describe("a world with a latent state", () => {
  /** It counts its steps in a state it does not show, and moves by that count. */
  class Counter extends CountingWorld {
    #age = Float64Array.of(0, 0);

    override reset(given: readonly Start[]) {
      this.#age = Float64Array.of(0, 0);
      return super.reset(given);
    }

    override step(actions: Batch) {
      this.#age = this.#age.map((age) => age + 0.1);
      return super.step({ ...actions, columns: { speed: this.#age } });
    }

    latent(): Batch {
      return { lanes: 2, step: 0, columns: { age: this.#age.slice() } };
    }

    setLatent({ columns }: Batch): void {
      this.#age = columns["age"]!.slice();
    }
  }

  it("forgets it when its representation is replaced, and keeps it when its dynamics are", async () => {
    const positions = async (world: World): Promise<number[]> => {
      const [trace] = await traces(world);
      return [...trace!.observation["position"]!.slice(0, 4)].map((at) => Number(at.toFixed(6)));
    };
    const own = await positions(new Counter());
    expect(own).toEqual([0, 0.1, 0.3, 0.6]);
    expect(await positions(new TakenUpWorld(new Counter(), { contextSteps: 2 }))).toEqual([0, 0.1, 0.2, 0.3]);
    const transition = { of: new CountingWorld(), channels: [] };
    expect(await positions(new TakenUpWorld(new Counter(), { contextSteps: 2, transition }))).toEqual(own);
  });
});

describe("a policy shown another world", () => {
  it("acts on what that one shows, and both are given its commands", async () => {
    const shown = new CountingWorld();
    const asleep = new CountingWorld();
    asleep.step = async (actions) => ({
      observation: { lanes: 2, step: actions.step + 1, columns: { position: new Float64Array(2) } },
      appliedAction: actions,
      faults: [],
    });
    const { world, policy } = swapped({ part: "perception" }, shown, homing(shown), asleep);
    const [first] = await traces(world, policy);
    // The sleeping world always shows 0, so the command is always 1.
    expect([...first!.requestedAction["speed"]!]).toEqual(new Array(12).fill(1));
    expect(first!.observation["position"]!.at(-1)).toBe(12);
  });

  it("breaks a lane that breaks beside it, and says so", async () => {
    const other = new CountingWorld({
      faults: (step) => (step === 3 ? [{ lane: 0, step, kind: "not-finite", reason: "NaN" }] : []),
    });
    const shown = new CountingWorld();
    const { world, policy } = swapped({ part: "perception" }, shown, homing(shown), other);
    const [broken, whole] = await traces(world, policy);
    expect(broken).toMatchObject({ steps: 3, fault: { kind: "not-finite" } });
    expect(broken!.fault!.reason).toBe("world counting beside it broke: NaN");
    expect(whole!.steps).toBe(12);
    await world.close();
    expect([shown.closed, other.closed]).toEqual([true, true]);
  });
});

describe("the past of a rollout", () => {
  it("is as long as asked for, oldest first, each with the action that followed", async () => {
    const world = new CountingWorld();
    const batch = (step: number, position: number) => ({
      lanes: 2,
      step,
      columns: { position: Float64Array.of(position, -position) },
    });
    const past = new Past(world.spec, starts, batch(0, 0), 2);
    expect(past.starts()).toBe(starts);
    for (const step of [1, 2, 3]) {
      past.push(batch(step, step), {
        lanes: 2,
        step: step - 1,
        columns: { speed: Float64Array.of(step / 10, 0) },
      });
    }
    const [first, second] = past.starts();
    expect(first).toMatchObject({
      index: 0,
      initial: { position: [3] },
      context: { steps: 2, observation: { position: [1, 2] }, action: { speed: [0.2, 0.3] } },
    });
    expect(second!.initial).toEqual({ position: [-3] });
    expect(first!.seed).not.toBe(starts[0]!.seed);
  });
});
