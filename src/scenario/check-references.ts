import type { ChannelSpec } from "../core/channels.ts";
import { componentOf } from "../core/component-key.ts";
import { didYouMean } from "../core/errors.ts";
import { FUNCTION_NAMES } from "../core/expression-functions.ts";
import { parseExpression } from "../core/expression.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import { SECOND, divided, knownDimension, sameDimension } from "../core/units.ts";
import { checkStressors } from "./check-stressors.ts";
import { FORMULA_WORDS } from "./formula-tokens.ts";
import type { Problems } from "./problems.ts";
import type { Scenario } from "./scenario.ts";
import { DEFAULT_PROMPT_KEY } from "./remote-schema.ts";
import type { MujocoEdit, RemotePolicyConfig, ScriptConfig } from "./schema.ts";

/** Every name in the manifest that stands for something else in it. */
export function checkReferences(scenario: Scenario, problems: Problems): void {
  checkNames(scenario, problems);
  checkDerivatives(scenario, problems);
  checkHolds(scenario, problems);
  checkPanel(scenario, problems);
  checkObjects(scenario, problems);
  for (const [name, script] of Object.entries(scenario.scripts)) {
    checkScriptSteps(script.steps, ["scripts", name, "steps"], scenario, problems);
    checkScriptSteps(script.counterfactual ?? [], ["scripts", name, "counterfactual"], scenario, problems);
  }
  checkStressors(scenario, problems);
  checkWorlds(scenario, problems);
  checkPolicies(scenario, problems);
  for (const { name, mujoco } of scenario.parameters)
    checkEdits(mujoco, ["parameters", name, "mujoco"], scenario, problems);
}

/** Channels, derived channels and parameters share one space of names: formulas use them all. */
function checkNames({ observation, derived, parameters }: Scenario, problems: Problems): void {
  const taken = new Map<string, string>();
  const units = ["m", "s", "g", "kg", "rad", "deg", "mm", "cm", "km", "ms"];
  const words = [...FORMULA_WORDS, ...FUNCTION_NAMES, "pi", "e", "t", "inf", ...units];
  for (const [section, names] of [
    ["observation", observation],
    ["derived", derived],
    ["parameters", parameters],
  ] as const) {
    for (const { name } of names) {
      const other = taken.get(name);
      if (other !== undefined) problems.add([section, name], `"${name}" is also declared under ${other}`);
      if (words.includes(name))
        problems.add([section, name], `"${name}" has a meaning of its own in formulas`, {
          hint: "choose a longer name",
        });
      taken.set(name, section);
    }
  }
}

function checkDerivatives({ observation, action }: Scenario, problems: Problems): void {
  checkRates(observation, "observation", observation, problems);
  checkRates(action, "action", observation, problems);
}

function checkRates(
  channels: readonly ChannelSpec[],
  section: string,
  observation: readonly ChannelSpec[],
  problems: Problems,
): void {
  for (const channel of channels) {
    if (channel.derivativeOf === undefined) continue;
    const path = [section, channel.name, "derivativeOf"];
    const base = find(observation, channel.derivativeOf, path, problems);
    if (base === undefined) continue;
    if (base.size !== channel.size) {
      problems.add(path, `"${base.name}" has another shape`, {
        expected: `${channel.size} components`,
        got: `${base.size}`,
      });
    }
    const [whole, rate] = [knownDimension(base.unit), knownDimension(channel.unit)];
    if (whole !== undefined && rate !== undefined && !sameDimension(divided(whole, SECOND), rate)) {
      problems.add(
        path,
        `"${channel.name}" in ${channel.unit} is not the rate of "${base.name}" in ${base.unit}`,
      );
    }
  }
}

