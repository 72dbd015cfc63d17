import { componentName } from "../core/channels.ts";
import { componentOf } from "../core/component-key.ts";
import type { RecordedActions } from "../rollout/open-loop.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ScriptConfig } from "../scenario/schema.ts";

/** A script of the scenario and its counterfactual, as commands up to the end of the window they are compared in. */
export interface CounterfactualScript {
  readonly name: string;
  readonly description: string | null;
  readonly script: RecordedActions;
  readonly counterfactual: RecordedActions;
  /** Action components that differ. */
  readonly changes: readonly string[];
  /** The first step whose commands differ, and the last one rolled out: rows `fromStep + 1` … `toStep` show the effect. */
  readonly fromStep: number;
  readonly toStep: number;
}

/** How long an effect is watched after the last command that differs. */
const SETTLE = { sec: 0.5, steps: 5 };
/**
 * Longest window, from the first command that differs. Nobody holds an open-loop rollout: what is unstable falls, and
 * later it is the fall that is compared and no longer the action.
 */
const LONGEST = { sec: 2, steps: 20 };

/** The scripts that have a counterfactual which differs from them within the horizon. */
export function counterfactualScripts(scenario: Scenario): CounterfactualScript[] {
  const { scripts, horizonSteps, controlPeriodSec } = scenario;
  const stepsOf = ({ sec, steps }: typeof SETTLE): number =>
    Math.max(steps, Math.round(sec / controlPeriodSec));
  return Object.entries(scripts).flatMap(([name, { steps, counterfactual, description }]) => {
    if (counterfactual === undefined) return [];
    const script = commands(steps, scenario);
    const other = commands(counterfactual, scenario);
    const { first, last, changes } = differing(script, other, scenario);
    if (changes.length === 0) return [];
    const toStep = Math.min(horizonSteps, first + stepsOf(LONGEST), last + 1 + stepsOf(SETTLE));
    return [
      {
        name,
        description: description ?? null,
        script: cut(script, toStep),
        counterfactual: cut(other, toStep),
        changes,
        fromStep: first,
        toStep,
      },
    ];
  });
}

/** Commands over the whole horizon: what no step sets is 0, later steps win, all is clipped to the limits. */
function commands(
  steps: ScriptConfig["steps"],
  { action, controlPeriodSec, horizonSteps, file }: Scenario,
): RecordedActions {
  const columns: Record<string, Float64Array> = {};
  for (const { name, size } of action) columns[name] = new Float64Array(horizonSteps * size);
  // A step holds from the first control step at or after its beginning; 1e-9: 0.3 s is step 15 of 20 ms, not 14.
  const stepAt = (sec: number): number =>
    Math.min(horizonSteps, Math.max(0, Math.ceil(sec / controlPeriodSec - 1e-9)));
  for (const { fromSec, toSec, set } of steps) {
    for (const [key, value] of Object.entries(set)) {
      const { channel, component } = componentOf(action, key, file);
      const column = columns[channel.name]!;
      for (let k = stepAt(fromSec); k < stepAt(toSec); k++) column[k * channel.size + component] = value;
    }
  }
  for (const { name, limits } of action) {
    columns[name] = columns[name]!.map((value) => Math.min(Math.max(value, limits[0]), limits[1]));
  }
  return { steps: horizonSteps, columns };
}

function differing(
  a: RecordedActions,
  b: RecordedActions,
  { action }: Scenario,
): { first: number; last: number; changes: string[] } {
  const changes: string[] = [];
  let [first, last] = [Infinity, -Infinity];
  for (const channel of action) {
    const [of, other] = [a.columns[channel.name]!, b.columns[channel.name]!];
    for (let component = 0; component < channel.size; component++) {
      let differs = false;
      for (let k = 0; k < a.steps; k++) {
        const at = k * channel.size + component;
        if (of[at] === other[at]) continue;
        differs = true;
        first = Math.min(first, k);
        last = Math.max(last, k);
      }
      if (differs) changes.push(componentName(channel, component));
    }
  }
  return { first, last, changes };
}

function cut({ columns, steps: all }: RecordedActions, steps: number): RecordedActions {
  return {
    steps,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column.slice(0, (column.length / all) * steps)]),
    ),
  };
}
