import { fieldsOf, type MessageField, type MessageType } from "./message-type.ts";

/** Where the numbers of a field lie in an encoded message. */
export interface CdrField {
  /** Of the first value, from the start of the buffer. */
  readonly offset: number;
  /** `float64`, `uint32`, …; `time` is int32 seconds and uint32 nanoseconds. */
  readonly type: string;
  /** 1 unless the field is an array. */
  readonly count: number;
}

export interface CdrMessage {
  readonly bytes: Uint8Array;
  /** By path with positions only: `position`, `twist.linear.x`, `points[0].positions`. */
  readonly fields: ReadonlyMap<string, CdrField>;
}

/** Bytes of a primitive; a CDR value is aligned to its own size, counted from the end of the 4-byte header. */
export const PRIMITIVE_SIZE: Readonly<Record<string, number>> = {
  bool: 1,
  byte: 1,
  char: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
  time: 8,
  duration: 8,
};

/**
 * Encodes a message as little-endian XCDR1 (what ROS 2 sends and rosbag2 stores) and says where its numbers lie, so
 * that the next message of the same form needs only these overwritten. Missing fields are zero, empty or their default.
 */
export function encodeCdr(type: MessageType, message: Readonly<Record<string, unknown>>): CdrMessage {
  const encoder = new Encoder(type);
  encoder.structure(fieldsOf(type), message, "");
  return encoder.finish();
}

/** Writes one number at a place that {@link encodeCdr} gave. Integers are rounded. */
export function putNumber(view: DataView, offset: number, type: string, value: number): void {
  switch (type) {
    case "float64":
      return view.setFloat64(offset, value, true);
    case "float32":
      return view.setFloat32(offset, value, true);
    case "bool":
      return view.setUint8(offset, value === 0 ? 0 : 1);
    case "int8":
      return view.setInt8(offset, Math.round(value));
    case "byte":
    case "char":
    case "uint8":
      return view.setUint8(offset, Math.round(value));
    case "int16":
      return view.setInt16(offset, Math.round(value), true);
    case "uint16":
      return view.setUint16(offset, Math.round(value), true);
    case "int32":
      return view.setInt32(offset, Math.round(value), true);
    case "uint32":
      return view.setUint32(offset, Math.round(value), true);
    case "int64":
      return view.setBigInt64(offset, BigInt(Math.round(value)), true);
    case "uint64":
      return view.setBigUint64(offset, BigInt(Math.round(value)), true);
    default:
      throw new TypeError(`${type} is not a number in CDR`);
  }
}

const HEADER_BYTES = 4;

class Encoder {
  readonly #type: MessageType;
  readonly #fields = new Map<string, CdrField>();
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = HEADER_BYTES;

  constructor(type: MessageType) {
    this.#type = type;
    this.#bytes[1] = 1; // little-endian plain CDR
  }

  finish(): CdrMessage {
    return { bytes: this.#bytes.slice(0, this.#length), fields: this.#fields };
  }

  structure(fields: readonly MessageField[], message: unknown, prefix: string): void {
    // An empty structure carries one byte, as the ROS 2 middleware does.
    if (fields.length === 0) this.#reserve(1, 1);
    for (const field of fields) {
      const value = (message as Record<string, unknown> | undefined)?.[field.name] ?? field.defaultValue;
      this.#field(field, value, `${prefix}${field.name}`);
    }
  }

  #field(field: MessageField, value: unknown, path: string): void {
    if (field.isArray !== true) {
      this.#one(field, value, path);
      return;
    }
    const items = (value ?? []) as ArrayLike<unknown>;
    const count = field.arrayLength ?? items.length;
    if (field.arrayLength === undefined) this.#count(count);
    if (field.isComplex === true || field.type === "string") {
      for (let i = 0; i < count; i++) this.#one(field, items[i], `${path}[${i}]`);
      return;
    }
    const size = PRIMITIVE_SIZE[field.type] ?? 1;
    // An empty sequence has no element to align.
    const offset =
      count === 0 ? this.#length : this.#reserve(count * size, Math.min(size, alignment(field.type)));
    this.#fields.set(path, { offset, type: field.type, count });
    for (let i = 0; i < count; i++) this.#put(offset + i * size, field.type, items[i]);
  }

  #one(field: MessageField, value: unknown, path: string): void {
    if (field.isComplex === true) {
      this.structure(fieldsOf(this.#type, field.type), value, `${path}.`);
    } else if (field.type === "string") {
      const text = new TextEncoder().encode(typeof value === "string" ? value : "");
      this.#count(text.length + 1);
      const offset = this.#reserve(text.length + 1, 1);
      this.#bytes.set(text, offset);
    } else {
      const offset = this.#reserve(PRIMITIVE_SIZE[field.type] ?? 1, alignment(field.type));
      this.#fields.set(path, { offset, type: field.type, count: 1 });
      this.#put(offset, field.type, value);
    }
  }

  /** The place first: making room may replace the view. */
  #count(count: number): void {
    const offset = this.#reserve(4, 4);
    this.#view.setUint32(offset, count, true);
  }

  #put(offset: number, type: string, value: unknown): void {
    if (type === "time" || type === "duration") {
      const { sec = 0, nanosec = 0 } = (value ?? {}) as { sec?: number; nanosec?: number };
      this.#view.setInt32(offset, sec, true);
      this.#view.setUint32(offset + 4, nanosec, true);
    } else if (value !== undefined) {
      putNumber(this.#view, offset, type, Number(value));
    }
  }

  /** Room for `size` bytes at the next aligned place; padding is zero. */
  #reserve(size: number, align: number): number {
    const body = this.#length - HEADER_BYTES;
    const offset = HEADER_BYTES + Math.ceil(body / align) * align;
    this.#length = offset + size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return offset;
  }
}

function alignment(type: string): number {
  return type === "time" || type === "duration" ? 4 : (PRIMITIVE_SIZE[type] ?? 1);
}
