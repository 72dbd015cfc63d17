import type { ChannelSpec } from "../../core/channels.ts";
import { didYouMean } from "../../core/errors.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { aroundBatch, expectedDims, planState } from "../../tensor/card-state.ts";
import { GraphFit } from "../../tensor/graph-fit.ts";
import { type InputPlan, planInput } from "../../tensor/input-plan.ts";
import type { StateSpec } from "../../tensor/recurrent-state.ts";
import type { OnnxSession } from "../../tensor/session.ts";
import type { WorldCard } from "./card.ts";
import { planOutputs, requireEveryChannel, resolveOutputs } from "./output-plan.ts";
import type { NoiseSpec } from "./noise.ts";
import type { OutputLayout } from "./outputs.ts";

/** A card resolved against a scenario and checked against the graph: everything a step needs to know. */
export interface OnnxPlan {
  readonly inputs: readonly InputPlan[];
  readonly outputs: readonly OutputLayout[];
  readonly state: readonly StateSpec[];
  readonly noise: readonly NoiseSpec[];
  /** Number of rows the graph insists on; undefined: as many as there are. */
  readonly fixedBatch: number | undefined;
  /** Channels whose uncertainty the model states. */
  readonly uncertain: readonly ChannelSpec[];
  /** Number of members lanes are dealt to; undefined: no ensemble, or the mean of it. */
  readonly memberPerLane: number | undefined;
}

/** @throws SimgateError `input`, at a line of the card, for whatever does not fit the scenario or the graph. */
export function compilePlan(
  document: YamlDocument<WorldCard>,
  session: Pick<OnnxSession, "inputs" | "outputs">,
  scenario: Scenario,
): OnnxPlan {
  checkObjects(document, scenario);
  const { outputs } = document.value;
  const predicted = { outputs, channels: scenario.observation, complete: true };
  return compileGraph(document, session, scenario, predicted);
}

/** What the outputs of a graph predict, and whether that must be everything. */
export interface Predicted {
  readonly outputs: WorldCard["outputs"];
  readonly channels: readonly ChannelSpec[];
  readonly complete: boolean;
}

/** The part of a card that says what goes into a graph, and in which form it comes out. */
export type GraphCard = Pick<WorldCard, "controlPeriodSec" | "inputs" | "state" | "noise" | "ensemble">;

/** The same for any card that is one graph. */
export function compileGraph(
  document: YamlDocument<GraphCard>,
  session: Pick<OnnxSession, "inputs" | "outputs">,
  scenario: Scenario,
  predicted: Predicted,
): OnnxPlan {
  const card = document.value;
  checkPeriod(document, scenario);

  const fit = new GraphFit(document, session);
  const inputs = card.inputs.map((input, i) => planInput(document, ["inputs", i], input, scenario, fit));
  const state = planState(document, card.state, fit);
  const noise = planNoise(["noise"], card.noise, fit);
  const at = ["outputs"];
  const resolved = resolveOutputs(document, at, predicted.outputs, predicted.channels);
  if (predicted.complete) requireEveryChannel(document, at, predicted.outputs, resolved, predicted.channels);
  const stacked = { outputs: predicted.outputs, ensemble: card.ensemble };
  const outputs = planOutputs(document, at, stacked, resolved, fit);
  return {
    inputs,
    outputs: outputs.layouts,
    uncertain: outputs.uncertain,
    state,
    noise,
    fixedBatch: fit.finish(["inputs"], (unfed) => `add ${unfed.join(", ")} to inputs, state or noise`),
    memberPerLane: card.ensemble?.combine === "lane" ? card.ensemble.members : undefined,
  };
}

export function checkPeriod(
  document: YamlDocument<Pick<WorldCard, "controlPeriodSec">>,
  scenario: Scenario,
): void {
  const { controlPeriodSec } = document.value;
  if (Math.abs(controlPeriodSec - scenario.controlPeriodSec) <= 1e-9 * scenario.controlPeriodSec) return;
  throw document.error(["controlPeriodSec"], "the model was trained for another control period", {
    expected: `${scenario.controlPeriodSec} s, as scenario ${scenario.name}`,
    got: `${controlPeriodSec} s`,
    hint: "train it at the scenario's period, or examine it in a scenario of its own period",
  });
}

export function checkObjects(document: YamlDocument<Pick<WorldCard, "objects">>, scenario: Scenario): void {
  const known = scenario.objects.map((object) => object.name);
  document.value.objects.forEach((object, i) => {
    if (known.includes(object)) return;
    throw document.error(["objects", i], `the scenario has no object "${object}"`, {
      hint: didYouMean(object, known),
    });
  });
}

/** The tensors that a card's `noise`, which stands under the key `at`, fills. @throws SimgateError `input` for one that does not fit. */
export function planNoise(
  at: KeyPath,
  noise: readonly { readonly input: string; readonly shape: readonly number[] }[],
  fit: GraphFit,
): NoiseSpec[] {
  return noise.map((one, i) => {
    const { type } = fit.input([...at, i, "input"], one.input, [expectedDims(one.shape)]);
    return { ...one, type, ...aroundBatch(one.shape) };
  });
}
