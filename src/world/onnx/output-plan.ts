import { componentName, type ChannelSpec } from "../../core/channels.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import { resolveReference } from "../../tensor/channel-reference.ts";
import { scalesFor } from "../../tensor/features.ts";
import type { CheckedTensor, ExpectedDim } from "../../tensor/graph-check.ts";
import type { WorldCard } from "./card.ts";
import type { OutputLayout, OutputValue } from "./outputs.ts";

type Check = (
  path: KeyPath,
  name: string,
  shapes: ExpectedDim[][],
) => CheckedTensor & { readonly layout: number };

/**
 * Resolves the card's `outputs` and checks that every component of every observation channel is predicted exactly once.
 * @throws SimgateError `input`
 */
export function planOutputs(
  document: YamlDocument<WorldCard>,
  channels: readonly ChannelSpec[],
  check: Check,
): { layouts: OutputLayout[]; uncertain: ChannelSpec[] } {
  const { outputs, ensemble } = document.value;
  const predicted = new Map<string, KeyPath>();
  const doubted = new Map<string, KeyPath>();

  const resolved = outputs.map((output, i) => {
    const seen = output.mode === "log-variance" ? doubted : predicted;
    return output.channels.flatMap((text, k) => {
      const at = ["outputs", i, "channels", k];
      const reference = resolveReference(text, channels);
      if (typeof reference === "string") {
        throw document.error(at, `the scenario has no observation channel "${text}"`, { hint: reference });
      }
      const { channel } = reference;
      return reference.components.map((component) => {
        const name = componentName(channel, component);
        const before = seen.get(name);
        if (before !== undefined) {
          throw document.error(at, `channel "${name}" is predicted twice`, {
            hint: `first at ${document.where(before)}`,
          });
        }
        seen.set(name, at);
        return { channel, component };
      });
    });
  });
  const names = (channel: ChannelSpec): string[] =>
    Array.from({ length: channel.size }, (_, component) => componentName(channel, component));
  const missing = channels.flatMap(names).filter((name) => !predicted.has(name));
  if (missing.length > 0) {
    throw document.error(["outputs"], "the model does not predict every observation channel", {
      expected: channels.map((channel) => channel.name).join(", "),
      got: `nothing for ${missing.join(", ")}`,
    });
  }

  const layouts = outputs.map((output, i): OutputLayout => {
    const path = ["outputs", i] as const;
    const components = resolved[i]!;
    const width = components.length;
    const plain: ExpectedDim[] = ["batch", width];
    const members = ensemble?.members ?? 1;
    const stacked: ExpectedDim[] =
      ensemble?.axis === 1 ? ["batch", members, width] : [members, "batch", width];
    const shapes = ensemble === undefined ? [plain] : [stacked, plain];
    const { layout } = check([...path, "tensor"], output.tensor, shapes);
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
    throw document.error(["ensemble"], "no predicted output has the ensemble axis", {
      hint: "remove ensemble from the card, or export the members' outputs stacked on a new axis",
    });
  }
  const states = new Set(
    layouts
      .filter((layout) => layout.mode === "log-variance" || layout.members > 1)
      .flatMap((layout) => layout.values.map((value) => componentName(value.channel, value.component))),
  );
  const uncertain = channels.filter((channel) => names(channel).some((name) => states.has(name)));
  for (const channel of uncertain) {
    const lacking = names(channel).filter((name) => !states.has(name));
    if (lacking.length > 0) {
      throw document.error(
        ["outputs"],
        `uncertainty is stated for a part of channel "${channel.name}" only`,
        {
          hint: `state it for ${lacking.join(", ")} too, or for none of its components`,
        },
      );
    }
  }
  return { layouts, uncertain };
}
