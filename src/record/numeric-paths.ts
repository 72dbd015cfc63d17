import { NAME_FIELDS, type FieldStep } from "./field-path.ts";
import { fieldsOf, type MessageField, type MessageType } from "./message-type.ts";

type Node = Readonly<Record<string, unknown>>;

/** What these hold is about a message, not said by it. */
const ABOUT = /^std_msgs\/(msg\/)?(Header|MultiArrayLayout)$/;
const NOT_NUMBERS = new Set(["string", "wstring", "time", "duration"]);

/**
 * The paths to all numbers in a message: `linear.x`, `data[0]`, `position[elbow]` where the elements have names. Left out:
 * header and layout, times, texts.
 */
export function numericPaths(type: MessageType, message: Node): readonly (readonly FieldStep[])[] {
  const walk = (fields: readonly MessageField[], node: Node, base: readonly FieldStep[]): FieldStep[][] =>
    fields.flatMap((field): FieldStep[][] => {
      if (ABOUT.test(field.type) || NOT_NUMBERS.has(field.type)) return [];
      const value = node[field.name];
      const into = (item: unknown, step: FieldStep): FieldStep[][] =>
        field.isComplex === true
          ? walk(fieldsOf(type, field.type), item as Node, [...base, step])
          : [[...base, step]];
      if (field.isArray !== true) return into(value, { name: field.name });
      const items = Array.from(value as ArrayLike<unknown>);
      // What is named are numbers; a joint's name is none for the points of a trajectory.
      const names = field.isComplex === true ? undefined : namesBeside(node, message, items.length);
      return items.flatMap((item, i) => into(item, { name: field.name, index: names?.[i] ?? i }));
    });
  return walk(fieldsOf(type), message, []);
}

/** The names of an array's elements: of the message it is in, or of the whole, where there are as many. */
function namesBeside(node: Node, root: Node, count: number): readonly string[] | undefined {
  for (const field of NAME_FIELDS) {
    const names = node[field] ?? root[field];
    if (!Array.isArray(names) || names.length !== count) continue;
    if (names.every((name) => typeof name === "string" && name !== "") && new Set(names).size === count) {
      return names as string[];
    }
  }
  return undefined;
}
