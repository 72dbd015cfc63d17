import { componentName } from "../core/channels.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { planState } from "../tensor/card-state.ts";
import { resolveReference } from "../tensor/channel-reference.ts";
import { scalesFor } from "../tensor/features.ts";
import type { ExpectedDim } from "../tensor/graph-check.ts";
import { GraphFit, type TensorPlan } from "../tensor/graph-fit.ts";
import { ImageLayout } from "../tensor/image-layout.ts";
import { type InputPlan, planInput } from "../tensor/input-plan.ts";
import type { StateSpec } from "../tensor/recurrent-state.ts";
import type { OnnxSession } from "../tensor/session.ts";
import type { PolicyCard } from "./policy-card.ts";

/** One action component and the value of the output it is read from. */
export interface ActionValue {
  readonly channel: string;
  readonly size: number;
  readonly component: number;
  readonly value: number;
  readonly mean: number;
  readonly std: number;
}

/** A graph input that is made of pictures. */
export interface PicturePlan extends TensorPlan {
  readonly layout: ImageLayout;
  /** Pictures a row. */
  readonly history: number;
}

export interface PolicyOutput {
  readonly tensor: string;
  /** Values on the tensor's last axis. */
  readonly width: number;
  readonly values: readonly ActionValue[];
}

/** A policy card resolved against a scenario and checked against the graph. */
export interface PolicyPlan {
  readonly inputs: readonly InputPlan[];
  readonly pictures: readonly PicturePlan[];
  readonly state: readonly StateSpec[];
  readonly outputs: readonly PolicyOutput[];
  /** Number of rows the graph insists on; undefined: any. */
  readonly fixedBatch: number | undefined;
}

export type PolicyScenario = Pick<
  Scenario,
  "name" | "file" | "observation" | "images" | "action" | "controlPeriodSec"
>;

/** @throws SimgateError `input`, at a line of the card, for whatever does not fit the scenario or the graph. */
export function compilePolicyPlan(
  document: YamlDocument<PolicyCard>,
  session: Pick<OnnxSession, "inputs" | "outputs">,
  scenario: PolicyScenario,
): PolicyPlan {
  const card = document.value;
  checkPeriod(document, scenario);
  const fit = new GraphFit(document, session);
  const inputs = card.inputs.map((input, i): InputPlan => {
    input.features.forEach((feature, j) => {
      if ("channel" in feature) return;
      throw document.error(["inputs", i, "features", j], "a policy sees observation channels only", {
        expected: "{ channel: … }",
        got: Object.keys(feature)[0]!,
      });
    });
    const scope = { observation: scenario.observation, action: [], parameters: [] };
    return planInput(document, ["inputs", i], input, scope, fit);
  });

  const pictures = card.pictures.map(({ tensor, history, ...image }, i): PicturePlan => {
    const path = ["pictures", i];
    const layout = ImageLayout.of(document, path, image, scenario);
    return { ...fit.input([...path, "tensor"], tensor, layout.shapes(history)), layout, history };
  });
  const state = planState(document, card.state, fit);

  const taken = new Map<string, KeyPath>();
  const outputs = card.outputs.map((_, i) => planOutput(document, i, session, scenario, taken, fit));
  card.idle.forEach((text, i) => void resolveActions(document, ["idle", i], text, scenario, taken));
  checkCovered(document, scenario, taken);
  const fixedBatch = fit.finish(
    ["inputs"],
    (unfed) => `add ${unfed.join(", ")} to inputs, pictures or state`,
  );
  return { inputs, pictures, state, outputs, fixedBatch };
}