/** A value can be held while something is not seen: by a channel that says so. */
function checkHolds({ observation }: Scenario, problems: Problems): void {
  for (const { name, mujoco } of observation) {
    if (mujoco === undefined || !("heldBy" in mujoco) || mujoco.heldBy === undefined) continue;
    const path = ["observation", name, "mujoco", "heldBy"];
    const sight = find(observation, mujoco.heldBy, path, problems);
    if (sight === undefined || (sight.mujoco !== undefined && "sees" in sight.mujoco)) continue;
    problems.add(path, `"${sight.name}" does not say whether something is seen`, {
      expected: "a channel with mujoco: { sees: …, from: … }",
    });
  }
}

function checkPanel({ panel, dimensions, map }: Scenario, problems: Problems): void {
  const known = dimensions.map(({ key }) => key);
  const checkKey = (key: string, path: KeyPath): boolean => {
    if (known.includes(key)) return true;
    problems.add(path, `"${key}" is not a dimension of the start box`, { hint: didYouMean(key, known) });
    return false;
  };
  if (panel.method === "grid") {
    for (const key of Object.keys(panel.counts)) checkKey(key, ["starts", "panel", "counts", key]);
  }
  if (panel.method === "list") {
    if (panel.starts.length === 0) {
      problems.add(["starts", "panel", "starts"], "the panel is empty: there is no start to roll out", {
        expected: "at least one start",
        hint: "list starts as { dimension: value }, or use method: sobol with a count",
      });
    }
    panel.starts.forEach((start, i) => {
      for (const [key, value] of Object.entries(start)) {
        const path = ["starts", "panel", "starts", i, key];
        if (!checkKey(key, path)) continue;
        const [lower, upper] = dimensions.find((dimension) => dimension.key === key)!.range;
        if (value < lower || value > upper) {
          problems.add(path, `"${key}" is outside the start box`, {
            expected: `[${lower}, ${upper}]`,
            got: `${value}`,
          });
        }
      }
    });
  }
  map?.forEach((key, i) => checkKey(key, ["starts", "map", i]));
  if (map !== undefined && map[0] === map[1])
    problems.add(["starts", "map"], "the map needs two different dimensions");
}

function checkObjects({ robot, objects, observation }: Scenario, problems: Problems): void {
  const placed = objects.map((object) => ({ ...object, path: ["objects", object.name] }));
  for (const { position, orientation, path } of [
    ...(robot === undefined ? [] : [{ ...robot, path: ["robot"] }]),
    ...placed,
  ]) {
    const channel = find(observation, position, [...path, "position"], problems);
    if (channel !== undefined && (channel.unit !== "m" || channel.size > 3)) {
      problems.add([...path, "position"], `"${position}" is not a position`, {
        expected: "up to three components in m",
        got: `${channel.size} in ${channel.unit}`,
      });
    }
    if (orientation === undefined) continue;
    const turned = find(observation, orientation, [...path, "orientation"], problems);
    if (turned?.kind === "linear") {
      problems.add([...path, "orientation"], `"${orientation}" is not an orientation`, {
        expected: "a channel of kind quaternion or angle",
      });
    }
  }
}

function checkScriptSteps(
  steps: ScriptConfig["steps"],
  path: KeyPath,
  scenario: Scenario,
  problems: Problems,
): void {
  const horizonSec = scenario.horizonSteps * scenario.controlPeriodSec;
  steps.forEach(({ fromSec, toSec, set }, i) => {
    if (toSec <= fromSec)
      problems.add([...path, i, "toSec"], "the step ends before it begins", {
        got: `${fromSec} s to ${toSec} s`,
      });
    if (fromSec >= horizonSec)
      problems.add([...path, i, "fromSec"], "the step begins after the horizon", {
        got: `${fromSec} s of ${horizonSec} s`,
      });
    checkCommands(set, [...path, i, "set"], scenario, problems);
  });
}

