import type { ChannelSpec } from "../../core/channels.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { ObservationChannel, Scenario } from "../../scenario/scenario.ts";
import type { OnnxSession } from "../../tensor/session.ts";
import { compileGraph, type OnnxPlan } from "../onnx/plan.ts";
import type { WorldSpec } from "../world.ts";
import type { ResidualCard } from "./card.ts";
import { correctionOf } from "./correction.ts";

/** A residual card resolved against a scenario, its base and its graph. */
export interface ResidualPlan extends OnnxPlan {
  /** What is corrected. */
  readonly corrected: readonly ChannelSpec[];
}

/**
 * @throws SimgateError `input`, at a line of the card, for what does not fit the scenario or the graph, and for channels
 * that nothing can be added to or that the base cannot be set to afterwards.
 */
export function compileResidual(
  document: YamlDocument<ResidualCard>,
  session: Pick<OnnxSession, "inputs" | "outputs">,
  scenario: Scenario,
  base: WorldSpec,
): ResidualPlan {
  const { outputs } = document.value;
  const plan = compileGraph(document, session, scenario, {
    outputs: outputs.map(({ mode, ...output }) => ({
      ...output,
      mode: mode === "residual" ? ("absolute" as const) : mode,
      wrap: false,
    })),
    channels: scenario.observation.map(correctionOf),
    complete: false,
  });
  const names = new Set<string>();
  plan.outputs.forEach(({ mode, values }, i) => {
    for (const { channel } of values) {
      const { name } = channel;
      const found = scenario.observation.find((one) => one.name === name)!;
      const path = ["outputs", i, "channels"];
      const reason = whyNot(found, base);
      if (reason !== undefined) {
        throw document.error(path, `"${name}" cannot be corrected by a residual`, {
          got: reason,
          expected: `channels that ${base.name} can be set to: ${(base.settable ?? []).join(", ")}`,
        });
      }
      if (mode !== "log-variance") names.add(name);
    }
  });
  return {
    ...plan,
    corrected: scenario.observation.filter(({ name }) => names.has(name)),
  };
}

function whyNot(
  { name, mujoco }: ObservationChannel,
  { name: base, settable }: WorldSpec,
): string | undefined {
  if (mujoco !== undefined && "sees" in mujoco) return "it says yes or no: nothing can be added to that";
  if (mujoco !== undefined && "heldBy" in mujoco && mujoco.heldBy !== undefined) {
    return `it shows where things were while ${mujoco.heldBy} is 0, not where they are`;
  }
  return (settable ?? []).includes(name) ? undefined : `world ${base} computes it, and cannot be set to it`;
}
