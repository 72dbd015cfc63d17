import { inputError } from "../../core/errors.ts";
import type { ParameterSpec, ParameterValue, RosMessage, RosParameters } from "../node.ts";
import { parameterRefusal } from "../parameter-refusal.ts";

export class InMemoryParameters implements RosParameters {
  readonly #overrides: Readonly<Record<string, ParameterValue>>;
  readonly #declared = new Map<string, { spec: ParameterSpec<ParameterValue>; value: ParameterValue }>();

  constructor(overrides: Readonly<Record<string, ParameterValue>>) {
    this.#overrides = overrides;
  }

  declare<T extends ParameterValue>(spec: ParameterSpec<T>): () => T {
    if (this.#declared.has(spec.name)) throw inputError(`parameter "${spec.name}" is declared twice`);
    const value: ParameterValue = spec.value;
    const entry = { spec: spec as unknown as ParameterSpec<ParameterValue>, value };
    const override = this.#overrides[spec.name];
    if (override !== undefined) {
      const refused = parameterRefusal(entry.spec, override);
      if (refused !== undefined) throw inputError(`parameter "${spec.name}": ${refused}`);
      entry.value = override;
    }
    this.#declared.set(spec.name, entry);
    return () => entry.value as T;
  }

  /** What `ros2 param set` does. @returns why it was refused. */
  set(name: string, value: ParameterValue): string | undefined {
    const entry = this.#declared.get(name);
    if (entry === undefined) return `parameter "${name}" is not declared`;
    const refused = entry.spec.readOnly === true ? "it is read-only" : parameterRefusal(entry.spec, value);
    if (refused === undefined) entry.value = value;
    return refused;
  }

  /** `rcl_interfaces/srv/SetParameters`, of booleans, numbers and strings. */
  answer(request: RosMessage): RosMessage {
    const asked = (request["parameters"] ?? []) as readonly { name: string; value: RosMessage }[];
    return {
      results: asked.map(({ name, value }) => {
        const reason = this.set(name, value[VALUE_FIELDS[Number(value["type"])] ?? ""] as ParameterValue);
        return { successful: reason === undefined, reason: reason ?? "" };
      }),
    };
  }
}

/** Of `rcl_interfaces/msg/ParameterValue`, by type. */
const VALUE_FIELDS: Readonly<Record<number, string>> = {
  1: "bool_value",
  2: "integer_value",
  3: "double_value",
  4: "string_value",
};
