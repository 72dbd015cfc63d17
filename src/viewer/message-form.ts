import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { inputError } from "../core/errors.ts";
import { type CdrField, encodeCdr } from "../record/cdr.ts";
import { type FieldStep, fieldPathText, NAME_FIELDS } from "../record/field-path.ts";
import { yawOf } from "../record/field-reader.ts";
import type { MessageType } from "../record/message-type.ts";

export type DecodedMessage = Readonly<Record<string, unknown>>;

/** A number in an encoded message. */
export interface Slot {
  readonly offset: number;
  /** `yaw`: an angle, as a quaternion. */
  readonly type: string;
}

/**
 * The form of a message: what all messages of the same lengths and texts have in common. Most topics never change it,
 * so that one message is decoded in full and of all others only the numbers are read, where they lie.
 */
export class MessageForm {
  readonly message: DecodedMessage;
  readonly fields: ReadonlyMap<string, CdrField>;
  readonly #bytes: Uint8Array;
  /** Stretches that hold no number: lengths, texts, padding. */
  readonly #fixed: readonly (readonly [from: number, to: number])[];

  constructor(message: DecodedMessage, fields: ReadonlyMap<string, CdrField>, bytes: Uint8Array) {
    this.message = message;
    this.fields = fields;
    this.#bytes = bytes.slice();
    this.#fixed = stretchesBetween([...fields.values()], bytes.length);
  }

  fits(bytes: Uint8Array): boolean {
    const mine = this.#bytes;
    if (bytes.length !== mine.length) return false;
    for (const [from, to] of this.#fixed) {
      for (let i = from; i < to; i++) if (bytes[i] !== mine[i]) return false;
    }
    return true;
  }

  /** Where the number of a path lies; elements selected by name are looked up in this message. */
  slot(path: readonly FieldStep[]): Slot | undefined {
    const text = fieldPathText(this.#settle(path));
    const whole = this.fields.get(text);
    if (whole !== undefined) return whole.count === 0 ? undefined : whole;
    const [x, w] = [this.fields.get(`${text}.x`), this.fields.get(`${text}.w`)];
    if (x !== undefined && w !== undefined) return { offset: x.offset, type: "yaw" };
    const [, array = "", index = ""] = /^(.*)\[(\d+)\]$/.exec(text) ?? [];
    const field = this.fields.get(array);
    if (field === undefined || Number(index) >= field.count) return undefined;
    return { offset: field.offset + Number(index) * (NUMBER_BYTES[field.type] ?? 1), type: field.type };
  }

  #settle(path: readonly FieldStep[]): readonly FieldStep[] {
    let node: unknown = this.message;
    return path.map((step) => {
      const { name, index } = step;
      const here = node as DecodedMessage | undefined;
      const names = typeof index === "string" ? (namesIn(here) ?? namesIn(this.message) ?? []) : [];
      const position = typeof index === "string" ? names.indexOf(index) : index;
      const value = here?.[name] as ArrayLike<unknown> | undefined;
      node = position === undefined ? value : value?.[position];
      return position === undefined ? { name } : { name, index: position };
    });
  }
}

/** Reads the form of the messages of one topic. */
export class FormReader {
  readonly type: MessageType;
  readonly #reader: MessageReader<DecodedMessage>;
  #form: MessageForm | undefined;

  constructor(type: MessageType) {
    this.type = type;
    this.#reader = new MessageReader<DecodedMessage>(type.parsed);
  }

  /** The same object as long as the form stays. @throws Error for a message that the definition does not fit. */
  formOf(bytes: Uint8Array): MessageForm {
    if (this.#form?.fits(bytes) === true) return this.#form;
    if (bytes[1] !== PLAIN_LITTLE_ENDIAN) {
      throw inputError("only little-endian plain CDR can be shown", { got: `encoding ${bytes[1] ?? "?"}` });
    }
    const message = this.#reader.readMessage<DecodedMessage>(bytes);
    const { bytes: again, fields } = encodeCdr(this.type, message);
    // Some middleware pads the end of a message to four bytes.
    if (bytes.length < again.length || bytes.length > again.length + 3) {
      throw inputError("a message is longer or shorter than its definition says", {
        expected: `${again.length} bytes`,
        got: `${bytes.length}`,
      });
    }
    this.#form = new MessageForm(message, fields, bytes);
    return this.#form;
  }
}

/** @param view of the message the slot belongs to */
export function numberAt(view: DataView, { offset, type }: Slot): number {
  switch (type) {
    case "float64":
      return view.getFloat64(offset, true);
    case "float32":
      return view.getFloat32(offset, true);
    case "yaw": {
      const [x, y, z, w] = [0, 8, 16, 24].map((at) => view.getFloat64(offset + at, true));
      return yawOf({ x: x!, y: y!, z: z!, w: w! });
    }
    case "int8":
      return view.getInt8(offset);
    case "int16":
      return view.getInt16(offset, true);
    case "uint16":
      return view.getUint16(offset, true);
    case "int32":
      return view.getInt32(offset, true);
    case "uint32":
      return view.getUint32(offset, true);
    case "int64":
      return Number(view.getBigInt64(offset, true));
    case "uint64":
      return Number(view.getBigUint64(offset, true));
    default:
      return view.getUint8(offset);
  }
}

const PLAIN_LITTLE_ENDIAN = 1;

const NUMBER_BYTES: Readonly<Record<string, number>> = {
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

function stretchesBetween(fields: readonly CdrField[], length: number): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  // The first four bytes say how the rest is encoded.
  let at = 4;
  for (const { offset, type, count } of [...fields].sort((a, b) => a.offset - b.offset)) {
    if (offset > at) stretches.push([at, offset]);
    at = Math.max(
      at,
      offset + count * (type === "time" || type === "duration" ? 8 : (NUMBER_BYTES[type] ?? 1)),
    );
  }
  if (length > at) stretches.push([at, length]);
  return stretches;
}

/** How a message names the elements of its parallel arrays. */
export function namesIn(node: DecodedMessage | undefined): readonly string[] | undefined {
  for (const field of NAME_FIELDS) {
    const names = node?.[field];
    if (Array.isArray(names)) return names as string[];
  }
  return undefined;
}
