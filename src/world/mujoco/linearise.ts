import { Matrix, pseudoInverse } from "ml-matrix";
import { componentName } from "../../core/channels.ts";
import { componentOf } from "../../core/component-key.ts";
import { didYouMean, inputError, runtimeError } from "../../core/errors.ts";
import type { LinearModel } from "../../core/linearisation.ts";
import type { Start } from "../../core/trace.ts";
import type { ObservationChannel, Scenario } from "../../scenario/scenario.ts";
import { MujocoWorld, type MujocoWorldOptions } from "../mujoco.ts";

export interface LineariseOptions extends Omit<MujocoWorldOptions, "name"> {
  /** The equilibrium: observation channel, or `channel[label]`, → value. Others 0. */
  readonly at?: Readonly<Record<string, number>>;
}

/** Steps of the central differences, in tolerances of the channel. */
const PERTURBATION = 1e-3;
/** How far one control period may carry the system from its equilibrium, in tolerances of the channel. */
const EQUILIBRIUM = 1e-2;
/** As far as rounding carries it: no command is looked for. */
const AT_REST = 1e-9;

interface Component {
  readonly name: string;
  readonly channel: string;
  readonly index: number;
  readonly size: number;
  readonly tolerance: number;
}

/**
 * The control-period step of a MuJoCo model about an equilibrium, at nominal parameters, by central differences. The
 * states are the observation channels that are joint positions and velocities; the action there is the smallest one
 * that holds the system.
 * @throws SimgateError if no action within limits holds it there.
 */
export async function lineariseMujoco({ at = {}, ...options }: LineariseOptions): Promise<LinearModel> {
  const { scenario, modelPath } = options;
  const states = componentsOf(scenario.observation.filter((channel) => isJointState(channel, scenario)));
  const actions = componentsOf(scenario.action);
  const stateAt = equilibrium(states, at, scenario);
  const world = await MujocoWorld.open({ ...options, name: "linearisation" });
  try {
    const step = (rows: readonly Row[]) => stepAll(world, scenario, states, actions, rows, modelPath);
    let action = actions.map(() => 0);
    let drift = difference((await step([{ state: stateAt, action }]))[0]!, stateAt);
    for (let round = 0; round < 4 && scaled(drift, states) > AT_REST && actions.length > 0; round++) {
      const { b } = await jacobian(step, states, actions, stateAt, action, scenario);
      const change = pseudoInverse(new Matrix(b)).mmul(Matrix.columnVector(drift)).to1DArray();
      action = action.map((value, i) => {
        const [lower, upper] = scenario.action.find(({ name }) => name === actions[i]!.channel)!.limits;
        return Math.min(Math.max(value - change[i]!, lower), upper);
      });
      drift = difference((await step([{ state: stateAt, action }]))[0]!, stateAt);
    }
    if (scaled(drift, states) > EQUILIBRIUM) {
      throw inputError("there is no equilibrium here: no action within limits holds the system", {
        where: modelPath,
        expected: `rest at ${list(states, stateAt)}`,
        got: `after one control period of ${list(actions, action)} it has moved by ${list(states, drift)}`,
      });
    }
    return {
      state: states.map(({ name }) => name),
      action: actions.map(({ name }) => name),
      controlPeriodSec: scenario.controlPeriodSec,
      ...(await jacobian(step, states, actions, stateAt, action, scenario)),
      stateAt,
      actionAt: action,
    };
  } finally {
    await world.close();
  }
}

interface Row {
  readonly state: readonly number[];
  readonly action: readonly number[];
}
type StepAll = (rows: readonly Row[]) => Promise<number[][]>;

