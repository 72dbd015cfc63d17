import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import { SimgateError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/policy/policy.ts";

/** What every policy and wrapper must do, whatever it computes. */
export interface PolicyContractOptions {
  /** Whether the seed of a lane changes what it does (seeded noise). */
  readonly usesSeed?: boolean;
  /** How far answers may differ with the number of lanes, absolute: kernels may add in another order. 0: same bits. */
  readonly laneTolerance?: number;
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

const LANES = 5;
const STEPS = 9;

export function describePolicyContract(
  name: string,
  open: () => Promise<Policy>,
  { usesSeed = false, laneTolerance = 0, skip = [] }: PolicyContractOptions = {},
): void {
  describe(`policy contract: ${name}`, () => {
    let policy: Policy;
    beforeEach(async () => {
      policy = await open();
    });
    afterEach(async () => {
      await policy.close();
    });
    for (const known of skip) {
      if (!CASES.some(([title]) => title === known.test))
        throw new Error(`no such contract test: ${known.test}`);
    }
    for (const [title, run] of CASES) {
      const skipped = skip.find(({ test }) => test === title);
      if (skipped === undefined) it(title, () => run(policy, open, { usesSeed, laneTolerance }));
      else it.skip(`${title} (skipped: ${skipped.reason})`, () => undefined);
    }
  });
}

type Tools = Required<Pick<PolicyContractOptions, "usesSeed" | "laneTolerance">>;
type Case = readonly [
  title: string,
  run: (policy: Policy, open: () => Promise<Policy>, tools: Tools) => Promise<void>,
];

const CASES: readonly Case[] = [
  [
    "says consistently what it reads and gives",
    async ({ spec }) => {
      expect(spec.name).not.toBe("");
      expect(spec.controlPeriodSec).toBeGreaterThan(0);
      expect(Number.isInteger(spec.chunkLength) && spec.chunkLength >= 1).toBe(true);
      expect(spec.action.length).toBeGreaterThan(0);
      for (const channels of [spec.observation, spec.action]) {
        expect(new Set(channels.map((channel) => channel.name)).size).toBe(channels.length);
        for (const { shape, size } of channels) expect(shape.reduce((all, one) => all * one, 1)).toBe(size);
      }
    },
  ],
  [
    "gives as many actions a call as it says, each of the declared channels, finite, with its step",
    async (policy) => {
      await policy.reset(LANES, seedsOf(lanesUpTo(LANES)));
      for (let step = 0; step < 3; step++) {
        const { actions } = await policy.act(observe(policy, lanesUpTo(LANES), step));
        expect(actions).toHaveLength(policy.spec.chunkLength);
        actions.forEach((action, i) => {
          expect(action.lanes).toBe(LANES);
          expect(action.step).toBe(step + i);
          expect(Object.keys(action.columns).sort()).toEqual(
            policy.spec.action.map((one) => one.name).sort(),
          );
          for (const { name, size } of policy.spec.action) {
            expect(action.columns[name]).toBeInstanceOf(Float64Array);
            expect(action.columns[name]).toHaveLength(LANES * size);
            expect([...action.columns[name]!].every(Number.isFinite)).toBe(true);
          }
        });
      }
    },
  ],
  [
    "gives the same again after a reset with the same seeds, and from a fresh one",
    async (policy, open) => {
      if (!policy.spec.deterministic) return;
      const first = await roll(policy, lanesUpTo(LANES));
      await roll(policy, [7, 8]);
      expect(await roll(policy, lanesUpTo(LANES))).toEqual(first);
      const fresh = await open();
      expect(await roll(fresh, lanesUpTo(LANES))).toEqual(first);
      await fresh.close();
    },
  ],
  [
    "remembers nothing of an episode once it is reset",
    async (policy, open) => {
      if (!policy.spec.deterministic) return;
      await policy.reset(LANES, seedsOf(lanesUpTo(LANES)));
      for (let step = 0; step < 4; step++) await policy.act(observe(policy, [20, 21, 22, 23, 24], step));
      const fresh = await open();
      expect(await roll(policy, [3, 1])).toEqual(await roll(fresh, [3, 1]));
      await fresh.close();
    },
  ],
  [
    "keeps lanes independent: neither their number nor their place changes an answer",
    async (policy, _open, { laneTolerance }) => {
      const all = await roll(policy, [0, 1, 2, 3, 4]);
      const some = await roll(policy, [3, 1]);
      expectClose(some[0]!, all[3]!, laneTolerance);
      expectClose(some[1]!, all[1]!, laneTolerance);
      const crowd = await roll(policy, [4, 3, 2, 1, 0, 1, 3]);
      for (const [place, lane] of [4, 3, 2, 1, 0, 1, 3].entries()) {
        expectClose(crowd[place]!, all[lane]!, laneTolerance);
      }
    },
  ],
  [
    "answers the other lanes alike when some are masked, whatever their values are",
    async (policy, _open, { laneTolerance }) => {
      const whole = await roll(policy, lanesUpTo(LANES));
      const masked = await roll(policy, lanesUpTo(LANES), (batch, step) => {
        if (step < 3) return batch;
        const active = Uint8Array.of(1, 0, 1, 0, 1);
        for (const { name, size } of policy.spec.observation) {
          batch.columns[name]!.fill(NaN, size, 2 * size);
          batch.columns[name]!.fill(NaN, 3 * size, 4 * size);
        }
        return { ...batch, active };
      });
      for (const lane of [0, 2, 4]) expectClose(masked[lane]!, whole[lane]!, laneTolerance);
      const none = { ...observe(policy, lanesUpTo(LANES), STEPS), active: new Uint8Array(LANES) };
      expect((await policy.act(none)).actions).toHaveLength(policy.spec.chunkLength);
    },
  ],
  [
    "lets the seed decide, if it draws from it, and nothing else",
    async (policy, _open, { usesSeed }) => {
      if (!policy.spec.deterministic) return;
      const lanes = [2, 2, 2];
      const run = await roll(policy, lanes, undefined, [5n, 6n, 5n]);
      expect(run[2]).toEqual(run[0]);
      if (usesSeed) expect(run[1]).not.toEqual(run[0]);
      else expect(run[1]).toEqual(run[0]);
    },
  ],
  [
    "leaves what it is shown as it was",
    async (policy) => {
      await policy.reset(2, [1n, 2n]);
      const shown = observe(policy, [0, 1], 0);
      await policy.act(shown);
      expect(shown).toEqual(observe(policy, [0, 1], 0));
    },
  ],
  [
    "fails clearly before the first reset, for another number of lanes, and without a seed for each",
    async (policy) => {
      await expect(policy.act(observe(policy, [0], 0))).rejects.toThrow(/before it was reset/);
      await expect(policy.reset(2, [1n])).rejects.toThrow(/one seed a lane/);
      await policy.reset(2, [1n, 2n]);
      await expect(policy.act(observe(policy, [0, 1, 2], 0))).rejects.toThrow(/number of lanes/);
    },
  ],
  [
    "stops on request, and goes on when asked again",
    async (policy) => {
      await policy.reset(1, [1n]);
      const observation = observe(policy, [0], 0);
      await expect(policy.act(observation, AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
      expect((await policy.act(observation)).actions).toHaveLength(policy.spec.chunkLength);
    },
  ],
  [
    "closes as often as it is asked to, and fails clearly afterwards",
    async (policy) => {
      await policy.reset(1, [1n]);
      await Promise.all([policy.close(), policy.close()]);
      await policy.close();
      await expect(policy.act(observe(policy, [0], 0))).rejects.toThrow(SimgateError);
      await expect(policy.reset(1, [1n])).rejects.toThrow(/closed/);
    },
  ],
];

function lanesUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function seedsOf(lanes: readonly number[]): bigint[] {
  return lanes.map((lane) => BigInt(1000 + lane));
}

/** Smooth values decided by step and identity of the lane alone, of the size of the tolerance or the limits. */
function observe(policy: Policy, lanes: readonly number[], step: number): Batch {
  const columns: Record<string, Float64Array> = {};
  for (const { name, size } of policy.spec.observation) {
    columns[name] = Float64Array.from({ length: lanes.length * size }, (_, i) => {
      const lane = lanes[Math.floor(i / size)]!;
      return 0.5 * Math.sin(0.3 * step + 1.7 * lane + (i % size) + name.length);
    });
  }
  return { lanes: lanes.length, step, columns };
}

/** Every action of an episode: [lane][step × chunk × component]. */
async function roll(
  policy: Policy,
  lanes: readonly number[],
  change: (batch: Batch, step: number) => Batch = (batch) => batch,
  seeds: readonly bigint[] = seedsOf(lanes),
): Promise<number[][]> {
  await policy.reset(lanes.length, seeds);
  const answers: number[][] = lanes.map(() => []);
  for (let step = 0; step < STEPS; step++) {
    const { actions } = await policy.act(change(observe(policy, lanes, step), step));
    for (const action of actions) {
      for (const { name, size } of policy.spec.action) {
        answers.forEach((answer, lane) =>
          answer.push(...action.columns[name]!.subarray(lane * size, (lane + 1) * size)),
        );
      }
    }
  }
  return answers;
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  if (tolerance === 0) {
    expect(found).toEqual(expected);
    return;
  }
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(tolerance);
}
