import { componentName, type ChannelSpec } from "../core/channels.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { resolveReference } from "../tensor/channel-reference.ts";
import { compileFeatures, type FeaturePlan } from "../tensor/features.ts";
import type { LinearModel } from "./linear-model.ts";

export interface LinearOutput {
  readonly channel: ChannelSpec;
  readonly component: number;
  readonly bias: number;
  readonly weights: readonly number[];
  readonly residualStd: number;
}

/** A linear model resolved against a scenario. */
export interface LinearPlan {
  readonly features: FeaturePlan;
  readonly outputs: readonly LinearOutput[];
}

/** @throws SimgateError `input`, at a line of the model, for whatever does not fit the scenario. */
export function compileLinear(document: YamlDocument<LinearModel>, scenario: Scenario): LinearPlan {
  const model = document.value;
  if (Math.abs(model.controlPeriodSec - scenario.controlPeriodSec) > 1e-9 * scenario.controlPeriodSec) {
    throw document.error(["controlPeriodSec"], "the model was fitted for another control period", {
      expected: `${scenario.controlPeriodSec} s, as scenario ${scenario.name}`,
      got: `${model.controlPeriodSec} s`,
      hint: "fit it again for this scenario",
    });
  }
  const features = compileFeatures(document, [], model, scenario);
  const missing = new Set(
    scenario.observation.flatMap((channel) =>
      Array.from({ length: channel.size }, (_, component) => componentName(channel, component)),
    ),
  );
  const outputs = model.outputs.map((output, i): LinearOutput => {
    const reference = resolveReference(output.channel, scenario.observation);
    const at = ["outputs", i, "channel"];
    if (typeof reference === "string") {
      throw document.error(at, `the scenario has no observation channel "${output.channel}"`, {
        hint: reference,
      });
    }
    const [component, ...others] = reference.components;
    if (component === undefined || others.length > 0) {
      throw document.error(at, `channel "${output.channel}" has ${reference.channel.size} components`, {
        hint: "give one output for each of them",
      });
    }
    if (!missing.delete(componentName(reference.channel, component))) {
      throw document.error(at, `channel "${output.channel}" is predicted twice`);
    }
    if (output.weights.length !== features.width) {
      throw document.error(["outputs", i, "weights"], "an output needs one weight for each feature value", {
        expected: `${features.width}`,
        got: `${output.weights.length}`,
      });
    }
    const { bias, weights, residualStd } = output;
    return { channel: reference.channel, component, bias, weights, residualStd };
  });
  if (missing.size > 0) {
    throw document.error(["outputs"], "the model does not predict every observation channel", {
      got: `nothing for ${[...missing].join(", ")}`,
    });
  }
  return { features, outputs };
}
