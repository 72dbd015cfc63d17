import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import { SimgateError } from "../../src/core/errors.ts";
import type { LaneFault, Start } from "../../src/core/trace.ts";
import { isRestorable, type RestorableWorld, type World } from "../../src/world/world.ts";

/** A freshly opened world, and starts it accepts: at least 4, all different, with seeds. */
export interface WorldUnderTest {
  readonly world: World;
  readonly starts: readonly Start[];
}

export interface WorldContractOptions {
  /** Tests that cannot hold for this world, and why. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
  /**
   * How far two rollouts of one start may differ when the other lanes differ, relative to each channel's tolerance.
   * 0 (the default): not by a bit.
   */
  readonly laneTolerance?: number;
  /** Control steps a test rolls; a recording may be shorter than the default 12. */
  readonly steps?: number;
}

type Open = () => Promise<WorldUnderTest>;
type Case = readonly [
  test: string,
  check: (under: WorldUnderTest, open: Open, tools: Tools) => Promise<void>,
];

/** What every world must do, whatever is behind it. */
export function describeWorldContract(name: string, open: Open, options: WorldContractOptions = {}): void {
  const tools = new Tools(options.steps ?? 12, options.laneTolerance ?? 0);
  const skips = new Map(options.skip?.map(({ test, reason }) => [test, reason]));
  const cases = [
    ...CASES.map(([test, check]) => ({ test, check, restorable: false })),
    ...RESTORABLE_CASES.map(([test, check]) => ({ test, check, restorable: true })),
  ];
  for (const skipped of skips.keys()) {
    if (!cases.some(({ test }) => test === skipped))
      throw new Error(`the world contract has no test "${skipped}"`);
  }
  describe(`world contract: ${name}`, () => {
    for (const { test, check, restorable } of cases) {
      const reason = skips.get(test);
      if (reason !== undefined) {
        it(test, (context) => context.skip(reason));
        continue;
      }
      it(test, async (context) => {
        const under = await open();
        try {
          if (restorable && !isRestorable(under.world)) context.skip("the world is not restorable");
          await check(under, open, tools);
        } finally {
          await under.world.close();
        }
      });
    }
  });
}

