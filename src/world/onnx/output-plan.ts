import { componentName, type ChannelSpec } from "../../core/channels.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import { resolveReference } from "../../tensor/channel-reference.ts";
import { scalesFor } from "../../tensor/features.ts";
import type { ExpectedDim } from "../../tensor/graph-check.ts";
import type { GraphFit } from "../../tensor/graph-fit.ts";
import type { WorldCard } from "./card.ts";
import type { OutputLayout, OutputValue } from "./outputs.ts";

/** One value that an output predicts. */
type Component = Pick<OutputValue, "channel" | "component">;

/**
 * What each of a card's `outputs`, which stand under the key `at`, predicts, value by value.
 * @throws SimgateError `input` for a channel that there is not, or one predicted twice.
 */
export function resolveOutputs(
  document: YamlDocument<unknown>,
  at: KeyPath,
  outputs: WorldCard["outputs"],
  channels: readonly ChannelSpec[],
): Component[][] {
  const predicted = new Map<string, KeyPath>();
  const doubted = new Map<string, KeyPath>();
  return outputs.map((output, i) => {
    const seen = output.mode === "log-variance" ? doubted : predicted;
    return output.channels.flatMap((text, k) => {
      const place = [...at, i, "channels", k];
      const reference = resolveReference(text, channels);
      if (typeof reference === "string") {
        throw document.error(place, `the scenario has no observation channel "${text}"`, { hint: reference });
      }
      const { channel } = reference;
      return reference.components.map((component) => {
        const name = componentName(channel, component);
        const before = seen.get(name);
        if (before !== undefined) {
          throw document.error(place, `channel "${name}" is predicted twice`, {
            hint: `first at ${document.where(before)}`,
          });
        }
        seen.set(name, place);
        return { channel, component };
      });
    });
  });
}

/** @throws SimgateError `input` unless every component of every observation channel is predicted. */
export function requireEveryChannel(
  document: YamlDocument<unknown>,
  at: KeyPath,
  outputs: WorldCard["outputs"],
  resolved: readonly (readonly Component[])[],
  channels: readonly ChannelSpec[],
): void {
  const predicted = new Set(
    resolved
      .filter((_, i) => outputs[i]!.mode !== "log-variance")
      .flatMap((values) => values.map(({ channel, component }) => componentName(channel, component))),
  );
  const missing = channels.flatMap(names).filter((name) => !predicted.has(name));
  if (missing.length === 0) return;
  throw document.error(at, "the model does not predict every observation channel", {
    expected: channels.map((channel) => channel.name).join(", "),
    got: `nothing for ${missing.join(", ")}`,
  });
}

/** Where in the graph's outputs the values lie. @throws SimgateError `input` for tensors that do not fit. */
export function planOutputs(
  document: YamlDocument<unknown>,
  at: KeyPath,
  { outputs, ensemble }: Pick<WorldCard, "outputs" | "ensemble">,
  resolved: readonly (readonly Component[])[],
  fit: GraphFit,
): { layouts: OutputLayout[]; uncertain: ChannelSpec[] } {
  const layouts = outputs.map((output, i): OutputLayout => {
    const path = [...at, i];
    const components = resolved[i]!;
    const width = components.length;
    const plain: ExpectedDim[] = ["batch", width];
    const members = ensemble?.members ?? 1;
    const stacked: ExpectedDim[] =
      ensemble?.axis === 1 ? ["batch", members, width] : [members, "batch", width];
    const shapes = ensemble === undefined ? [plain] : [stacked, plain];
    const { layout } = fit.output([...path, "tensor"], output.tensor, shapes);
    if (output.mode === "log-variance" && output.mean !== undefined) {
      throw document.error([...path, "mean"], "a log-variance has no mean to add", {
        hint: "give std alone: the standard deviation is exp(output / 2) × std",
      });
    }
    const mean = scalesFor(document, path, "mean", output.mean, width, 0);
    const std = scalesFor(document, path, "std", output.std, width, 1);
    return {
      tensor: output.tensor,
      mode: output.mode,
      members: shapes[layout] === stacked ? members : 1,
      memberAxis: ensemble?.axis ?? 0,
      values: components.map(({ channel, component }, v): OutputValue => {
        const wrap = output.wrap && channel.kind === "angle";
        return { channel, component, mean: mean[v]!, std: std[v]!, wrap };
      }),
    };
  });

  const stackedModes = layouts.filter((layout) => layout.members > 1 && layout.mode !== "log-variance");
  if (ensemble !== undefined && stackedModes.length === 0) {
    throw document.error([...at.slice(0, -1), "ensemble"], "no predicted output has the ensemble axis", {
      hint: "remove ensemble from the card, or export the members' outputs stacked on a new axis",
    });
  }
  const states = new Set(
    layouts
      .filter((layout) => layout.mode === "log-variance" || layout.members > 1)
      .flatMap((layout) => layout.values.map((value) => componentName(value.channel, value.component))),
  );
  const channels = new Set(resolved.flat().map(({ channel }) => channel));
  const uncertain = [...channels].filter((channel) => names(channel).some((name) => states.has(name)));
  for (const channel of uncertain) {
    const lacking = names(channel).filter((name) => !states.has(name));
    if (lacking.length > 0) {
      throw document.error(at, `uncertainty is stated for a part of channel "${channel.name}" only`, {
        hint: `state it for ${lacking.join(", ")} too, or for none of its components`,
      });
    }
  }
  return { layouts, uncertain };
}

function names(channel: ChannelSpec): string[] {
  return Array.from({ length: channel.size }, (_, component) => componentName(channel, component));
}
