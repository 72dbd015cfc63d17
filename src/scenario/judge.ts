import type { Batch } from "../core/channels.ts";
import { SimgateError } from "../core/errors.ts";
import type { Outcome, Trace } from "../core/trace.ts";
import { presentCondition } from "./condition.ts";
import { compileDerived, formulaSymbols } from "./derived-signals.ts";
import { parseFormula } from "./formula.ts";
import { robustness } from "./robustness.ts";
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
  const derived = compileDerived(scenario, [formula]);
  const end = ends && presentCondition(ends, compileDerived(scenario, [ends]));
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
      const met = new Uint8Array(observation.lanes);
      end?.margins(observation, parameters).forEach((margin, lane) => (met[lane] = margin > 0 ? 1 : 0));
      return met;
    },
  };
}

/** The column with its last sample repeated up to `samples`. */
function held(column: Float64Array, size: number, samples: number): Float64Array {
  if (column.length >= samples * size) return column;
  const longer = new Float64Array(samples * size);
  longer.set(column);
  for (let i = column.length; i < longer.length; i++) longer[i] = longer[i - size]!;
  return longer;
}
