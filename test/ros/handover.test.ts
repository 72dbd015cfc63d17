import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import type { Start } from "../../src/core/trace.ts";
import { HandoverWorld, type HandoverOptions } from "../../src/ros/handover.ts";
import type { Transition, World } from "../../src/world/world.ts";
import { CountingWorld, startsAt } from "../rollout/counting-world.ts";

/** As CountingWorld, but it goes only half as far; and remembers where it was taken up. */
class Sluggish implements World {
  readonly spec = { ...new CountingWorld().spec, name: "sluggish" };
  readonly #inner = new CountingWorld();
  starts: readonly Start[] = [];

  reset(starts: readonly Start[]): Promise<Batch> {
    this.starts = starts;
    return this.#inner.reset(starts);
  }
  step(actions: Batch): Promise<Transition> {
    const speed = actions.columns["speed"]!.map((value) => value / 2);
    return this.#inner.step({ ...actions, columns: { speed } });
  }
  close(): Promise<void> {
    return this.#inner.close();
  }
}

async function run(mark: HandoverOptions["mark"], callAt?: number) {
  const candidate = new Sluggish();
  const told: number[] = [];
  const world = new HandoverWorld({
    truth: new CountingWorld(),
    candidate,
    mark,
    contextSteps: 2,
    onHandover: (step) => told.push(step),
  });
  const positions: number[] = [];
  const episode = async (): Promise<void> => {
    positions.push((await world.reset(startsAt(3))).columns["position"]![0]!);
    for (let step = 0; step < 5; step++) {
      if (step === callAt) world.handOver();
      const { observation } = await world.step({ lanes: 1, step, columns: { speed: Float64Array.of(1) } });
      expect(observation.step).toBe(step + 1);
      positions.push(observation.columns["position"]![0]!);
    }
  };
  await episode();
  return { world, candidate, told, positions, episode };
}

describe("handover", () => {
  it.each([
    [{ at: "step", step: 2 } as const, undefined],
    [{ at: "time", sec: 2 } as const, undefined],
    [{ at: "service" } as const, 2],
  ])("begins in truth and goes on in the candidate, where truth was: %j", async (mark, callAt) => {
    const { positions, told, candidate, world } = await run(mark, callAt);
    expect(positions).toEqual([3, 4, 5, 5.5, 6, 6.5]);
    expect(told).toEqual([3]);
    expect(world.from).toBe(2);
    expect(candidate.starts[0]).toMatchObject({
      initial: { position: [5] },
      context: { steps: 2, observation: { position: [3, 4] }, action: { speed: [1, 1] } },
    });
  });

  it("begins in truth again after a reset", async () => {
    const { positions, episode } = await run({ at: "step", step: 4 });
    await episode();
    expect(positions).toEqual([3, 4, 5, 6, 7, 7.5, 3, 4, 5, 6, 7, 7.5]);
  });
});
