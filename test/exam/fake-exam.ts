import type { Start, Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import type { Contract, WorldRef } from "../../src/exam/contract.ts";
import { rollOutPairs } from "../../src/exam/pairs.ts";
import type { RolloutRequest, Rollouts } from "../../src/exam/rollouts.ts";
import type { Judge } from "../../src/scenario/judge.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import type { ScriptConfig } from "../../src/scenario/schema.ts";

const PERIOD_SEC = 0.1;

interface Seen {
  readonly x: number;
  readonly v: number;
}

/** One lane of a world: what is seen after each command; undefined: it broke. */
export type Lane = (first: Seen, start: Start) => (force: number, step: number) => Seen | undefined;

/** A mass of 1 kg on rails: v += force × 0.1 s, x += v × 0.1 s. */
export function cart({ gain = 1, delay = 0 }: { gain?: number; delay?: number } = {}): Lane {
  return ({ x, v }) => {
    const queue = new Array<number>(delay).fill(0);
    return (force) => {
      queue.push(force);
      v += gain * queue.shift()! * PERIOD_SEC;
      x += v * PERIOD_SEC;
      return { x, v };
    };
  };
}

const PUSH: ScriptConfig = {
  steps: [{ fromSec: 0, toSec: 0.5, set: { force: 1 } }],
  counterfactual: [{ fromSec: 0, toSec: 0.5, set: { force: -1 } }],
};

export function fakeScenario(scripts: Scenario["scripts"] = { push: PUSH }): Scenario {
  const channel = { unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.05 } as const;
  return {
    name: "cart",
    file: "cart/scenario.yaml",
    sha256: "0".repeat(64),
    controlPeriodSec: PERIOD_SEC,
    horizonSteps: 80,
    observation: [
      { ...channel, name: "x" },
      { ...channel, name: "v", unit: "m/s" },
    ],
    action: [{ ...channel, name: "force", unit: "N", limits: [-2, 2] }],
    scripts,
    parameters: [],
    invariants: [],
    objects: [],
    thresholds: { controllability: 0.7, temporalConsistency: 0.9, confidence: 0.95 },
  } as unknown as Scenario;
}

class FakeRollouts implements Rollouts {
  readonly #worlds: Readonly<Record<string, Lane>>;

  constructor(worlds: Readonly<Record<string, Lane>>) {
    this.#worlds = worlds;
  }

  run(requests: readonly RolloutRequest[]): Promise<readonly (readonly Trace[])[]> {
    return Promise.resolve(requests.map((one) => one.starts.map((_, lane) => this.#roll(one, lane))));
  }

  /** Closed loop, it is brought to rest at 0, then pushed to and fro once. */
  #roll({ world, drive, starts, horizonSteps }: RolloutRequest, lane: number): Trace {
    const start = starts[lane]!;
    let seen: Seen = { x: start.initial["x"]![0]!, v: start.initial["v"]![0]! };
    const step = this.#worlds[world.name]!(seen, start);
    const [x, v, force] = [[seen.x], [seen.v], [] as number[]];
    const recorded = drive.kind === "actions" ? drive.actions[lane]! : undefined;
    let broke: number | undefined;
    for (let k = 0; k < (recorded?.steps ?? horizonSteps); k++) {
      const command = recorded?.columns["force"]![k] ?? -2 * seen.x - 3 * seen.v + Math.sin(k / 5);
      const next = step(command, k);
      if (next === undefined) {
        broke = k;
        break;
      }
      seen = next;
      x.push(seen.x);
      v.push(seen.v);
      force.push(command);
    }
    const applied = { force: Float64Array.from(force) };
    return {
      start,
      steps: force.length,
      controlPeriodSec: PERIOD_SEC,
      end: broke === undefined ? "horizon" : "fault",
      observation: { x: Float64Array.from(x), v: Float64Array.from(v) },
      requestedAction: applied,
      appliedAction: applied,
      ...(broke === undefined ? {} : { fault: { step: broke, kind: "not-finite", reason: "" } }),
    };
  }
}

export interface FakeExamOptions {
  readonly candidate: Lane;
  readonly truth?: Lane;
  readonly scenario?: Scenario;
  readonly candidateSays?: Partial<WorldRef>;
  readonly truthSays?: Partial<WorldRef>;
}

/** What an axis is given, over worlds of a few lines. */
export async function fakeExam(options: FakeExamOptions): Promise<ExamRun> {
  const { candidate, truth = cart(), scenario = fakeScenario(), candidateSays, truthSays } = options;
  const ref = (name: string, says: Partial<WorldRef> = {}): WorldRef => ({
    name,
    config: { kind: "linear", model: "" },
    stochastic: false,
    respondsToActions: true,
    ...says,
  });
  const contract: Contract = {
    scenario,
    truth: ref("truth", truthSays),
    candidate: ref("candidate", candidateSays),
    policies: [{ name: "settle", config: { kind: "scripted" } }],
    panel: Array.from({ length: 48 }, (_, index) => ({
      index,
      initial: { x: [(index % 7) / 7 - 0.5], v: [(index % 5) / 5 - 0.5] },
      parameters: {},
      seed: BigInt(index),
    })),
    seed: 1n,
  };
  const judge: Judge = {
    outcome: () => ({ kind: "success", margin: 1 }),
    margin: () => 1,
    ended: ({ lanes }) => new Uint8Array(lanes),
  };
  const rollouts = new FakeRollouts({ truth, candidate });
  return { contract, judge, rollouts, pairs: await rollOutPairs(contract, rollouts, judge) };
}
