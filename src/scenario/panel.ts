import { didYouMean, inputError } from "../core/errors.ts";
import { RandomStream } from "../core/random.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario, StartDimension } from "./scenario.ts";
import { SOBOL_DIMENSIONS, sobolDimension } from "./sobol.ts";

export interface PanelOverrides {
  /** How many starts; a grid gives as many, spread over it, a list its first ones. */
  readonly count?: number;
  readonly seed?: number;
}

/**
 * The scenario's frozen list of starts. Sobol: the first n of a larger panel are the panel of n. The same seed gives the
 * same starts everywhere; another one shifts them all (a digital shift per dimension) and reseeds every rollout.
 * @throws SimgateError if the panel is empty.
 */
export function drawPanel(scenario: Scenario, overrides: PanelOverrides = {}): readonly Start[] {
  const seed = overrides.seed ?? scenario.panel.seed;
  const points = pointsOf(scenario, BigInt(seed), overrides.count);
  if (points.length === 0) {
    throw inputError("the panel is empty: there is no start to roll out", {
      where: scenario.file,
      expected: "at least one start under starts.panel",
      got: `method ${scenario.panel.method} with ${overrides.count === undefined ? "no starts" : `count ${overrides.count}`}`,
    });
  }
  const seeds = new RandomStream(BigInt(seed), "rollout seed");
  return points.map((values, index) => startAt(scenario, values, index, seeds.seed(index)));
}

/**
 * The start with these values of the box's dimensions, the others at their middle; e.g. for `--start pole_angle=0.2`.
 * Any observation channel's component or parameter may be given if it is a dimension of the box.
 */
export function startWith(
  scenario: Scenario,
  values: Readonly<Record<string, number>>,
  { index = 0, seed }: { index?: number; seed?: bigint } = {},
): Start {
  const known = scenario.dimensions.map(({ key }) => key);
  for (const key of Object.keys(values)) {
    if (!known.includes(key))
      throw inputError(`"${key}" is not a dimension of the start box`, { hint: didYouMean(key, known) });
  }
  const seeds = new RandomStream(BigInt(scenario.panel.seed), "rollout seed");
  const point = scenario.dimensions.map((dimension) => values[dimension.key] ?? middle(dimension));
  return startAt(scenario, point, index, seed ?? seeds.seed(index));
}

/** A start's value of one dimension of the box. */
export function dimensionValue(start: Start, { target }: StartDimension): number {
  return target.kind === "parameter"
    ? start.parameters[target.parameter]!
    : start.initial[target.channel]![target.component]!;
}

/** One value per dimension of the box for every start. */
function pointsOf(
  { panel, dimensions, file }: Scenario,
  seed: bigint,
  count: number | undefined,
): readonly number[][] {
  if (panel.method === "sobol") {
    if (dimensions.length > SOBOL_DIMENSIONS) {
      throw inputError(`a Sobol panel has at most ${SOBOL_DIMENSIONS} dimensions`, {
        where: file,
        got: `${dimensions.length}`,
      });
    }
    const axes = dimensions.map(({ key, range }, d) => {
      const at = sobolDimension(d);
      const shift = new RandomStream(seed, "panel shift", key).integer(2 ** 32, 0);
      return (index: number) => between(range, (((at(index) ^ shift) >>> 0) + 0.5) / 2 ** 32);
    });
    return Array.from({ length: count ?? panel.count }, (_, index) => axes.map((axis) => axis(index)));
  }
  const all =
    panel.method === "grid"
      ? gridPoints(dimensions, panel.counts)
      : panel.starts.map((start) => dimensions.map((dimension) => start[dimension.key] ?? middle(dimension)));
  if (count === undefined) return all;
  if (count > all.length) {
    throw inputError(`the panel has ${all.length} starts`, {
      where: file,
      got: `count ${count}`,
      hint: "ask for fewer, or use method: sobol",
    });
  }
  return panel.method === "list"
    ? all.slice(0, count)
    : Array.from({ length: count }, (_, k) => all[Math.floor((k * all.length) / count)]!);
}

/** Both ends of each range included, the last dimension fastest. */
function gridPoints(
  dimensions: readonly StartDimension[],
  counts: Readonly<Record<string, number>>,
): number[][] {
  return dimensions.reduce<number[][]>(
    (points, dimension) => {
      const count = counts[dimension.key] ?? 1;
      const values = Array.from({ length: count }, (_, i) =>
        count === 1 ? middle(dimension) : between(dimension.range, i / (count - 1)),
      );
      return points.flatMap((point) => values.map((value) => [...point, value]));
    },
    [[]],
  );
}

function startAt(scenario: Scenario, values: readonly number[], index: number, seed: bigint): Start {
  const initial: Record<string, number[]> = {};
  for (const channel of scenario.observation) {
    if (channel.initial !== undefined) initial[channel.name] = [...channel.initial];
  }
  const parameters = Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal]));
  scenario.dimensions.forEach(({ target }, d) => {
    if (target.kind === "parameter") {
      parameters[target.parameter] = values[d]!;
    } else {
      const { size } = scenario.observation.find(({ name }) => name === target.channel)!;
      const column = (initial[target.channel] ??= new Array<number>(size).fill(0));
      column[target.component] = values[d]!;
    }
  });
  return { index, initial, parameters, seed };
}

function middle({ range: [lower, upper] }: StartDimension): number {
  return (lower + upper) / 2;
}

function between([lower, upper]: readonly [number, number], fraction: number): number {
  return fraction === 1 ? upper : lower + fraction * (upper - lower);
}