/** Action components, and values the actuators can do. */
function checkCommands(
  set: Readonly<Record<string, number>>,
  path: KeyPath,
  { action }: Scenario,
  problems: Problems,
): void {
  for (const [key, value] of Object.entries(set)) {
    const found = problems.try([...path, key], (where) => componentOf(action, key, where));
    const [lower, upper] = found?.channel.limits ?? [-Infinity, Infinity];
    if (value < lower || value > upper) {
      problems.add([...path, key], `"${key}" is beyond the action's limits`, {
        expected: `[${lower}, ${upper}]`,
        got: `${value}`,
      });
    }
  }
}

function checkWorlds(scenario: Scenario, problems: Problems): void {
  const known = Object.keys(scenario.worlds);
  for (const key of ["truth", "baseline"] as const) {
    const name = scenario[key];
    if (name !== undefined && !known.includes(name)) {
      problems.add([key], `there is no world "${name}"`, { hint: didYouMean(name, known) });
    }
  }
  for (const [name, world] of Object.entries(scenario.worlds)) {
    if (world.kind === "mujoco") checkEdits(world.set, ["worlds", name, "set"], scenario, problems);
  }
}

function checkPolicies(scenario: Scenario, problems: Problems): void {
  const { observation, action } = scenario;
  for (const [name, policy] of Object.entries(scenario.policies)) {
    const path = ["policies", name];
    const components = (channels: readonly ChannelSpec[], record: object | undefined, key: string): void => {
      for (const entry of Object.keys(record ?? {})) {
        problems.try([...path, key, entry], (where) => componentOf(channels, entry, where));
      }
    };
    if (policy.kind === "scripted") {
      components(action, policy.action, "action");
      components(action, policy.noise, "noise");
      for (const [key, text] of Object.entries(policy.action ?? {})) {
        problems.try([...path, "action", key], (where) =>
          parseExpression(text, { channels: observation, time: true }, { units: "ignore", where }),
        );
      }
      policy.waypoints?.forEach(({ set }, i) =>
        checkCommands(set, [...path, "waypoints", i, "set"], scenario, problems),
      );
    }
    if (policy.kind === "remote") checkPromptKey(policy, path, problems);
    if (policy.kind === "lqr") {
      components(observation, policy.at, "at");
      for (const key of Object.keys(policy.state))
        find(observation, key.replace(/\[.*$/, ""), [...path, "state", key], problems);
      for (const key of Object.keys(policy.effort))
        find(action, key.replace(/\[.*$/, ""), [...path, "effort", key], problems);
      checkEdits(policy.set, [...path, "set"], scenario, problems);
    }
  }
}

/** A key that is named must be among the constants, as text. */
function checkPromptKey(
  { promptKey, constants }: RemotePolicyConfig,
  path: KeyPath,
  problems: Problems,
): void {
  if (promptKey === DEFAULT_PROMPT_KEY || typeof constants[promptKey] === "string") return;
  const texts = Object.keys(constants).filter((key) => typeof constants[key] === "string");
  problems.add([...path, "promptKey"], `no text is sent as "${promptKey}"`, {
    hint: didYouMean(promptKey, texts),
  });
}

/** `{expression}` in the values of MJCF edits. */
function checkEdits(
  edits: readonly MujocoEdit[],
  path: KeyPath,
  { parameters }: Scenario,
  problems: Problems,
): void {
  edits.forEach(({ value }, i) => {
    for (const [, expression] of value.matchAll(/\{([^{}]*)\}/g)) {
      problems.try([...path, i, "value"], (where) =>
        parseExpression(expression!, { channels: [], parameters }, { units: "ignore", where }),
      );
    }
  });
}

function find<T extends { readonly name: string }>(
  all: readonly T[],
  name: string,
  path: KeyPath,
  problems: Problems,
): T | undefined {
  const found = all.find((candidate) => candidate.name === name);
  if (found === undefined) {
    problems.add(path, `there is no channel "${name}"`, {
      hint: didYouMean(
        name,
        all.map((candidate) => candidate.name),
      ),
    });
  }
  return found;
}