function planOutput(
  document: YamlDocument<PolicyCard>,
  i: number,
  session: Pick<OnnxSession, "outputs">,
  scenario: PolicyScenario,
  taken: Map<string, KeyPath>,
  fit: GraphFit,
): PolicyOutput {
  const { chunkLength, outputs } = document.value;
  const { tensor, actions, select, mean, std } = outputs[i]!;
  const components = actions.flatMap((text, j) =>
    resolveActions(document, ["outputs", i, "actions", j], text, scenario, taken),
  );
  const count = components.length;
  const given = session.outputs.find((one) => one.name === tensor)?.shape.at(-1);
  const width = select !== undefined && typeof given === "number" ? given : count;
  const names = components.map(({ key }) => `"${key}"`).join(", ");
  const contract = `scenario ${scenario.name}, action${count === 1 ? "" : "s"} ${names}`;
  if (typeof given === "number" && given !== width) {
    throw document.error(
      ["outputs", i],
      `${contract}: the policy gives ${given} values, the contract says ${count}`,
      {
        expected: `output "${tensor}" with ${count} on its last axis`,
        got: String(given),
        hint: `name in actions what the values mean, or choose among them with select: [${components.map((_, j) => j).join(", ")}]`,
      },
    );
  }
  if (select !== undefined && typeof given !== "number") {
    throw document.error(["outputs", i, "select"], `the graph does not say how many values "${tensor}" has`, {
      hint: "export the model with a fixed last axis",
    });
  }
  if (select !== undefined && (select.length !== count || select.some((value) => value >= width))) {
    throw document.error(
      ["outputs", i, "select"],
      `${contract}: select needs one value of "${tensor}" for each`,
      {
        expected: `${count} of 0 to ${width - 1}`,
        got: `[${select.join(", ")}]`,
      },
    );
  }
  const single: ExpectedDim[] = ["batch", width];
  const chunk: ExpectedDim[] = ["batch", chunkLength, width];
  const shapes = chunkLength === 1 ? [single, chunk] : [chunk];
  fit.output(["outputs", i, "tensor"], tensor, shapes);
  const means = scalesFor(document, ["outputs", i], "mean", mean, count, 0);
  const stds = scalesFor(document, ["outputs", i], "std", std, count, 1);
  const values = components.map(({ channel, size, component }, j) => ({
    channel,
    size,
    component,
    value: select?.[j] ?? j,
    mean: means[j]!,
    std: stds[j]!,
  }));
  return { tensor, width, values };
}

/** The components a reference stands for, each taken once in the whole card. */
function resolveActions(
  document: YamlDocument<PolicyCard>,
  path: KeyPath,
  text: string,
  scenario: PolicyScenario,
  taken: Map<string, KeyPath>,
): { key: string; channel: string; size: number; component: number }[] {
  const reference = resolveReference(text, scenario.action);
  if (typeof reference === "string") {
    throw document.error(path, `scenario ${scenario.name} has no action "${text}"`, { hint: reference });
  }
  const { channel } = reference;
  return reference.components.map((component) => {
    const key = componentName(channel, component);
    const before = taken.get(key);
    if (before !== undefined) {
      throw document.error(path, `action "${key}" is given twice`, {
        hint: `first at ${document.where(before)}`,
      });
    }
    taken.set(key, path);
    return { key, channel: channel.name, size: channel.size, component };
  });
}

function checkCovered(
  document: YamlDocument<PolicyCard>,
  scenario: PolicyScenario,
  taken: ReadonlyMap<string, KeyPath>,
): void {
  const all = scenario.action.flatMap((channel) =>
    Array.from({ length: channel.size }, (_, component) => componentName(channel, component)),
  );
  const missing = all.filter((key) => !taken.has(key));
  if (missing.length === 0) return;
  throw document.error(
    ["outputs"],
    `the policy gives no value for ${missing.map((key) => `"${key}"`).join(", ")}`,
    {
      expected: `every action of scenario ${scenario.name}: ${all.join(", ")}`,
      got: [...taken.keys()].join(", "),
      hint: `to leave it at 0 on purpose, write idle: [${missing.map((key) => `"${key}"`).join(", ")}]`,
    },
  );
}

function checkPeriod(document: YamlDocument<PolicyCard>, { name, controlPeriodSec }: PolicyScenario): void {
  const given = document.value.controlPeriodSec;
  if (Math.abs(given - controlPeriodSec) <= 1e-9 * controlPeriodSec) return;
  throw document.error(["controlPeriodSec"], "the policy was trained for another control period", {
    expected: `${controlPeriodSec} s, as scenario ${name}`,
    got: `${given} s`,
  });
}