/** Columns of a and b by central differences; an action at its limit is varied to the inside only. */
async function jacobian(
  step: StepAll,
  states: readonly Component[],
  actions: readonly Component[],
  state: readonly number[],
  action: readonly number[],
  scenario: Scenario,
): Promise<{ a: number[][]; b: number[][] }> {
  const pairs: { low: Row; high: Row; width: number }[] = [
    ...states.map(({ tolerance }, i) => {
      const [low, high] = [-1, 1].map((sign) => state[i]! + sign * PERTURBATION * tolerance) as [
        number,
        number,
      ];
      const row = (value: number): Row => ({ state: state.with(i, value), action });
      return { low: row(low), high: row(high), width: high - low };
    }),
    ...actions.map(({ tolerance, channel }, i) => {
      const [lower, upper] = scenario.action.find(({ name }) => name === channel)!.limits;
      const low = Math.max(lower, action[i]! - PERTURBATION * tolerance);
      const high = Math.min(upper, action[i]! + PERTURBATION * tolerance);
      const row = (value: number): Row => ({ state, action: action.with(i, value) });
      return { low: row(low), high: row(high), width: high - low };
    }),
  ];
  const after = await step(pairs.flatMap(({ low, high }) => [low, high]));
  const column = (pair: number): number[] =>
    states.map((_, i) => (after[2 * pair + 1]![i]! - after[2 * pair]![i]!) / pairs[pair]!.width);
  const columns = pairs.map((_, pair) => column(pair));
  return {
    a: states.map((_, i) => states.map((_, j) => columns[j]![i]!)),
    b: states.map((_, i) => actions.map((_, j) => columns[states.length + j]![i]!)),
  };
}

/** One control period from every row: the states after it. */
async function stepAll(
  world: MujocoWorld,
  scenario: Scenario,
  states: readonly Component[],
  actions: readonly Component[],
  rows: readonly Row[],
  modelPath: string,
): Promise<number[][]> {
  const parameters = Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal]));
  const starts = rows.map(({ state }, index): Start => {
    const initial: Record<string, number[]> = {};
    for (const [i, { channel }] of states.entries()) (initial[channel] ??= []).push(state[i]!);
    return { index, initial, parameters, seed: 0n };
  });
  await world.reset(starts);
  const columns: Record<string, Float64Array> = {};
  for (const { name, size } of scenario.action) columns[name] = new Float64Array(rows.length * size);
  for (const [lane, { action }] of rows.entries()) {
    for (const [i, { channel, index, size }] of actions.entries())
      columns[channel]![lane * size + index] = action[i]!;
  }
  const { observation, faults } = await world.step({ lanes: rows.length, step: 0, columns });
  const [fault] = faults;
  if (fault !== undefined) {
    throw runtimeError("the MuJoCo model cannot be linearised here", { where: modelPath, got: fault.reason });
  }
  return rows.map((_, lane) =>
    states.map(({ channel, index, size }) => observation.columns[channel]![lane * size + index]!),
  );
}

function isJointState({ name, kind, mujoco }: ObservationChannel, { file }: Scenario): boolean {
  if (mujoco === undefined || !("joint" in mujoco)) return false;
  if (kind !== "quaternion") return true;
  throw inputError(`channel "${name}" is an orientation: a linear model has no place for it`, {
    where: file,
    expected: "slide and hinge joints",
  });
}

function componentsOf(channels: readonly (ObservationChannel | Scenario["action"][number])[]): Component[] {
  return channels.flatMap((channel) =>
    Array.from({ length: channel.size }, (_, index) => ({
      name: componentName(channel, index),
      channel: channel.name,
      index,
      size: channel.size,
      tolerance: channel.tolerance,
    })),
  );
}

function equilibrium(
  states: readonly Component[],
  at: Readonly<Record<string, number>>,
  scenario: Scenario,
): readonly number[] {
  const values = states.map(() => 0);
  for (const [key, value] of Object.entries(at)) {
    const { channel, component } = componentOf(scenario.observation, key, scenario.file);
    const i = states.findIndex((state) => state.channel === channel.name && state.index === component);
    if (i < 0) {
      throw inputError(`"${key}" is not a state of the MuJoCo model`, {
        where: scenario.file,
        hint: didYouMean(
          key,
          states.map(({ name }) => name),
        ),
      });
    }
    values[i] = value;
  }
  return values;
}

function difference(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - b[i]!);
}

/** The largest component, in tolerances. */
function scaled(values: readonly number[], components: readonly Component[]): number {
  return Math.max(0, ...values.map((value, i) => Math.abs(value) / components[i]!.tolerance));
}

function list(components: readonly Component[], values: readonly number[]): string {
  return components.map(({ name }, i) => `${name} ${values[i]!.toPrecision(4)}`).join(", ");
}
