import type { Batch, ChannelSpec } from "../core/channels.ts";
import { SimgateError } from "../core/errors.ts";
import { parseExpression } from "../core/expression.ts";
import type { Expression, ExpressionSymbols } from "../core/expression.ts";
import type { Outcome, Trace } from "../core/trace.ts";
import { parseFormula } from "./formula.ts";
import type { Formula } from "./formula.ts";
import { presentMargins, robustness } from "./robustness.ts";
import type { Scenario } from "./scenario.ts";

/** The scenario's formula, applied the same way to truth and candidate. */
export interface Judge {
  outcome(trace: Trace): Outcome;
  /**
   * Margin of the first `steps` steps (default: all), the last observation held to the horizon. NaN where the formula
   * has no value (a derived channel is not a number).
   */
  margin(trace: Trace, steps?: number): number;
  /** 1 for every lane whose observation meets `success.ends`; of inactive lanes it says nothing. */
  ended(observation: Batch, parameters: Readonly<Record<string, Float64Array>>): Uint8Array;
}

/** Derived channels as scalar channels: what formulas may name. */
export function formulaSymbols(
  scenario: Pick<Scenario, "observation" | "derived" | "parameters">,
): ExpressionSymbols {
  const derived = scenario.derived.map(({ name, unit, tolerance }): ChannelSpec => ({
    name,
    unit,
    tolerance,
    kind: "linear",
    shape: [],
    size: 1,
  }));
  return { channels: [...scenario.observation, ...derived], parameters: scenario.parameters };
}

/** Compiles the scenario's formulas. @throws SimgateError if they do not fit its channels (`loadScenario` has checked that). */
export function createJudge(scenario: Scenario): Judge {
  const symbols = formulaSymbols(scenario);
  const formula = parseFormula(scenario.success.formula, symbols, {
    scale: "tolerance",
    where: scenario.file,
  });
  const ends =
    scenario.success.ends === undefined
      ? undefined
      : parseFormula(scenario.success.ends, symbols, {
          scale: "none",
          temporal: false,
          where: scenario.file,
        });
  const derived = compileDerived(scenario, [formula, ...(ends === undefined ? [] : [ends])]);
  const horizonSamples = scenario.horizonSteps + 1;
  // Future operators alone see a held signal as a cut one; past ones also see how long it was held.
  const samplesFor = (steps: number): number =>
    formula.pastSec > 0 ? Math.max(steps + 1, horizonSamples) : steps + 1;

  const margin = (trace: Trace, steps = trace.steps): number => {
    const seen = Math.min(steps, trace.steps) + 1;
    const samples = samplesFor(seen - 1);
    const signals: Record<string, Float64Array> = {};
    for (const { name, size } of scenario.observation) {
      const column = trace.observation[name];
      if (column !== undefined) signals[name] = held(column.subarray(0, seen * size), size, samples);
    }
    const parameters = trace.start.parameters;
    for (const { name, expression } of derived) {
      signals[name] = expression.evaluate(signals, samples, { parameters });
    }
    try {
      return robustness(formula, signals, scenario.controlPeriodSec, { samples, parameters })[0]!;
    } catch (cause) {
      if (cause instanceof SimgateError && cause.code === "runtime") return NaN;
      throw cause;
    }
  };

  return {
    margin,
    outcome(trace) {
      if (trace.fault !== undefined) return { kind: "fault", margin: null };
      const value = margin(trace);
      if (Number.isNaN(value)) return { kind: "fault", margin: null };
      return { kind: value > 0 ? "success" : "failure", margin: value };
    },
    ended(observation, parameters) {
      const { lanes, columns } = observation;
      const met = new Uint8Array(lanes);
      if (ends === undefined) return met;
      const signals: Record<string, Float64Array> = { ...columns };
      for (const { name, expression } of derived)
        signals[name] = expression.evaluate(columns, lanes, { parameters });
      const margins = presentMargins(ends, signals, lanes, parameters);
      for (let lane = 0; lane < lanes; lane++) met[lane] = margins[lane]! > 0 ? 1 : 0;
      return met;
    },
  };
}

/** Only the derived channels that a formula reads. */
function compileDerived(
  scenario: Scenario,
  formulas: readonly Formula[],
): readonly { readonly name: string; readonly expression: Expression }[] {
  const read = new Set(formulas.flatMap(({ references }) => references));
  return scenario.derived
    .filter(({ name }) => read.has(name))
    .map(({ name, unit, expression }) => ({
      name,
      expression: parseExpression(
        expression,
        { channels: scenario.observation, parameters: scenario.parameters },
        { expectUnit: unit, where: scenario.file },
      ),
    }));
}

/** The column with its last sample repeated up to `samples`. */
function held(column: Float64Array, size: number, samples: number): Float64Array {
  if (column.length >= samples * size) return column;
  const longer = new Float64Array(samples * size);
  longer.set(column);
  for (let i = column.length; i < longer.length; i++) longer[i] = longer[i - size]!;
  return longer;
}
