import { didYouMean, inputError } from "../core/errors.ts";
import { NAME_FIELDS, fieldPathText, type FieldStep } from "./field-path.ts";

type Node = Readonly<Record<string, unknown>>;

/** Takes one number out of a decoded message: of a quaternion, the yaw. */
export type FieldReader = (message: Node) => number;

/**
 * Compiles a path. Elements selected by name are looked up in every message, because joints may change places; where
 * they were last time is tried first. @throws SimgateError (when called) if the message has no such element.
 */
export function fieldReader(path: readonly FieldStep[], where: string): FieldReader {
  const lookups = path.map(({ name, index }) => elementLookup(name, index, where));
  return (message) => {
    let value: unknown = message;
    for (const lookup of lookups) value = lookup(value as Node, message);
    if (isQuaternion(value)) return yawOf(value);
    if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
      throw inputError(`a message has no number at ${fieldPathText(path)}`, { where, got: describe(value) });
    }
    return Number(value);
  };
}

export interface Quaternion {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
}

function isQuaternion(value: unknown): value is Quaternion {
  return typeof value === "object" && value !== null && ["x", "y", "z", "w"].every((part) => part in value);
}

/** The turn about z, rad in (−π, π]; what the orientation has besides is not looked at. */
export function yawOf({ x, y, z, w }: Quaternion): number {
  return Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
}

function elementLookup(
  name: string,
  index: number | string | undefined,
  where: string,
): (node: Node, root: Node) => unknown {
  let guess = 0;
  return (node, root) => {
    const field = node[name];
    if (field === undefined) {
      throw inputError(`a message has no field "${name}"`, {
        where,
        hint: didYouMean(name, Object.keys(node)),
      });
    }
    if (index === undefined) return field;
    const items = field as ArrayLike<unknown>;
    let position = index;
    if (typeof position === "string") {
      const names = namesOf(node) ?? namesOf(root) ?? [];
      if (names[guess] !== index) guess = names.indexOf(position);
      if (guess < 0) {
        throw inputError(`a message names no "${position}"`, { where, hint: didYouMean(position, names) });
      }
      position = guess;
    }
    if (position >= items.length) {
      throw inputError(`"${name}" of a message is too short`, {
        where,
        expected: `an element at position ${position}`,
        got: `${items.length} element${items.length === 1 ? "" : "s"}`,
      });
    }
    return items[position];
  };
}

function namesOf(node: Node): readonly string[] | undefined {
  for (const field of NAME_FIELDS) {
    const names = node[field];
    if (Array.isArray(names)) return names as string[];
  }
  return undefined;
}

function describe(value: unknown): string {
  return value === null
    ? "null"
    : Array.isArray(value) || ArrayBuffer.isView(value)
      ? "an array"
      : typeof value;
}
