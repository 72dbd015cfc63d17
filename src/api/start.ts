import { didYouMean, inputError } from "../core/errors.ts";
import { startFromText } from "../core/start-text.ts";
import type { Start } from "../core/trace.ts";
import { drawPanel, startWith } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";

/**
 * The start a person asked for: `#12` is the panel's, `pole_angle=0.3,cart_mass=1.5` sets dimensions of the box (the
 * others, and all of them where nothing is said, at their middle), `{"initial":…}` is a whole one as JSON.
 */
export function parseStart(scenario: Scenario, text: string | undefined): Start {
  if (text?.startsWith("#")) return panelStart(scenario, text);
  if (text?.startsWith("{")) return wholeStart(scenario, text);
  const values: Record<string, number> = {};
  for (const part of (text ?? "").split(",").filter((piece) => piece.trim() !== "")) {
    const [key = "", value = ""] = part.split("=").map((piece) => piece.trim());
    const known = scenario.dimensions.map((dimension) => dimension.key);
    if (!known.includes(key)) {
      throw inputError(`the start box has no dimension "${key}"`, {
        where: "--start",
        hint: didYouMean(key, known),
      });
    }
    const number = Number(value);
    if (value === "" || !Number.isFinite(number)) {
      throw inputError(`start dimension "${key}" needs a number`, { where: "--start", got: part });
    }
    values[key] = number;
  }
  return startWith(scenario, values);
}

/** It may begin anywhere that the channels can be, not in the box alone. Parameters it leaves out are nominal. */
function wholeStart(scenario: Scenario, text: string): Start {
  const { observation, parameters } = scenario;
  const start = startFromText(text);
  for (const [name, values] of Object.entries(start.initial)) {
    const channel = observation.find((one) => one.name === name);
    if (channel === undefined) {
      const known = observation.map((one) => one.name);
      throw inputError(`the scenario has no observation channel "${name}"`, {
        where: "start",
        hint: didYouMean(name, known),
      });
    }
    if (values.length === channel.size) continue;
    throw inputError(`the start does not set channel "${name}" as declared`, {
      where: "start",
      expected: `${channel.size} values`,
      got: `${values.length}`,
    });
  }
  const nominal = Object.fromEntries(parameters.map((one) => [one.name, one.nominal]));
  const unknown = Object.keys(start.parameters).find((name) => !(name in nominal));
  if (unknown !== undefined) {
    throw inputError(`the scenario has no parameter "${unknown}"`, {
      where: "start",
      hint: didYouMean(unknown, Object.keys(nominal)),
    });
  }
  return { ...start, parameters: { ...nominal, ...start.parameters } };
}

function panelStart(scenario: Scenario, text: string): Start {
  const panel = drawPanel(scenario);
  const start = panel[Number(text.slice(1))];
  if (start !== undefined) return start;
  throw inputError(`the panel has no start ${text}`, {
    where: "--start",
    expected: `#0 … #${panel.length - 1}`,
    got: text,
  });
}