const CASES: readonly Case[] = [
  [
    "gives one lane per start, every channel at its declared size",
    async ({ world, starts }) => {
      for (const lanes of [1, starts.length]) {
        const batch = await world.reset(starts.slice(0, lanes));
        expect(batch.lanes).toBe(lanes);
        expect(batch.step).toBe(0);
        expectShape(world, batch, lanes);
      }
    },
  ],
  [
    "counts control steps and keeps the shape of observations and actions",
    async ({ world, starts }, _open, tools) => {
      await world.reset(starts);
      for (let step = 0; step < 3; step++) {
        const transition = await world.step(tools.actions(world, starts, step));
        expect(transition.observation.step).toBe(step + 1);
        expectShape(world, transition.observation, starts.length);
        expect(transition.appliedAction.lanes).toBe(starts.length);
        for (const { name, size } of world.spec.action) {
          expect(transition.appliedAction.columns[name]).toHaveLength(starts.length * size);
        }
        if (transition.uncertainty !== undefined) expect(transition.uncertainty.lanes).toBe(starts.length);
        expect(transition.faults).toEqual([]);
      }
    },
  ],
  [
    "fails clearly when stepped before the first reset",
    async ({ world, starts }, _open, tools) => {
      await expect(world.step(tools.actions(world, starts, 0))).rejects.toThrow(SimgateError);
      await expect(world.step(tools.actions(world, starts, 0))).rejects.toThrow(/reset/);
    },
  ],
  [
    "refuses actions for another number of lanes",
    async ({ world, starts }, _open, tools) => {
      await world.reset(starts);
      await expect(world.step(tools.actions(world, starts.slice(1), 0))).rejects.toThrow(/lanes/);
    },
  ],
  [
    "gives the same bytes for the same starts, seeds and actions",
    async ({ world, starts }, open, tools) => {
      const first = await tools.roll(world, starts);
      const again = await tools.roll(world, starts);
      const fresh = await open();
      const other = await tools.roll(fresh.world, starts);
      await fresh.world.close();
      expectSameLanes(world, first, again, 0);
      expectSameLanes(world, first, other, 0);
    },
  ],
  [
    "gives a lane the same values whatever the other lanes, their number or their order",
    async ({ world, starts }, _open, tools) => {
      const all = await tools.roll(world, starts);
      const order = starts.map((_, i) => (i * (starts.length - 1) + 1) % starts.length);
      expect(new Set(order).size).toBe(starts.length);
      const shuffled = await tools.roll(
        world,
        order.map((i) => starts[i]!),
      );
      expectSameLanes(world, pick(all, order), shuffled, tools.laneTolerance);
      const subset = [starts.length - 1, 1];
      const few = await tools.roll(
        world,
        subset.map((i) => starts[i]!),
      );
      expectSameLanes(world, pick(all, subset), few, tools.laneTolerance);
      const alone = await tools.roll(world, [starts[2]!]);
      expectSameLanes(world, pick(all, [2]), alone, tools.laneTolerance);
      const crowd = await tools.roll(world, [...starts, ...starts, ...starts]);
      expectSameLanes(
        world,
        all,
        pick(
          crowd,
          starts.map((_, i) => starts.length + i),
        ),
        tools.laneTolerance,
      );
    },
  ],
  [
    "leaves masked lanes as they were, and the others as if nothing were masked",
    async ({ world, starts }, _open, tools) => {
      const whole = await tools.roll(world, starts);
      const from = Math.floor(tools.steps / 2);
      const masked = await tools.roll(world, starts, (batch, step) => {
        const active = new Uint8Array(starts.length).fill(1);
        if (step >= from) active[1] = 0;
        return { ...batch, active };
      });
      const others = starts.map((_, i) => i).filter((i) => i !== 1);
      expectSameLanes(world, pick(whole, others), pick(masked, others), tools.laneTolerance);
      const frozen = masked.observations
        .slice(from)
        .map((columns) => laneOf(world, columns, starts.length, 1));
      for (const values of frozen) expect(values).toEqual(frozen[0]);
      expect(masked.faults).toEqual([]);
    },
  ],
  [
    "clips actions to their limits and says what was applied",
    async ({ world, starts }, _open, tools) => {
      await world.reset(starts);
      for (const sign of [1, -1]) {
        const actions = tools.actions(world, starts, 0);
        for (const { name, limits } of world.spec.action) {
          if (limits !== undefined)
            actions.columns[name]!.fill(sign * 10 * Math.max(...limits.map(Math.abs), 1));
        }
        const { appliedAction, faults } = await world.step(actions);
        expect(faults).toEqual([]);
        for (const { name, limits } of world.spec.action) {
          if (limits === undefined) continue;
          for (const value of appliedAction.columns[name]!) {
            expect(value).toBeGreaterThanOrEqual(limits[0]);
            expect(value).toBeLessThanOrEqual(limits[1]);
          }
        }
      }
    },
  ],
  [
    "moves the same when commanded beyond the limits as at them",
    async ({ world, starts }, open, tools) => {
      const command = (factor: number) => (batch: Batch) => {
        for (const { name, limits } of world.spec.action) {
          if (limits !== undefined)
            batch.columns[name]!.fill(limits[1] + (factor - 1) * (limits[1] - limits[0]));
        }
        return batch;
      };
      const at = await tools.roll(world, starts, command(1));
      const beyond = await tools.roll(world, starts, command(3));
      expectSameLanes(world, at, beyond, 0);
    },
  ],
  [
    "turns an action that is not a number into a fault on its lane alone",
    async ({ world, starts }, _open, tools) => {
      const { action } = world.spec;
      if (action.length === 0) return;
      const whole = await tools.roll(world, starts);
      const broken = await tools.roll(world, starts, (batch, step) => {
        if (step >= 2) batch.columns[action[0]!.name]![action[0]!.size * 2] = NaN;
        return batch;
      });
      expect(broken.faults).toHaveLength(1);
      expect(broken.faults[0]).toMatchObject({ lane: 2, step: 2, kind: "not-finite" });
      expect(broken.faults[0]!.reason).toContain(action[0]!.name);
      const others = starts.map((_, i) => i).filter((i) => i !== 2);
      expectSameLanes(world, pick(whole, others), pick(broken, others), tools.laneTolerance);
      const last = broken.observations.slice(2).map((columns) => laneOf(world, columns, starts.length, 2));
      for (const values of last) expect(values).toEqual(last[0]);
    },
  ],
  [
    "gives after many episodes what a fresh one gives",
    async ({ world, starts }, open, tools) => {
      for (let episode = 0; episode < 20; episode++) {
        await tools.roll(world, starts.slice(0, 1 + (episode % starts.length)));
      }
      const used = await tools.roll(world, starts);
      const fresh = await open();
      const unused = await tools.roll(fresh.world, starts);
      await fresh.world.close();
      expectSameLanes(world, unused, used, 0);
    },
  ],
  [
    "lets the seed decide, if it is stochastic, and nothing else",
    async ({ world, starts }, _open, tools) => {
      const start = starts[0]!;
      const seeds = [start.seed, start.seed + 1n, start.seed];
      const run = await tools.roll(
        world,
        seeds.map((seed) => ({ ...start, seed })),
      );
      const lane = (i: number) => run.observations.map((columns) => laneOf(world, columns, seeds.length, i));
      if (world.spec.stochastic) expect(lane(1)).not.toEqual(lane(0));
      else expectSameLanes(world, pick(run, [0]), pick(run, [1]), tools.laneTolerance);
      expectSameLanes(world, pick(run, [0]), pick(run, [2]), tools.laneTolerance);
    },
  ],
  [
    "says by its spec whether actions matter",
    async ({ world, starts }, _open, tools) => {
      const set = (end: 0 | 1) => (batch: Batch) => {
        for (const { name, limits } of world.spec.action)
          batch.columns[name]!.fill(limits?.[end] ?? 2 * end - 1);
        return batch;
      };
      const low = await tools.roll(world, starts, set(0));
      const high = await tools.roll(world, starts, set(1));
      const values = ({ observations }: Run) =>
        observations.map((columns) => laneOf(world, columns, starts.length, 0));
      if (world.spec.respondsToActions) expect(values(high)).not.toEqual(values(low));
      else expect(values(high)).toEqual(values(low));
    },
  ],
  [
    "stops on request",
    async ({ world, starts }, _open, tools) => {
      const signal = AbortSignal.abort();
      await expect(world.reset(starts, signal)).rejects.toMatchObject({ code: "aborted" });
      await world.reset(starts);
      await expect(world.step(tools.actions(world, starts, 0), signal)).rejects.toMatchObject({
        code: "aborted",
      });
      await world.reset(starts);
      await world.step(tools.actions(world, starts, 0));
    },
  ],
  [
    "closes as often as it is asked to, and fails clearly afterwards",
    async ({ world, starts }, _open, tools) => {
      await world.reset(starts);
      await Promise.all([world.close(), world.close()]);
      await world.close();
      await expect(world.step(tools.actions(world, starts, 0))).rejects.toThrow(SimgateError);
      await expect(world.reset(starts)).rejects.toThrow(/closed/);
    },
  ],
];

