import { colourText } from "../core/picture.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { PromptStressor, StressorConfig } from "../scenario/schema.ts";
import { stretchFormula } from "../scenario/stretch-formula.ts";
import type { Contract, WorldRef } from "./contract.ts";

/**
 * The same exam made harder, for truth and candidate alike: what lies between policy and world, or in what either is
 * shown or told, goes with the worlds; what changes the task changes the contract. From the first `mostStarts` starts of the panel.
 */
export function stressedContract(contract: Contract, stressor: StressorConfig, mostStarts: number): Contract {
  const few: Contract = { ...contract, panel: contract.panel.slice(0, mostStarts) };
  switch (stressor.kind) {
    case "action-delay":
    case "action-noise":
    case "observation-delay":
    case "observation-dropout":
    case "lighting":
    case "context-drift":
    case "prompt-drift": {
      const under = (world: WorldRef): WorldRef => ({ ...world, stressor });
      return { ...few, truth: under(contract.truth), candidate: under(contract.candidate) };
    }
    case "parameter-shift":
      return { ...few, panel: few.panel.map((start) => shifted(start, stressor.parameters)) };
    case "horizon-extension":
      return { ...few, scenario: extended(contract.scenario, stressor.factor) };
  }
}

/** Each shift is added to the start's own value, so that the panel keeps its spread. `loadScenario` has checked the limits. */
function shifted(start: Start, by: Readonly<Record<string, number>>): Start {
  const parameters: Record<string, number> = { ...start.parameters };
  for (const [name, shift] of Object.entries(by)) parameters[name]! += shift;
  return { ...start, parameters };
}

/** The same task for longer: the horizon and the times in the success formula grow by the same factor. */
function extended(scenario: Scenario, factor: number): Scenario {
  const { formula, ...success } = scenario.success;
  return {
    ...scenario,
    // 1e-9: 500 × 1.1 is 550 steps, not 551.
    horizonSteps: Math.ceil(scenario.horizonSteps * factor - 1e-9),
    success: { ...success, formula: stretchFormula(formula, factor) },
  };
}

/** What a stressor does, in words with numbers. */
export function describeStressor(stressor: StressorConfig, scenario: Scenario): string {
  const { controlPeriodSec, action, parameters } = scenario;
  const delay = (steps: number): string =>
    `${steps} control step${steps === 1 ? "" : "s"} (${trim(steps * controlPeriodSec)} s) late`;
  const list = (
    values: Readonly<Record<string, number>>,
    of: readonly { readonly name: string; readonly unit: string }[],
    sign: (value: number) => string,
  ): string =>
    Object.entries(values)
      .map(([name, value]) => `${sign(value)}${trim(Math.abs(value))} ${unitOf(of, name)} ${name}`)
      .join(", ");
  switch (stressor.kind) {
    case "action-delay":
      return `commands take effect ${delay(stressor.steps)}`;
    case "action-noise":
      return `Gaussian noise on the commands, standard deviation ${list(stressor.std, action, () => "")}`;
    case "observation-delay":
      return `the policy sees everything ${delay(stressor.steps)}`;
    case "observation-dropout":
      return `the policy loses ${trim(100 * stressor.rate)} % of the observations and goes on with the last one it got`;
    case "parameter-shift":
      return `every start's parameters are shifted: ${list(stressor.parameters, parameters, (value) => (value < 0 ? "−" : "+"))}`;
    case "lighting":
      return `${lightText(stressor)}${growing(stressor.from)}`;
    case "context-drift":
      return `the pictures that a world goes on from lose what tells nothing: ${wearText(stressor)}${growing(stressor.from)}`;
    case "prompt-drift":
      return promptText(stressor);
    case "horizon-extension": {
      const horizonSec = scenario.horizonSteps * controlPeriodSec;
      return `the same task for ${trim(horizonSec * stressor.factor)} s instead of ${trim(horizonSec)} s: ${stretchFormula(scenario.success.formula, stressor.factor)}`;
    }
  }
}

function lightText({ brightness, slope, colour }: Extract<StressorConfig, { kind: "lighting" }>): string {
  const [right, top] = slope;
  const parts = [
    brightness === 1 ? "" : `${trim(brightness)} times as bright`,
    right === 0 ? "" : `${percentText(Math.abs(right))} more from the ${right > 0 ? "right" : "left"}`,
    top === 0 ? "" : `${percentText(Math.abs(top))} more from the ${top > 0 ? "top" : "bottom"}`,
    colour.every((part) => part === 255) ? "" : `coloured ${colourText(colour)}`,
  ].filter((part) => part !== "");
  return `another light on the scene: ${parts.join(", ") || "the same"}`;
}

function wearText({ noise, contrast }: Extract<StressorConfig, { kind: "context-drift" }>): string {
  const parts = [
    noise === 0 ? "" : `noise of ${percentText(noise)} of full brightness`,
    contrast === 1 ? "" : `${percentText(contrast)} of the contrast left`,
  ].filter((part) => part !== "");
  return parts.join(", ") || "nothing";
}

function promptText({ of, wordings, fromSec }: PromptStressor): string {
  const what = of === "policy" ? "what policies are told to do" : "what worlds are told in words";
  const how =
    wordings.length === 1 ? "another way" : `one of ${wordings.length} other ways, drawn for each start`;
  return `${what} is said in ${how}${fromSec === 0 ? "" : `, from ${trim(fromSec)} s on`}`;
}

/** From which share a stressor grows. */
function growing(from: number): string {
  if (from === 1) return "";
  return from === 0
    ? ", growing from none at the start to all at the end"
    : `, growing from ${percentText(from)} of it at the start`;
}

function percentText(share: number): string {
  return `${trim(100 * share)} %`;
}

function unitOf(of: readonly { readonly name: string; readonly unit: string }[], name: string): string {
  return of.find((one) => one.name === name)!.unit;
}

/** Twelve digits, so that 3 × 0.02 s reads 0.06. */
function trim(value: number): string {
  return String(Number(value.toPrecision(12)));
}
