import { inputError } from "../core/errors.ts";

/** What the values of an array are, as numpy writes it: byte order, kind, bytes a value (`<f4`, `|u1`, `>i2`). */
export interface Dtype {
  readonly name: string;
  readonly kind: "f" | "i" | "u" | "b";
  readonly bytes: number;
  readonly littleEndian: boolean;
}

const PATTERN = /^([<>|=])?(?:(f)([248])|([iu])([1248])|(b)1|(\?))$/;
const cache = new Map<string, Dtype>();

/**
 * Numbers and booleans only: objects, records, text and complex numbers are refused, as numpy would need pickle or a
 * layout of its own for them.
 * @throws SimgateError `input`
 */
export function parseDtype(name: string): Dtype {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const match = PATTERN.exec(name);
  if (match === null) {
    throw inputError("an array has a dtype that is no plain number", {
      expected: "f2, f4, f8, i1 … i8, u1 … u8 or b1, with byte order < > = or |",
      got: name.slice(0, 40),
    });
  }
  const kind = (match[2] ?? match[4] ?? "b") as Dtype["kind"];
  const bytes = Number(match[3] ?? match[5] ?? 1);
  const dtype: Dtype = { name, kind, bytes, littleEndian: match[1] !== ">" };
  cache.set(name, dtype);
  return dtype;
}

/** Reads one value; 64-bit integers beyond 2^53 are rounded. */
export function readValue({ kind, bytes, littleEndian }: Dtype, view: DataView, at: number): number {
  switch (kind) {
    case "b":
      return view.getUint8(at) === 0 ? 0 : 1;
    case "f":
      if (bytes === 8) return view.getFloat64(at, littleEndian);
      if (bytes === 4) return view.getFloat32(at, littleEndian);
      return fromHalf(view.getUint16(at, littleEndian));
    case "i":
      if (bytes === 1) return view.getInt8(at);
      if (bytes === 2) return view.getInt16(at, littleEndian);
      if (bytes === 4) return view.getInt32(at, littleEndian);
      return Number(view.getBigInt64(at, littleEndian));
    case "u":
      if (bytes === 1) return view.getUint8(at);
      if (bytes === 2) return view.getUint16(at, littleEndian);
      if (bytes === 4) return view.getUint32(at, littleEndian);
      return Number(view.getBigUint64(at, littleEndian));
  }
}

/** Writes one value; integers are rounded to the nearest and kept within what the type can hold. */
export function writeValue(dtype: Dtype, view: DataView, at: number, value: number): void {
  const { kind, bytes, littleEndian } = dtype;
  if (kind === "f") {
    if (bytes === 8) view.setFloat64(at, value, littleEndian);
    else if (bytes === 4) view.setFloat32(at, value, littleEndian);
    else view.setUint16(at, toHalf(value), littleEndian);
    return;
  }
  if (kind === "b") {
    view.setUint8(at, value === 0 ? 0 : 1);
    return;
  }
  const whole = wholeWithin(dtype, value);
  if (bytes === 1) view.setUint8(at, whole);
  else if (bytes === 2) view.setUint16(at, whole, littleEndian);
  else if (bytes === 4) view.setUint32(at, whole, littleEndian);
  else view.setBigUint64(at, BigInt.asUintN(64, BigInt(whole)), littleEndian);
}

function wholeWithin({ kind, bytes }: Dtype, value: number): number {
  if (Number.isNaN(value))
    throw inputError("a value that is not a number has no place in an array of integers");
  const lower = kind === "u" ? 0 : -(2 ** (8 * bytes - 1));
  // The largest float64 below 2^63 or 2^64, where the bound itself is none.
  const upper = bytes === 8 ? 2 ** (kind === "u" ? 64 : 63) * (1 - 2 ** -53) : lower + 2 ** (8 * bytes) - 1;
  return Math.min(Math.max(Math.round(value), lower), upper);
}

/** IEEE 754 binary16 → number. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number → IEEE 754 binary16, rounded to nearest, ties to even. */
function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(size || 2 ** -24)), -14);
  // In units of the last place; 1024 and more carries into the exponent by itself.
  const units = roundTiesToEven(size / 2 ** (exponent - 10));
  return sign | (exponent === -14 && units < 1024 ? units : ((exponent + 14) << 10) + units);
}

function roundTiesToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
