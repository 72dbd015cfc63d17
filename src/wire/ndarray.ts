import { inputError } from "../core/errors.ts";
import { type Dtype, parseDtype, readValue, writeValue } from "./dtype.ts";

const HOST_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const MOST_DIMENSIONS = 32;

type TypedArrayType =
  | typeof Float64Array
  | typeof Float32Array
  | typeof Int8Array
  | typeof Int16Array
  | typeof Int32Array
  | typeof Uint8Array
  | typeof Uint16Array
  | typeof Uint32Array;

/** Layouts this machine reads and writes as they are; all others go value by value. */
const NATIVE: Readonly<Record<string, TypedArrayType>> = {
  f8: Float64Array,
  f4: Float32Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
};

/** An array as it travels: its bytes in C order, what they are, and their shape. The bytes may be a view of a message. */
export class NdArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  /** Number of values. */
  readonly size: number;

  /** @throws SimgateError `input` unless the bytes are as many as dtype and shape say. */
  constructor(dtype: string, shape: readonly number[], data: Uint8Array) {
    this.dtype = parseDtype(dtype);
    this.shape = shape;
    this.data = data;
    this.size = sizeOf(shape);
    if (this.size * this.dtype.bytes !== data.byteLength) {
      throw inputError("an array has another number of bytes than its shape and dtype say", {
        expected: `${this.size * this.dtype.bytes} bytes for ${describeShape(shape)} of ${dtype}`,
        got: `${data.byteLength} bytes`,
      });
    }
  }

  /** These values, converted: integers are rounded and kept within the type's range. */
  static from(dtype: string, shape: readonly number[], values: ArrayLike<number>): NdArray {
    const type = parseDtype(dtype);
    const data = new Uint8Array(values.length * type.bytes);
    const Native = nativeType(type);
    if (Native !== undefined && type.kind === "f") {
      new Native(data.buffer).set(values);
    } else if (type.name === "|u1" || type.name === "u1") {
      new Uint8ClampedArray(data.buffer).set(values);
    } else {
      const view = new DataView(data.buffer);
      for (let i = 0; i < values.length; i++) writeValue(type, view, i * type.bytes, values[i]!);
    }
    return new NdArray(dtype, shape, data);
  }

  toFloat64(): Float64Array {
    const { dtype, data, size } = this;
    const Native = nativeType(dtype);
    if (Native !== undefined) {
      const aligned = data.byteOffset % dtype.bytes === 0 ? data : new Uint8Array(data);
      return new Float64Array(new Native(aligned.buffer as ArrayBuffer, aligned.byteOffset, size));
    }
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return Float64Array.from({ length: size }, (_, i) => readValue(dtype, view, i * dtype.bytes));
  }
}

/** `[2, 3]`, `a scalar`. */
export function describeShape(shape: readonly number[]): string {
  return shape.length === 0 ? "a scalar" : `[${shape.join(", ")}]`;
}

function nativeType({ kind, bytes, littleEndian }: Dtype): TypedArrayType | undefined {
  if (bytes > 1 && littleEndian !== HOST_IS_LITTLE) return undefined;
  return NATIVE[`${kind}${bytes}`];
}

function sizeOf(shape: readonly number[]): number {
  const size = shape.reduce((product, length) => product * length, 1);
  const bad = shape.some((length) => !Number.isSafeInteger(length) || length < 0);
  if (bad || shape.length > MOST_DIMENSIONS || !Number.isSafeInteger(size)) {
    throw inputError("an array has no possible shape", {
      expected: `at most ${MOST_DIMENSIONS} lengths, whole and 0 or more`,
      got: describeShape(shape).slice(0, 200),
    });
  }
  return size;
}
