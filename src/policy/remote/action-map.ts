import type { ChannelSpec } from "../../core/channels.ts";
import { inputError, runtimeError } from "../../core/errors.ts";
import type { RemotePolicyConfig } from "../../scenario/schema.ts";
import { kindOf } from "../../wire/decode.ts";
import { NdArray } from "../../wire/ndarray.ts";
import type { WireMap } from "../../wire/value.ts";

interface Component {
  /** Which of the server's values it is. */
  readonly value: number;
  readonly scale: number;
  readonly offset: number;
}

/** A server's actions `[steps, values]` as ours, one row of components a step. */
export class ActionMap {
  readonly #keys: readonly string[];
  readonly #components: readonly Component[];
  readonly #horizon: number;

  /** @throws SimgateError `input` if select, scale or offset are not one a component. */
  constructor({ action, horizon }: RemotePolicyConfig, channels: readonly ChannelSpec[], policy: string) {
    const count = channels.reduce((sum, { size }) => sum + size, 0);
    const oneEach = (what: string, given: number | readonly number[]): readonly number[] => {
      if (typeof given === "number") return new Array<number>(count).fill(given);
      if (given.length === count) return given;
      throw inputError(`policy "${policy}": action.${what} does not fit the scenario's actions`, {
        expected: `${count} values, one a component`,
        got: `${given.length}`,
      });
    };
    const select = oneEach("select", action.select ?? Array.from({ length: count }, (_, i) => i));
    const [scale, offset] = [oneEach("scale", action.scale), oneEach("offset", action.offset)];
    this.#keys = [action.key].flat();
    this.#components = select.map((value, i) => ({ value, scale: scale[i]!, offset: offset[i]! }));
    this.#horizon = horizon;
  }

  /** `horizon` rows of components. @throws SimgateError `runtime` for fewer steps or values than that takes. */
  rows(answer: WireMap, url: string): number[][] {
    const parts = this.#keys.map((key) => stepsOf(answer, key, url));
    const steps = Math.min(...parts.map(({ shape }) => shape[0]!));
    const width = parts.reduce((sum, { shape }) => sum + shape[1]!, 0);
    const needed = 1 + Math.max(...this.#components.map(({ value }) => value));
    if (steps < this.#horizon || width < needed) {
      throw runtimeError(`${url} gives fewer actions than are asked of it`, {
        expected: `at least ${this.#horizon} steps of ${needed} values`,
        got: `${steps} steps of ${width} values`,
        hint: "see horizon: and action.select: of the policy",
      });
    }
    const values = parts.map((part) => part.toFloat64());
    return Array.from({ length: this.#horizon }, (_, step) => {
      const row = parts.flatMap(({ shape }, i) => [
        ...values[i]!.subarray(step * shape[1]!, (step + 1) * shape[1]!),
      ]);
      return this.#components.map(({ value, scale, offset }) => row[value]! * scale + offset);
    });
  }
}

/** `[steps, values]`; a single action stands for one step. */
function stepsOf(answer: WireMap, key: string, url: string): NdArray {
  const found = answer[key];
  const array =
    Array.isArray(found) && found.every((item) => typeof item === "number")
      ? NdArray.from("<f8", [found.length], found)
      : found;
  if (array instanceof NdArray && array.shape.length === 2) return array;
  if (array instanceof NdArray && array.shape.length === 1)
    return new NdArray(array.dtype.name, [1, array.size], array.data);
  throw runtimeError(`${url} gives no actions under "${key}"`, {
    expected: "an array [steps, values]",
    got: found === undefined ? `keys ${Object.keys(answer).join(", ") || "none"}` : kindOf(found),
    hint: "name the key with action.key:",
  });
}
