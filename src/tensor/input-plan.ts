import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { CardInput } from "./card-input.ts";
import { compileFeatures, type FeaturePlan, type FeatureScope } from "./features.ts";
import type { ExpectedDim } from "./graph-check.ts";
import type { GraphFit, TensorPlan } from "./graph-fit.ts";

/** A graph input that is made of channels, actions and parameters. */
export interface InputPlan extends TensorPlan {
  /** Control steps it sees. */
  readonly history: number;
  readonly features: FeaturePlan;
}

/**
 * One of a card's `inputs`, which stands under the key `path`.
 * @throws SimgateError `input` for a channel that there is not, or a tensor that does not fit.
 */
export function planInput(
  document: YamlDocument<unknown>,
  path: KeyPath,
  input: CardInput,
  scope: FeatureScope,
  fit: GraphFit,
): InputPlan {
  const { tensor, history } = input;
  const features = compileFeatures(document, path, input, scope);
  const flat: ExpectedDim[] = ["batch", history * features.width];
  const deep: ExpectedDim[] = ["batch", history, features.width];
  const { type, dims } = fit.input([...path, "tensor"], tensor, history > 1 ? [deep, flat] : [flat, deep]);
  return { tensor, type, dims, history, features };
}
