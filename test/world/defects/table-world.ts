import type { Batch, ChannelSpec } from "../../../src/core/channels.ts";
import { runtimeError, throwIfAborted } from "../../../src/core/errors.ts";
import { RandomStream } from "../../../src/core/random.ts";
import type { Start } from "../../../src/core/trace.ts";
import type { Defect } from "../../../src/scenario/defect.ts";
import { createJudge } from "../../../src/scenario/judge.ts";
import type { Scenario } from "../../../src/scenario/scenario.ts";
import { withDefect } from "../../../src/world/defects/with-defect.ts";
import { type GuardState, LaneGuard } from "../../../src/world/guard.ts";
import type { RestorableWorld, Snapshot, Transition, World, WorldSpec } from "../../../src/world/world.ts";

const PERIOD_SEC = 0.1;

const channel = (name: string, more: Partial<ChannelSpec> = {}): ChannelSpec => ({
  name,
  unit: "m",
  kind: "linear",
  shape: [2],
  size: 2,
  labels: ["x", "y"],
  tolerance: 0.1,
  ...more,
});
const seen = (name: string): ChannelSpec => ({
  name,
  unit: "1",
  kind: "linear",
  shape: [],
  size: 1,
  tolerance: 0.5,
});

/** Two pucks on a table: what is commanded moves red, blue drifts along y; red ends in success near 1 m. */
export const tableScenario: Scenario = {
  name: "table",
  title: "Two pucks",
  file: "table/scenario.yaml",
  sha256: "0".repeat(64),
  controlPeriodSec: PERIOD_SEC,
  horizonSteps: 100,
  observation: [
    channel("red"),
    channel("red_speed", { unit: "m/s", derivativeOf: "red" }),
    channel("blue"),
    channel("blue_speed", { unit: "m/s", derivativeOf: "blue" }),
    seen("red_seen"),
    seen("blue_seen"),
  ],
  action: [{ ...channel("push", { unit: "m/s", tolerance: 0.02 }), limits: [-1, 1] }],
  derived: [],
  parameters: [{ name: "grip", unit: "1", nominal: 1, limits: [0.5, 1.5], mujoco: [] }],
  dimensions: [
    {
      key: "red[x]",
      unit: "m",
      range: [-1, 1],
      target: { kind: "channel", channel: "red", component: 0 },
    },
    { key: "grip", unit: "1", range: [0.5, 1.5], target: { kind: "parameter", parameter: "grip" } },
  ],
  panel: { method: "sobol", count: 8, seed: 1 },
  map: undefined,
  success: { formula: "always[9,10] abs(red[x] - 1 m) < 0.3 m" },
  objects: [
    { name: "red", position: "red", visible: "red_seen", matchWithin: 0.5 },
    { name: "blue", position: "blue", visible: "blue_seen", matchWithin: 0.5 },
  ],
  scripts: {},
  stressors: {},
  invariants: [],
  thresholds: {
    taskValidity: 0.8,
    resetReproducibility: 0.9,
    controllability: 0.7,
    temporalConsistency: 0.9,
    objectPersistence: 0.9,
    policyTransfer: 0.8,
    falsePassRate: 0.1,
    decisionBoundary: 0.8,
    bandMargin: 0.5,
    decisionAgreement: 0.9,
    conformalAlpha: 0.1,
    confidence: 0.95,
  },
  truth: "table",
  worlds: {},
  policies: {},
};

interface TableState {
  readonly guard: GuardState;
  readonly starts: readonly Start[];
}

/** red += grip × push × 0.1 s (its speed the push); blue += (0, 0.01) or, if it is stochastic, a random step. */
export class TableWorld implements RestorableWorld {
  readonly spec: WorldSpec;
  readonly #guard: LaneGuard;
  #starts: readonly Start[] = [];
  #now: Batch = { lanes: 0, step: 0, columns: {} };
  #closed = false;