const RESTORABLE_CASES: readonly Case[] = [
  [
    "continues from a snapshot bit for bit, again and again",
    async ({ world, starts }, _open, tools) => {
      const restorable = world as RestorableWorld;
      const at = Math.floor(tools.steps / 2);
      await tools.roll(world, starts, undefined, 0, at);
      const snapshot = await restorable.save();
      expect(snapshot).toMatchObject({ lanes: starts.length, step: at });
      const rest = await tools.continue(world, starts, at);
      for (let time = 0; time < 2; time++) {
        const observation = await restorable.restore(snapshot);
        expect(observation.step).toBe(at);
        expectShape(world, observation, starts.length);
        expectSameLanes(world, rest, await tools.continue(world, starts, at), 0);
      }
    },
  ],
  [
    "shows on restoring what it showed on saving",
    async ({ world, starts }, _open, tools) => {
      const restorable = world as RestorableWorld;
      const run = await tools.roll(world, starts, undefined, 0, 4);
      const snapshot = await restorable.save();
      await tools.continue(world, starts, 4);
      const observation = await restorable.restore(snapshot);
      for (const { name } of world.spec.observation) {
        expect(observation.columns[name]).toEqual(run.observations.at(-1)![name]);
      }
    },
  ],
  [
    "goes back to a snapshot after episodes with other starts and lane counts",
    async ({ world, starts }, _open, tools) => {
      const restorable = world as RestorableWorld;
      const whole = await tools.roll(world, starts);
      await tools.roll(world, starts, undefined, 0, 3);
      const snapshot = await restorable.save();
      await tools.roll(world, starts.slice(1, 2));
      await tools.roll(world, [...starts, ...starts].reverse());
      await restorable.restore(snapshot);
      const rest = await tools.continue(world, starts, 3);
      expectSameLanes(world, { ...whole, observations: whole.observations.slice(4) }, rest, 0);
    },
  ],
  [
    "keeps a broken lane broken across a restore",
    async ({ world, starts }, _open, tools) => {
      const channel = world.spec.action[0];
      if (channel === undefined) return;
      const restorable = world as RestorableWorld;
      await world.reset(starts);
      const bad = tools.actions(world, starts, 0);
      bad.columns[channel.name]![0] = NaN;
      const { faults, observation } = await world.step(bad);
      expect(faults.map(({ lane }) => lane)).toEqual([0]);
      const kept = laneOf(world, observation.columns, starts.length, 0);
      const snapshot = await restorable.save();
      await world.reset(starts);
      await restorable.restore(snapshot);
      const next = await world.step(tools.actions(world, starts, 1));
      expect(next.faults).toEqual([]);
      expect(laneOf(world, next.observation.columns, starts.length, 0)).toEqual(kept);
    },
  ],
];

