import { inputError } from "../core/errors.ts";

/** One step into a message: a field, and if it is an array which element: by position or by the name of a joint. */
export interface FieldStep {
  readonly name: string;
  readonly index?: number | string;
}

/** Reads a selector such as `twist.linear.x`, `data[0]`, `position[elbow]`. */
export function parseFieldPath(selector: string, where: string): readonly FieldStep[] {
  return selector.split(/\.(?![^[]*\])/).map((part) => {
    const match = /^(\w+)(?:\[([^\]]+)\])?$/.exec(part.trim());
    if (match === null) {
      throw inputError(`"${selector}" is not a field selector`, {
        where,
        expected: "fields joined by dots, an element in brackets: twist.linear.x, data[0], position[elbow]",
        got: JSON.stringify(selector),
      });
    }
    const [, name, index] = match;
    if (index === undefined) return { name: name! };
    return { name: name!, index: /^\d+$/.test(index) ? Number(index) : index.replace(/^["']|["']$/g, "") };
  });
}

/** The other way round. */
export function fieldPathText(path: readonly FieldStep[]): string {
  return path.map(({ name, index }) => (index === undefined ? name : `${name}[${index}]`)).join(".");
}

/** Fields in which a message names the elements of its parallel arrays, most likely first. */
export const NAME_FIELDS = ["name", "joint_names", "names"] as const;
