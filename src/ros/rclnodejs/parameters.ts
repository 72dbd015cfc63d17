import { inputError, messageOf } from "../../core/errors.ts";
import type { OnProblem, ParameterSpec, ParameterValue, RosParameters } from "../node.ts";
import { parameterRefusal } from "../parameter-refusal.ts";
import type { RclDescriptor, RclParameter, Rclnodejs, RclNode } from "./module.ts";

const PARAMETER_TYPE = { boolean: 1, number: 3, string: 4 } as const;

export class RclParameters implements RosParameters {
  readonly #rcl: Rclnodejs;
  readonly #node: RclNode;
  readonly #overrides: ReadonlyMap<string, unknown>;
  readonly #declared = new Map<string, ParameterSpec<ParameterValue>>();

  /** @param overrides what the launch gives, by name. */
  constructor(
    rcl: Rclnodejs,
    node: RclNode,
    { overrides, onProblem }: { overrides: ReadonlyMap<string, unknown>; onProblem: OnProblem },
  ) {
    this.#rcl = rcl;
    this.#node = node;
    this.#overrides = overrides;
    node.addPreSetParametersCallback((parameters) => parameters.map((one) => this.#asDeclared(one)));
    node.addOnSetParametersCallback((parameters) => {
      try {
        for (const { name, value } of parameters) {
          const spec = this.#declared.get(name);
          const refused = spec === undefined ? undefined : parameterRefusal(spec, value);
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
    const { name, description, range, readOnly = false } = spec;
    if (this.#declared.has(name)) throw inputError(`parameter "${name}" is declared twice`);
    const own = spec as unknown as ParameterSpec<ParameterValue>;
    const value = this.#overrides.has(name) ? this.#overrides.get(name) : spec.value;
    const refused = parameterRefusal(own, value);
    if (refused !== undefined) throw inputError(`parameter "${name}": ${refused}`, { got: String(value) });
    const type = PARAMETER_TYPE[typeof spec.value as keyof typeof PARAMETER_TYPE];
    const descriptor = new this.#rcl.ParameterDescriptor(name, type, description, readOnly);
    if (range !== undefined) describeRange(descriptor, range);
    this.#declared.set(name, own);
    try {
      this.#node.declareParameter(new this.#rcl.Parameter(name, type, value), descriptor, true);
    } catch (cause) {
      throw inputError(`parameter "${name}" cannot be declared`, { got: messageOf(cause), cause });
    }
    return () => this.#node.getParameter(name).value as T;
  }

  /** `ros2 param set … 500` sends an integer, whatever the parameter is. */
  #asDeclared(parameter: RclParameter): RclParameter {
    const { name, value } = parameter;
    if (typeof value !== "bigint" || typeof this.#declared.get(name)?.value !== "number") return parameter;
    return new this.#rcl.Parameter(name, PARAMETER_TYPE.number, Number(value));
  }
}

/**
 * What `ros2 param describe` shows. A range that rclnodejs 2.2 is given it never sends, and what is outside it refuses with
 * "does not  readonly", before we are asked.
 */
function describeRange(descriptor: RclDescriptor, [from_value, to_value]: readonly [number, number]): void {
  const message = descriptor.toMessage.bind(descriptor);
  descriptor.toMessage = () => ({ ...message(), floating_point_range: [{ from_value, to_value, step: 0 }] });
}
