import type { ChannelSpec } from "../../core/channels.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { OnnxSession } from "../../tensor/session.ts";
import { ImageLayout } from "../../tensor/image-layout.ts";
import type { OutputLayout } from "../onnx/outputs.ts";
import { planOutputs, resolveOutputs } from "../onnx/output-plan.ts";
import { checkObjects, checkPeriod } from "../onnx/plan.ts";
import type { StateSpec } from "../../tensor/recurrent-state.ts";
import { GRAPHS, type GraphName, type LatentCard } from "./card.ts";
import { type CarriedState, GraphCheck, type GraphPlan } from "./graph-plan.ts";

/** A latent card resolved against a scenario and checked against its three graphs. */
export interface LatentPlan {
  readonly layout: ImageLayout;
  readonly encode: GraphPlan;
  readonly step: GraphPlan;
  readonly decode: GraphPlan;
  readonly state: readonly StateSpec[];
  /** How many pictures encode sees. */
  readonly pictures: number;
  /** Whether encode corrects a state, instead of making one of nothing but what it sees. */
  readonly corrects: boolean;
  /** Channels that decode tells. */
  readonly outputs: readonly OutputLayout[];
  readonly uncertain: readonly ChannelSpec[];
  /** 0: never. */
  readonly reencodeEvery: number;
}

/** @throws SimgateError `input`, at a line of the card, for whatever does not fit the scenario or a graph. */
export function compileLatentPlan(
  document: YamlDocument<LatentCard>,
  sessions: Readonly<Record<GraphName, Pick<OnnxSession, "inputs" | "outputs">>>,
  scenario: Scenario,
): LatentPlan {
  checkPeriod(document, scenario);
  checkObjects(document, scenario);
  const card = document.value;
  const layout = ImageLayout.of(document, ["image"], card.image, scenario);
  const carried = card.state.map((): CarriedState => ({}));
  const [encode, step, decode] = GRAPHS.map(
    (name) => new GraphCheck(document, name, sessions[name], carried),
  );
  const { picture, pictures, inputs, noise } = card.graphs.encode;

  encode!.picture("input", picture, layout.shapes(pictures));
  encode!.feed(inputs, noise, scenario);
  step!.feed(card.graphs.step.inputs, card.graphs.step.noise, scenario);
  decode!.picture("output", card.graphs.decode.picture, layout.shapes(1));
  const { outputs } = card.graphs.decode;
  const at = ["graphs", "decode", "outputs"];
  const { layouts, uncertain } = planOutputs(
    document,
    at,
    { outputs },
    resolveOutputs(document, at, outputs, scenario.observation),
    decode!.fit,
  );
  card.state.forEach((one, i) => {
    const path: KeyPath = ["state", i];
    const given = encode!.state(i, one);
    step!.state(i, one);
    decode!.state(i, one);
    if (given.gives) return;
    throw document.error([...path, "output"], `encode gives no state "${one.output}"`, {
      expected: `an output "${one.output}" of ${card.graphs.encode.model}: what a rollout begins with`,
      got: sessions.encode.outputs.map(({ name }) => name).join(", "),
    });
  });
  return {
    layout,
    encode: encode!.finish(),
    step: step!.finish(),
    decode: decode!.finish(),
    state: carried.map(({ spec }) => spec!),
    pictures,
    corrects: encode!.takesState,
    outputs: layouts,
    uncertain,
    reencodeEvery: card.reencodeEvery,
  };
}
