import type { Batch, ChannelSpec } from "../../src/core/channels.ts";
import type { LaneFault, Outcome, Start, Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import type { Contract, WorldRef } from "../../src/exam/contract.ts";
import { rollOutPairs } from "../../src/exam/pairs.ts";
import type { RolloutRequest, Rollouts } from "../../src/exam/rollouts.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { swapped } from "../../src/rollout/swap.ts";
import type { Judge } from "../../src/scenario/judge.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import type { Transition, World } from "../../src/world/world.ts";

/**
 * A cart on rails (v += force × 0.1 s, x += v × 0.1 s) with a lamp on it that a switch turns towards where it is told.
 * A proportional controller brings the cart to 0; the task is to be there at the end. What each test changes is known,
 * so the cause is.
 */

const PERIOD_SEC = 0.1;
const HORIZON = 60;

const channel = { kind: "linear", shape: [], size: 1, tolerance: 0.1 } as const;
const OBSERVATION: readonly ChannelSpec[] = [
  { ...channel, name: "x", unit: "m" },
  { ...channel, name: "v", unit: "m/s", derivativeOf: "x" },
  { ...channel, name: "lamp", unit: "1" },
];
const ACTION: readonly ChannelSpec[] = [{ ...channel, name: "force", unit: "N", limits: [-5, 5] }];

export interface State {
  x: number;
  v: number;
  lamp: number;
  /** Steps since it was taken up: what a world may carry without showing it. */
  age: number;
}

export interface Physics {
  /** One step, in place. Default: truth's. */
  readonly step?: (state: State, force: number) => void;
  /** What is shown of the state. Default: all as it is. */
  readonly show?: (state: State) => Pick<State, "x" | "v" | "lamp">;
  /** True: the lane breaks in this step. */
  readonly breaks?: (state: State) => boolean;
}

export function trueStep(state: State, force: number): void {
  state.v += force * PERIOD_SEC;
  state.x += state.v * PERIOD_SEC;
  state.lamp += 0.1 * (1 - state.lamp);
}

function world(name: string, { step = trueStep, show = (state) => state, breaks }: Physics): World {
  let states: State[] = [];
  let at = 0;
  const shown = (): Batch => {
    const seen = states.map(show);
    const column = (key: "x" | "v" | "lamp"): Float64Array => Float64Array.from(seen, (one) => one[key]);
    return {
      lanes: states.length,
      step: at,
      columns: { x: column("x"), v: column("v"), lamp: column("lamp") },
    };
  };
  return {
    spec: {
      name,
      observation: OBSERVATION,
      action: ACTION,
      controlPeriodSec: PERIOD_SEC,
      respondsToActions: true,
      stochastic: false,
      objects: [],
      restorable: false,
    },
    reset(starts: readonly Start[]): Promise<Batch> {
      at = 0;
      const of = ({ initial }: Start, key: string): number => initial[key]![0]!;
      states = starts.map((start) => ({
        x: of(start, "x"),
        v: of(start, "v"),
        lamp: of(start, "lamp"),
        age: start.context?.steps ?? 0,
      }));
      return Promise.resolve(shown());
    },
    step(actions: Batch): Promise<Transition> {
      const faults: LaneFault[] = [];
      states.forEach((state, lane) => {
        if (breaks?.(state) === true) {
          faults.push({ lane, step: at, kind: "not-finite", reason: "x is NaN" });
          return;
        }
        step(state, actions.columns["force"]![lane]!);
        state.age++;
      });
      at++;
      return Promise.resolve({ observation: shown(), appliedAction: actions, faults });
    },
    close: () => Promise.resolve(),
  };
}

function controller(): Policy {
  return {
    spec: {
      name: "settle",
      observation: OBSERVATION,
      action: ACTION,
      controlPeriodSec: PERIOD_SEC,
      chunkLength: 1,
      stateful: false,
      deterministic: true,
    },
    reset: () => Promise.resolve(),
    act({ lanes, step, columns }) {
      const force = columns["x"]!.map((x, lane) =>
        Math.max(-5, Math.min(5, -2 * x - 2 * columns["v"]![lane]!)),
      );
      return Promise.resolve({ actions: [{ lanes, step, columns: { force } }] });
    },
    close: () => Promise.resolve(),
  };
}

export interface FakeAttribution {
  readonly candidate: Physics;
  readonly truth?: Physics;
  /** Where it ends early. Default: never. */
  readonly ends?: (x: number) => boolean;
  readonly starts?: number;
}

/** An exam of these worlds: success is |x| < 0.1 and lamp > 0.5 at the end (or where it ended, held). */
export async function attributionExam({
  candidate,
  truth = {},
  ends = () => false,
  starts = 30,
}: FakeAttribution): Promise<ExamRun> {
  const physics: Readonly<Record<string, Physics>> = { truth, candidate };
  const outcome = (trace: Trace): Outcome => {
    if (trace.fault !== undefined) return { kind: "fault", margin: null };
    const last = (name: string): number => trace.observation[name]![trace.steps]!;
    const margin = Math.min((0.1 - Math.abs(last("x"))) / 0.1, (last("lamp") - 0.5) / 0.1);
    return { kind: margin > 0 ? "success" : "failure", margin };
  };
  const judge: Judge = {
    outcome,
    margin: (trace) => outcome(trace).margin ?? NaN,
    ended: ({ columns }) => Uint8Array.from(columns["x"]!, (x) => (ends(x) ? 1 : 0)),
  };
  const roll = async ({
    world: ref,
    beside,
    swap,
    starts,
    horizonSteps,
  }: RolloutRequest): Promise<Trace[]> => {
    let parts = { world: world(ref.name, physics[ref.name]!), policy: controller() };
    if (swap !== undefined) {
      const other = beside && world(beside.name, physics[beside.name]!);
      parts = { ...parts, ...swapped(swap, parts.world, parts.policy, other) };
    }
    const { tape } = await closedLoop(parts.world, parts.policy, starts, {
      horizonSteps,
      ...(swap?.part === "evaluation" ? {} : { ended: (seen) => judge.ended(seen, {}) }),
    });
    return tape.traces();
  };
  const rollouts: Rollouts = { run: (requests) => Promise.all(requests.map(roll)) };
  const ref = (name: string): WorldRef => ({
    name,
    config: { kind: "linear", model: "" },
    stochastic: false,
    respondsToActions: true,
  });
  const contract: Contract = {
    scenario: {
      name: "cart",
      observation: OBSERVATION,
      action: ACTION,
      horizonSteps: HORIZON,
      controlPeriodSec: PERIOD_SEC,
      thresholds: { confidence: 0.95 },
    } as unknown as Scenario,
    truth: ref("truth"),
    candidate: ref("candidate"),
    policies: [{ name: "settle", config: { kind: "scripted" } }],
    panel: Array.from({ length: starts }, (_, index) => ({
      index,
      initial: { x: [0.5 + index / 10], v: [0], lamp: [0] },
      parameters: {},
      seed: BigInt(index),
    })),
    seed: 1n,
  };
  return { contract, judge, rollouts, pairs: await rollOutPairs(contract, rollouts, judge) };
}
