import { inputError } from "../../core/errors.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { FEATURE } from "../simulation-interfaces/codes.ts";
import type { SimulatorCalls } from "./calls.ts";

/** What a simulator can do, and what it says of itself. */
export interface Features {
  /** As messages name it. */
  readonly name: string;
  readonly features: readonly number[];
  /** Of its `custom_info`, where that is a JSON object. */
  readonly about: Readonly<Record<string, string>>;
  /** Node name of simgate's own bridge; undefined: it is another simulator. */
  readonly bridge: string | undefined;
  readonly has: (feature: number) => boolean;
}

export async function readFeatures(calls: SimulatorCalls, namespace: string): Promise<Features> {
  const answer = await calls.ask("get_simulator_features", "GetSimulatorFeatures", {});
  const { features, custom_info } = answer["features"] as {
    features: ArrayLike<number>;
    custom_info: string;
  };
  const numbers = Array.from(features);
  const about = flat(custom_info);
  const own = about["simgate"] !== undefined;
  return {
    name: namespace === "" ? "/" : namespace,
    features: numbers,
    about,
    bridge: own ? (about["node"] ?? namespace) : undefined,
    has: (feature) => numbers.includes(feature),
  };
}

/** @throws SimgateError `input` that lists what a stepped exam needs and this simulator lacks. */
export function requireFeatures(
  { name, about, bridge, has }: Features,
  { scenario, steps }: { readonly scenario: Scenario; readonly steps: number },
): void {
  const needed = [
    [FEATURE.simulationReset, "reset_simulation"],
    [FEATURE.stepSimulationSingle, "step_simulation"],
    ...(steps > 1
      ? ([[FEATURE.stepSimulationMultiple, "step_simulation by more than one step"]] as const)
      : []),
  ] as const;
  const lacking = needed.filter(([feature]) => !has(feature));
  if (lacking.length > 0) {
    throw inputError(`simulator ${name} cannot be driven step by step`, {
      expected: "a simulator that can be reset and stepped while it is paused",
      got: `it lacks ${lacking.map(([feature, what]) => `${what} (feature ${feature})`).join(", ")}`,
    });
  }
  if (bridge === undefined) return;
  if (about["scenario"] !== scenario.name) {
    throw inputError(`simulator ${name} hosts another scenario`, {
      expected: scenario.name,
      got: about["scenario"] ?? "none",
    });
  }
  if (about["at_end"] !== "continue") {
    throw inputError(`simulator ${name} stops by itself at the end of an episode`, {
      expected: "a bridge with atEnd: continue; whoever asks for steps decides when an episode ends",
      got: `atEnd: ${about["at_end"] ?? "not said"}`,
      hint: `ros2 param set ${bridge} atEnd continue`,
    });
  }
}

function flat(text: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text === "" ? {} : { custom_info: text };
  }
  if (typeof parsed !== "object" || parsed === null) return { custom_info: text };
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
