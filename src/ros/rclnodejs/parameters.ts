import { inputError, messageOf } from "../../core/errors.ts";
import type { OnProblem, ParameterSpec, ParameterValue, RosParameters } from "../node.ts";
import type { Rclnodejs, RclNode } from "./module.ts";

const PARAMETER_TYPE = { boolean: 1, number: 3, string: 4 } as const;

export class RclParameters implements RosParameters {
  readonly #rcl: Rclnodejs;
  readonly #node: RclNode;
  readonly #declared = new Map<string, ParameterSpec<ParameterValue>>();

  constructor(rcl: Rclnodejs, node: RclNode, onProblem: OnProblem) {
    this.#rcl = rcl;
    this.#node = node;
    node.addOnSetParametersCallback((parameters) => {
      try {
        for (const { name, value } of parameters) {
          const spec = this.#declared.get(name);
          if (spec === undefined) continue;
          const refused =
            typeof value === typeof spec.value
              ? spec.refuse?.(value as ParameterValue)
              : `it is a ${typeof spec.value}; in YAML a text that begins with # needs quotes: "'#3'"`;
          if (refused !== undefined) return { successful: false, reason: refused };
        }
        return { successful: true, reason: "" };
      } catch (thrown) {
        onProblem("a parameter", thrown);
        return { successful: false, reason: messageOf(thrown) };
      }
    });
  }

  declare<T extends ParameterValue>(spec: ParameterSpec<T>): () => T {
    const { name, value, description, range, readOnly = false } = spec;
    const type = PARAMETER_TYPE[typeof value as keyof typeof PARAMETER_TYPE];
    const limits = range === undefined ? null : new this.#rcl.FloatingPointRange(range[0], range[1], 0);
    this.#declared.set(name, spec as unknown as ParameterSpec<ParameterValue>);
    try {
      this.#node.declareParameter(
        new this.#rcl.Parameter(name, type, value),
        new this.#rcl.ParameterDescriptor(name, type, description, readOnly, limits),
      );
    } catch (cause) {
      throw inputError(`parameter "${name}" cannot be declared`, { got: messageOf(cause), cause });
    }
    return () => this.#node.getParameter(name).value as T;
  }
}