type Columns = Readonly<Record<string, Float64Array>>;

/** Copies of every observation, reset included (unless continued), and all faults. */
interface Run {
  readonly lanes: readonly number[];
  readonly width: number;
  readonly observations: readonly Columns[];
  readonly faults: readonly LaneFault[];
}

class Tools {
  readonly steps: number;
  readonly laneTolerance: number;

  constructor(steps: number, laneTolerance: number) {
    this.steps = steps;
    this.laneTolerance = laneTolerance;
  }

  /** Within limits, and decided by step and start alone, so that a start meets the same actions in any lane. */
  actions(world: World, starts: readonly Start[], step: number): Batch {
    const columns: Record<string, Float64Array> = {};
    for (const { name, size, limits } of world.spec.action) {
      const [lower, upper] = limits ?? [-1, 1];
      const [middle, half] = [(lower + upper) / 2, (upper - lower) / 2];
      columns[name] = Float64Array.from({ length: starts.length * size }, (_, i) => {
        const start = starts[Math.floor(i / size)]!;
        return middle + 0.4 * half * Math.sin(0.7 * step + 1.3 * start.index + 0.5 * (i % size));
      });
    }
    return { lanes: starts.length, step, columns };
  }

  async roll(
    world: World,
    starts: readonly Start[],
    change: (batch: Batch, step: number) => Batch = (batch) => batch,
    from = 0,
    to = this.steps,
  ): Promise<Run> {
    const first = copyOf(world, await world.reset(starts));
    const rest = await this.continue(world, starts, from, change, to);
    return { ...rest, observations: [first, ...rest.observations] };
  }

  async continue(
    world: World,
    starts: readonly Start[],
    from: number,
    change: (batch: Batch, step: number) => Batch = (batch) => batch,
    to = this.steps,
  ): Promise<Run> {
    const observations: Columns[] = [];
    const faults: LaneFault[] = [];
    for (let step = from; step < to; step++) {
      const transition = await world.step(change(this.actions(world, starts, step), step));
      observations.push(copyOf(world, transition.observation));
      faults.push(...transition.faults);
    }
    return { lanes: starts.map((_, i) => i), width: starts.length, observations, faults };
  }
}

function copyOf(world: World, batch: Batch): Columns {
  return Object.fromEntries(world.spec.observation.map(({ name }) => [name, batch.columns[name]!.slice()]));
}

/** The same run seen through some of its lanes, in that order. */
function pick(run: Run, lanes: readonly number[]): Run {
  return { ...run, lanes: lanes.map((lane) => run.lanes[lane]!) };
}

function laneOf(world: World, columns: Columns, lanes: number, lane: number): number[] {
  return world.spec.observation.flatMap(({ name, size }) => {
    expect(columns[name]).toHaveLength(lanes * size);
    return [...columns[name]!.subarray(lane * size, (lane + 1) * size)];
  });
}

function expectShape(world: World, batch: Batch, lanes: number): void {
  expect(batch.lanes).toBe(lanes);
  for (const { name, size } of world.spec.observation) {
    expect(batch.columns[name], name).toBeInstanceOf(Float64Array);
    expect(batch.columns[name], name).toHaveLength(lanes * size);
    expect([...batch.columns[name]!].every(Number.isFinite), name).toBe(true);
  }
}

/** @param tolerance relative to each channel's; 0: the same bits. */
function expectSameLanes(world: World, a: Run, b: Run, tolerance: number): void {
  expect(b.observations).toHaveLength(a.observations.length);
  expect(b.lanes).toHaveLength(a.lanes.length);
  for (const [step, columns] of a.observations.entries()) {
    for (const [i, lane] of a.lanes.entries()) {
      for (const channel of world.spec.observation) {
        const where = `${channel.name}, observation ${step}, lane ${i}`;
        const { name, size } = channel;
        const x = columns[name]!.slice(lane * size, (lane + 1) * size);
        const y = b.observations[step]![name]!.slice(b.lanes[i]! * size, (b.lanes[i]! + 1) * size);
        if (tolerance === 0) {
          expect(new BigUint64Array(y.buffer), where).toEqual(new BigUint64Array(x.buffer));
          continue;
        }
        for (const [c, value] of x.entries()) {
          expect(Math.abs(y[c]! - value), where).toBeLessThanOrEqual(tolerance * channel.tolerance);
        }
      }
    }
  }
}
