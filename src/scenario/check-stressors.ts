import { didYouMean } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import type { Problems } from "./problems.ts";
import type { ParameterSpec, Scenario } from "./scenario.ts";
import type { PromptStressor } from "./schema.ts";
import { isPictured } from "./stressed-images.ts";

/** Names of channels and parameters, and shifts that leave every start inside the limits. */
export function checkStressors(scenario: Scenario, problems: Problems): void {
  const { stressors, action, parameters } = scenario;
  for (const [name, stressor] of Object.entries(stressors)) {
    if (stressor.kind === "action-noise") {
      for (const key of Object.keys(stressor.std))
        find(action, key, ["stressors", name, "std", key], problems, "channel");
    }
    if (isPictured(stressor) && scenario.images === undefined) {
      problems.add(
        ["stressors", name, "kind"],
        "the scenario shows no pictures, in which this could be seen",
        {
          hint: "declare image channels under images: (docs/frames.md), or leave the stressor out",
        },
      );
    }
    if (stressor.kind === "prompt-drift") checkBegins(stressor, ["stressors", name], scenario, problems);
    if (stressor.kind === "parameter-shift") {
      for (const [key, shift] of Object.entries(stressor.parameters)) {
        const path = ["stressors", name, "parameters", key];
        const parameter = find(parameters, key, path, problems, "parameter");
        if (parameter !== undefined) checkShift(parameter, shift, path, scenario, problems);
      }
    }
  }
}

/** What is said in other words must be said before the end. */
function checkBegins(
  { fromSec }: PromptStressor,
  path: KeyPath,
  { horizonSteps, controlPeriodSec }: Scenario,
  problems: Problems,
): void {
  const horizonSec = horizonSteps * controlPeriodSec;
  if (fromSec < horizonSec) return;
  problems.add([...path, "fromSec"], "the other words are said after the horizon", {
    expected: `less than ${horizonSec} s`,
    got: `${fromSec} s`,
  });
}

/** The shift is added to what a start says: the whole range of the box, or the nominal value, has to stay inside. */
function checkShift(
  { name, unit, nominal, limits }: ParameterSpec,
  shift: number,
  path: KeyPath,
  { dimensions }: Scenario,
  problems: Problems,
): void {
  const [lower, upper] = dimensions.find(({ key }) => key === name)?.range ?? [nominal, nominal];
  // 0.2 + 0.1 is not beyond 0.3.
  const slack = 1e-9 * Math.abs(shift);
  if (limits === undefined) return;
  if (lower + shift >= limits[0] - slack && upper + shift <= limits[1] + slack) return;
  const span = (from: number, to: number): string => (from === to ? `${from}` : `${from} … ${to}`);
  problems.add(path, `"${name}" is shifted beyond its limits`, {
    expected: `values in [${limits.join(", ")}] ${unit}; without the shift starts have ${span(lower, upper)}`,
    got: `${span(lower + shift, upper + shift)} with ${shift} added`,
    hint: "the shift is added to the value of every start: make it smaller, or the limits wider",
  });
}

function find<T extends { readonly name: string }>(
  all: readonly T[],
  name: string,
  path: KeyPath,
  problems: Problems,
  what: string,
): T | undefined {
  const found = all.find((one) => one.name === name);
  if (found === undefined) {
    const names = all.map((one) => one.name);
    problems.add(path, `there is no ${what} "${name}"`, { hint: didYouMean(name, names) });
  }
  return found;
}
