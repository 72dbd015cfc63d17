import { inputError } from "../core/errors.ts";
import { NdArray } from "./ndarray.ts";
import { encodeNpy } from "./npy.ts";
import type { ArrayForm, WireMap, WireValue } from "./value.ts";

const text = new TextEncoder();
const FIRST_BYTES = 4096;
const MOST_DEPTH = 64;

/**
 * A value in msgpack, in the shortest form of each number and length, as Python's msgpack writes it. Our own writer,
 * because the ready ones have no maps with keys of bytes, which openpi's arrays are.
 */
export function encode(value: WireValue, { arrays }: { arrays: ArrayForm }): Uint8Array {
  const writer = new Writer(arrays);
  writer.value(value, 0);
  return writer.bytes();
}

class Writer {
  readonly #arrays: ArrayForm;
  #buffer = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;

  constructor(arrays: ArrayForm) {
    this.#arrays = arrays;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  value(value: WireValue, depth: number): void {
    if (depth > MOST_DEPTH) throw inputError(`a message nests more than ${MOST_DEPTH} deep`);
    if (value === null) this.#byte(0xc0);
    else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "bigint") this.#integer(value);
    else if (typeof value === "string") this.#text(value);
    else if (value instanceof Uint8Array) this.#binary(value);
    else if (value instanceof NdArray) this.#array(value, depth);
    else if (isList(value)) {
      this.#head(value.length, 0x90, 15, undefined, 0xdc, 0xdd);
      for (const item of value) this.value(item, depth + 1);
    } else this.#map(value, depth);
  }

  #map(map: WireMap, depth: number): void {
    const entries = Object.entries(map);
    this.#head(entries.length, 0x80, 15, undefined, 0xde, 0xdf);
    for (const [key, item] of entries) {
      this.#text(key);
      this.value(item, depth + 1);
    }
  }

  #array(array: NdArray, depth: number): void {
    if (this.#arrays === "npy") {
      this.#map({ __ndarray_class__: true, as_npy: encodeNpy(array) }, depth);
      return;
    }
    const fields = { __ndarray__: true, data: array.data, dtype: array.dtype.name, shape: array.shape };
    this.#head(4, 0x80, 15, undefined, 0xde, 0xdf);
    for (const [key, item] of Object.entries(fields)) {
      if (this.#arrays === "bin") this.#binary(text.encode(key));
      else this.#text(key);
      this.value(item, depth + 1);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#integer(value);
      return;
    }
    this.#reserve(9);
    this.#view.setUint8(this.#at, 0xcb);
    this.#view.setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  #integer(value: number | bigint): void {
    this.#reserve(9);
    const [view, at] = [this.#view, this.#at];
    const tagged = (tag: number, bytes: number): void => {
      view.setUint8(at, tag);
      this.#at += 1 + bytes;
    };
    if (value >= 0 ? value < 0x80 : value >= -0x20) {
      view.setInt8(at, Number(value));
      this.#at++;
    } else if (value >= 0 && value <= 0xff) {
      tagged(0xcc, 1);
      view.setUint8(at + 1, Number(value));
    } else if (value >= 0 && value <= 0xffff) {
      tagged(0xcd, 2);
      view.setUint16(at + 1, Number(value));
    } else if (value >= 0 && value <= 0xffff_ffff) {
      tagged(0xce, 4);
      view.setUint32(at + 1, Number(value));
    } else if (value >= 0) {
      if (value > 0xffff_ffff_ffff_ffffn)
        throw inputError("an integer needs more than 64 bits", { got: `${value}` });
      tagged(0xcf, 8);
      view.setBigUint64(at + 1, BigInt(value));
    } else if (value >= -0x80) {
      tagged(0xd0, 1);
      view.setInt8(at + 1, Number(value));
    } else if (value >= -0x8000) {
      tagged(0xd1, 2);
      view.setInt16(at + 1, Number(value));
    } else if (value >= -0x8000_0000) {
      tagged(0xd2, 4);
      view.setInt32(at + 1, Number(value));
    } else {
      if (value < -0x8000_0000_0000_0000n)
        throw inputError("an integer needs more than 64 bits", { got: `${value}` });
      tagged(0xd3, 8);
      view.setBigInt64(at + 1, BigInt(value));
    }
  }

  #text(value: string): void {
    const bytes = text.encode(value);
    this.#head(bytes.length, 0xa0, 31, 0xd9, 0xda, 0xdb);
    this.#raw(bytes);
  }

  #binary(bytes: Uint8Array): void {
    this.#head(bytes.byteLength, 0, -1, 0xc4, 0xc5, 0xc6);
    this.#raw(bytes);
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.byteLength);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  /** A length: in the tag itself up to `most`, else behind a tag for 8 (where there is one), 16 or 32 bits. */
  #head(
    length: number,
    fix: number,
    most: number,
    tag8: number | undefined,
    tag16: number,
    tag32: number,
  ): void {
    this.#reserve(5);
    if (length <= most) {
      this.#byte(fix | length);
    } else if (tag8 !== undefined && length <= 0xff) {
      this.#byte(tag8);
      this.#byte(length);
    } else if (length <= 0xffff) {
      this.#byte(tag16);
      this.#view.setUint16(this.#at, length);
      this.#at += 2;
    } else {
      this.#byte(tag32);
      this.#view.setUint32(this.#at, length);
      this.#at += 4;
    }
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = byte;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed + FIRST_BYTES, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function isList(value: WireMap | readonly WireValue[]): value is readonly WireValue[] {
  return Array.isArray(value);
}