  constructor({ stochastic = false }: { stochastic?: boolean } = {}) {
    this.spec = {
      name: "table",
      observation: tableScenario.observation,
      action: tableScenario.action,
      controlPeriodSec: PERIOD_SEC,
      respondsToActions: true,
      stochastic,
      objects: ["red", "blue"],
      restorable: true,
    };
    this.#guard = new LaneGuard(this.spec);
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#check(signal);
    this.#starts = starts;
    const of = (name: string): Float64Array =>
      Float64Array.from(starts.flatMap(({ initial }) => initial[name] ?? [0, 0]));
    const ones = new Float64Array(starts.length).fill(1);
    this.#now = this.#guard.reset({
      lanes: starts.length,
      step: 0,
      columns: {
        red: of("red"),
        red_speed: of("red_speed"),
        blue: of("blue"),
        blue_speed: of("blue_speed"),
        red_seen: ones,
        blue_seen: ones.slice(),
      },
    });
    return this.#now;
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#check(signal);
    const { applied } = this.#guard.begin(actions);
    const { step } = this.#guard;
    const next = Object.fromEntries(
      Object.entries(this.#now.columns).map(([name, column]) => [name, column.slice()]),
    );
    this.#starts.forEach(({ parameters, seed }, lane) => {
      for (const c of [0, 1]) {
        const push = applied.columns["push"]![2 * lane + c]!;
        next["red"]![2 * lane + c]! += parameters["grip"]! * push * PERIOD_SEC;
        next["red_speed"]![2 * lane + c] = parameters["grip"]! * push;
      }
      next["blue"]![2 * lane + 1]! += this.spec.stochastic
        ? 0.01 * new RandomStream(seed, "blue").normal(step)
        : 0.01;
    });
    const transition = this.#guard.settle({ lanes: actions.lanes, step: step + 1, columns: next });
    this.#now = transition.observation;
    return transition;
  }

  #check(signal: AbortSignal | undefined): void {
    if (this.#closed) throw runtimeError("the table is closed");
    throwIfAborted(signal);
  }

  save(): Promise<Snapshot> {
    const state: TableState = { guard: this.#guard.save(), starts: this.#starts };
    return Promise.resolve({ lanes: this.#guard.lanes, step: state.guard.step, state });
  }

  restore({ state }: Snapshot): Promise<Batch> {
    const { guard, starts } = state as TableState;
    this.#starts = starts;
    this.#now = this.#guard.restore(guard);
    return Promise.resolve(this.#now);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}

export function tableStarts(count = 40): Start[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    initial: { red: [-0.9 + (1.8 * index) / count, 0], red_speed: [0, 0], blue: [0, 0.5] },
    parameters: { grip: 1 },
    seed: BigInt(100 + index),
  }));
}

export function planted(defect: Defect, world: World = new TableWorld(), scenario = tableScenario): World {
  return withDefect(world, defect, { scenario, judge: createJudge(scenario) });
}

/** Lane → step → values of one channel, under a push that goes to and fro. */
export async function roll(
  world: World,
  channelName: string,
  { steps = 100, starts = tableStarts() }: { steps?: number; starts?: readonly Start[] } = {},
): Promise<number[][][]> {
  const size = world.spec.observation.find(({ name }) => name === channelName)!.size;
  const rows = (batch: Batch): number[][] =>
    starts.map((_, lane) => [...batch.columns[channelName]!.subarray(lane * size, (lane + 1) * size)]);
  const seenRows = [rows(await world.reset(starts))];
  for (let step = 0; step < steps; step++) {
    const { observation } = await world.step(pushes(starts.length, step));
    seenRows.push(rows(observation));
  }
  return starts.map((_, lane) => seenRows.map((row) => row[lane]!));
}

/** The same in every lane: (cos, sin) of 0.2 × step, × 0.5 m/s. */
export function pushes(lanes: number, step: number): Batch {
  const push = [0.5 * Math.cos(0.2 * step), 0.5 * Math.sin(0.2 * step)];
  return {
    lanes,
    step,
    columns: { push: Float64Array.from({ length: 2 * lanes }, (_, i) => push[i % 2]!) },
  };
}
