import type { ChannelSpec } from "../core/channels.ts";
import { didYouMean } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { CardInput } from "./card-input.ts";
import { resolveReference } from "./channel-reference.ts";
import type { FloatArray } from "./session.ts";

/** What a card's features may name. */
export interface FeatureScope {
  readonly observation: readonly ChannelSpec[];
  readonly action: readonly ChannelSpec[];
  readonly parameters: readonly { readonly name: string }[];
}

/** Where the values come from: name → lanes × size values (parameters: one a lane). */
export interface FeatureColumns {
  readonly observation: Readonly<Record<string, Float64Array>>;
  readonly action: Readonly<Record<string, Float64Array>>;
  readonly parameters: Readonly<Record<string, Float64Array>>;
}

/** One value of the last axis of a graph input. */
interface Feature {
  readonly source: keyof FeatureColumns;
  readonly name: string;
  readonly size: number;
  readonly component: number;
  readonly transform: "identity" | "sin" | "cos";
  readonly mean: number;
  readonly std: number;
}

/** The features of one graph input, resolved against the channels they name. */
export class FeaturePlan {
  /** Values on the last axis. */
  readonly width: number;
  readonly usesActions: boolean;
  readonly #features: readonly Feature[];

  constructor(features: readonly Feature[]) {
    this.#features = features;
    this.width = features.length;
    this.usesActions = features.some((feature) => feature.source === "action");
  }

  /** Writes lanes × width values: (transform(value) − mean) / std. */
  fill(columns: FeatureColumns, lanes: number, out: FloatArray): void {
    const { width } = this;
    for (let j = 0; j < width; j++) {
      const { source, name, size, component, transform, mean, std } = this.#features[j]!;
      const column = columns[source][name]!;
      // One loop for each transform: this is where most of a step that is not the model goes.
      if (transform === "identity") {
        for (let lane = 0, from = component, to = j; lane < lanes; lane++, from += size, to += width) {
          out[to] = (column[from]! - mean) / std;
        }
      } else if (transform === "sin") {
        for (let lane = 0, from = component, to = j; lane < lanes; lane++, from += size, to += width) {
          out[to] = (Math.sin(column[from]!) - mean) / std;
        }
      } else {
        for (let lane = 0, from = component, to = j; lane < lanes; lane++, from += size, to += width) {
          out[to] = (Math.cos(column[from]!) - mean) / std;
        }
      }
    }
  }
}

/** @throws SimgateError `input` for an unknown channel, action or parameter, or a mean or std of another length. */
export function compileFeatures(
  document: YamlDocument<unknown>,
  path: KeyPath,
  input: Pick<CardInput, "features" | "mean" | "std">,
  scope: FeatureScope,
): FeaturePlan {
  type Unscaled = Omit<Feature, "mean" | "std">;
  const unscaled = input.features.flatMap((feature, i): Unscaled[] => {
    const { transform } = feature;
    if ("parameter" in feature) {
      const known = scope.parameters.map((parameter) => parameter.name);
      if (!known.includes(feature.parameter)) {
        const hint = didYouMean(feature.parameter, known);
        const at = [...path, "features", i, "parameter"];
        throw document.error(at, `the scenario has no parameter "${feature.parameter}"`, { hint });
      }
      return [{ source: "parameters", name: feature.parameter, size: 1, component: 0, transform }];
    }
    const source = "action" in feature ? "action" : "observation";
    const text = "action" in feature ? feature.action : feature.channel;
    const reference = resolveReference(text, scope[source]);
    if (typeof reference === "string") {
      const key = source === "action" ? "action" : "channel";
      const what = `the scenario has no ${source} channel "${text}"`;
      throw document.error([...path, "features", i, key], what, { hint: reference });
    }
    const { name, size } = reference.channel;
    return reference.components.map((component) => ({ source, name, size, component, transform }));
  });
  const width = unscaled.length;
  const mean = scalesFor(document, path, "mean", input.mean, width, 0);
  const std = scalesFor(document, path, "std", input.std, width, 1);
  return new FeaturePlan(unscaled.map((one, j) => ({ ...one, mean: mean[j]!, std: std[j]! })));
}

/** Normalisation constants, one a value, or the neutral one. @throws SimgateError `input` if there are more or fewer. */
export function scalesFor(
  document: YamlDocument<unknown>,
  path: KeyPath,
  key: "mean" | "std",
  given: readonly number[] | undefined,
  width: number,
  neutral: number,
): readonly number[] {
  if (given === undefined) return new Array<number>(width).fill(neutral);
  if (given.length === width) return given;
  throw document.error([...path, key], `${key} needs one number for each value`, {
    expected: `${width} numbers`,
    got: `${given.length}`,
  });
}
