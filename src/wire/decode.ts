import { inputError } from "../core/errors.ts";
import { NdArray } from "./ndarray.ts";
import { decodeNpy } from "./npy.ts";
import type { ArrayForm, WireMap, WireValue } from "./value.ts";

const MOST_DEPTH = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true });

export interface Decoded {
  readonly value: WireValue;
  /** How its arrays were wrapped; undefined where there is none. */
  readonly arrays: ArrayForm | undefined;
}

/**
 * Reads one msgpack value, arrays of all forms included. The message may come from anyone: no length is believed that
 * the bytes that follow cannot bear out, nesting has an end, and an array is numbers or refused. Arrays and binary
 * values are views of the message.
 * @throws SimgateError `input`
 */
export function decode(message: Uint8Array): Decoded {
  const reader = new Reader(message);
  const value = reader.value(0);
  if (reader.left > 0) throw broken(`${reader.left} bytes behind its end`);
  return { value, arrays: reader.arrays };
}

/** @throws SimgateError `input` unless it is a map. */
export function decodeMap(message: Uint8Array): {
  readonly value: WireMap;
  readonly arrays: ArrayForm | undefined;
} {
  const { value, arrays } = decode(message);
  if (!isMap(value)) throw broken(`${kindOf(value)} where a map belongs`);
  return { value, arrays };
}

export function isMap(value: WireValue | undefined): value is WireMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof NdArray)
  );
}

/** In words: `a map`, `an array [2, 3] of <f4`, `text "…"`. */
export function kindOf(value: WireValue | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (value instanceof NdArray) return `an array [${value.shape.join(", ")}] of ${value.dtype.name}`;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return `a map of ${Object.keys(value).slice(0, 8).join(", ") || "nothing"}`;
  return typeof value === "string" ? `text "${value.slice(0, 80)}"` : `${typeof value} ${value}`;
}

class Reader {
  arrays: ArrayForm | undefined;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // Not a Buffer: its slices are views, not copies.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  value(depth: number): WireValue {
    if (depth > MOST_DEPTH) throw broken(`more than ${MOST_DEPTH} levels`);
    const tag = this.#view.getUint8(this.#take(1));
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.#map(tag & 0x0f, depth);
    if (tag < 0xa0) return this.#list(tag & 0x0f, depth);
    if (tag < 0xc0) return this.#text(tag & 0x1f);
    if (tag >= 0xe0) return tag - 0x100;
    const view = this.#view;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#length(tag - 0xc4));
      case 0xca:
        return view.getFloat32(this.#take(4));
      case 0xcb:
        return view.getFloat64(this.#take(8));
      case 0xcc:
        return view.getUint8(this.#take(1));
      case 0xcd:
        return view.getUint16(this.#take(2));
      case 0xce:
        return view.getUint32(this.#take(4));
      case 0xcf:
        return asNumber(view.getBigUint64(this.#take(8)));
      case 0xd0:
        return view.getInt8(this.#take(1));
      case 0xd1:
        return view.getInt16(this.#take(2));
      case 0xd2:
        return view.getInt32(this.#take(4));
      case 0xd3:
        return asNumber(view.getBigInt64(this.#take(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(tag - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#list(this.#length(tag - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(tag - 0xdd), depth);
      default:
        throw broken(`byte 0x${tag.toString(16)}, an extension type that none of these protocols uses`);
    }
  }

  /** A length of 8, 16 or 32 bits. */
  #length(size: number): number {
    if (size === 0) return this.#view.getUint8(this.#take(1));
    return size === 1 ? this.#view.getUint16(this.#take(2)) : this.#view.getUint32(this.#take(4));
  }

  #list(length: number, depth: number): WireValue[] {
    this.#expect(length);
    const list: WireValue[] = [];
    for (let i = 0; i < length; i++) list.push(this.value(depth + 1));
    return list;
  }

  #map(length: number, depth: number): WireValue {
    this.#expect(2 * length);
    // Without a prototype, so that a key like __proto__ is a key like any other.
    const map = Object.create(null) as Record<string, WireValue>;
    let byteKeys = 0;
    for (let i = 0; i < length; i++) {
      const key = this.value(depth + 1);
      if (key instanceof Uint8Array) byteKeys++;
      map[keyText(key)] = this.value(depth + 1);
    }
    return this.#unwrap(map, byteKeys === length ? "bin" : "string");
  }

  /** The map itself, unless it stands for an array or a numpy scalar. */
  #unwrap(map: Record<string, WireValue>, keys: "bin" | "string"): WireValue {
    if (map["__ndarray__"] === true) {
      this.arrays = keys;
      const { data, dtype, shape } = map;
      if (!(data instanceof Uint8Array) || typeof dtype !== "string" || !isShape(shape))
        throw broken(`an array with ${kindOf(data)}, dtype ${kindOf(dtype)}, shape ${kindOf(shape)}`);
      return new NdArray(dtype, shape, data);
    }
    if (map["__npgeneric__"] === true) return map["data"] ?? null;
    if (map["__ndarray_class__"] === true) {
      this.arrays = "npy";
      const file = map["as_npy"];
      if (!(file instanceof Uint8Array)) throw broken(`an array in .npy form with ${kindOf(file)}`);
      return decodeNpy(file);
    }
    return map;
  }

  #text(length: number): string {
    try {
      return utf8.decode(this.#binary(length));
    } catch (cause) {
      if (cause instanceof TypeError) throw broken("text that is not UTF-8");
      throw cause;
    }
  }

  #binary(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** @returns where the next `bytes` begin */
  #take(bytes: number): number {
    this.#expect(bytes);
    const at = this.#at;
    this.#at += bytes;
    return at;
  }

  #expect(bytes: number): void {
    if (bytes > this.left) throw broken(`an end ${bytes - this.left} or more bytes too early`);
  }
}

function isShape(value: WireValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((length) => typeof length === "number");
}

function keyText(key: WireValue): string {
  if (typeof key === "string") return key;
  if (!(key instanceof Uint8Array)) throw broken(`${kindOf(key)} as the key of a map`);
  try {
    return utf8.decode(key);
  } catch {
    throw broken("a key that is not UTF-8");
  }
}

function asNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function broken(got: string): Error {
  return inputError("a message cannot be read", {
    expected: "one value in msgpack: numbers, text, bytes, lists, maps with text keys, arrays of numbers",
    got,
  });
}
