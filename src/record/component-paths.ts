import { inputError, didYouMean } from "../core/errors.ts";
import { fieldPathText, NAME_FIELDS, parseFieldPath, type FieldStep } from "./field-path.ts";
import { fieldsOf, type MessageField, type MessageType } from "./message-type.ts";
import type { RecordedChannel, RosMapping } from "./recorded-channel.ts";

/** Components of a geometry message in the order of a channel's values; quaternions are (w, x, y, z) inside simgate. */
const PARTS = [
  ["w", "x", "y", "z"],
  ["x", "y", "z"],
  ["x", "y"],
];

/**
 * The field of each component of a channel. One selector may stand for all: `data` → `data[0]`, `data[1]`;
 * `position` → `position[<label>]`; `pose.position` → its x, y, z.
 * @throws SimgateError if a selector does not lead to numbers in this message, or their count is not the channel's size.
 */
export function componentPaths(
  channel: RecordedChannel,
  field: RosMapping["field"],
  type: MessageType,
): readonly (readonly FieldStep[])[] {
  const where = `channel "${channel.name}", ros.field`;
  const selectors = typeof field === "string" ? [field] : field;
  const paths = selectors.flatMap((selector) => {
    const path = parseFieldPath(selector, where);
    return expand(path, resolve(path, type, where), channel, type);
  });
  if (paths.length !== channel.size) {
    throw inputError(`the selectors of channel "${channel.name}" do not match its shape`, {
      where,
      expected: `${channel.size} component${channel.size === 1 ? "" : "s"}`,
      got: `${paths.length}: ${paths.map(fieldPathText).join(", ")}`,
    });
  }
  return paths;
}

/** What a path leads to: the field of its last step, and the fields of the message that field is in. */
interface Resolved {
  readonly field: MessageField;
  readonly siblings: readonly MessageField[];
}

/** Whether the channel can stand for an orientation that only turns about the vertical. */
function isYaw({ kind, size }: RecordedChannel): boolean {
  return kind === "angle" && size === 1;
}

export function isQuaternion({ type, isComplex }: MessageField): boolean {
  return isComplex === true && /^geometry_msgs\/(msg\/)?Quaternion$/.test(type);
}

/** The field at the end of a path. @throws SimgateError naming the nearest field if there is none. */
export function fieldAt(path: readonly FieldStep[], type: MessageType, where: string): MessageField {
  return resolve(path, type, where).field;
}

function resolve(path: readonly FieldStep[], type: MessageType, where: string): Resolved {
  let fields = fieldsOf(type);
  let found: Resolved | undefined;
  path.forEach((step, i) => {
    const field = fields.find((one) => one.name === step.name);
    if (field === undefined) {
      throw inputError(`${type.name} has no field "${fieldPathText(path.slice(0, i + 1))}"`, {
        where,
        hint: didYouMean(
          step.name,
          fields.map((one) => one.name),
        ),
      });
    }
    if (step.index !== undefined && field.isArray !== true) {
      throw inputError(`"${field.name}" of ${type.name} is not an array`, {
        where,
        got: fieldPathText(path),
      });
    }
    found = { field, siblings: fields };
    fields = field.isComplex === true ? fieldsOf(type, field.type) : [];
  });
  return found!;
}

function expand(
  path: readonly FieldStep[],
  { field, siblings }: Resolved,
  channel: RecordedChannel,
  type: MessageType,
): readonly (readonly FieldStep[])[] {
  const last = path.at(-1)!;
  if (field.isArray === true && last.index === undefined) {
    const named = siblings.some((one) =>
      NAME_FIELDS.some((name) => name === one.name && one.type === "string"),
    );
    return Array.from({ length: channel.size }, (_, i) => {
      const index = named ? (channel.labels?.[i] ?? i) : i;
      return [...path.slice(0, -1), { name: last.name, index }];
    });
  }
  // An angle about the vertical: the whole quaternion is its one component.
  if (isYaw(channel) && isQuaternion(field)) return [path];
  if (field.isComplex === true) {
    const inside = fieldsOf(type, field.type).map((one) => one.name);
    const parts = PARTS.find(
      (one) => one.length === channel.size && one.every((name) => inside.includes(name)),
    );
    if (parts !== undefined) return parts.map((name) => [...path, { name }]);
  }
  if (!NUMERIC.has(field.type)) {
    throw inputError(`"${fieldPathText(path)}" of ${type.name} is not a number`, {
      where: `channel "${channel.name}", ros.field`,
      got: field.isComplex === true ? `a ${field.type}` : field.type,
      ...(field.isComplex === true
        ? {
            hint: didYouMean(
              "",
              fieldsOf(type, field.type).map((one) => one.name),
            ),
          }
        : {}),
    });
  }
  return [path];
}

const NUMERIC = new Set(
  "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float32 float64 byte char".split(" "),
);
