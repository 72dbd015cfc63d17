import { unit as mathUnit } from "./mathjs.ts";
import { inputError } from "./errors.ts";

/**
 * Exponents of mass, length, time, current, temperature, luminous intensity, amount, angle and information: the nine
 * base dimensions of mathjs, in which the radian is a dimension of its own.
 */
export type Dimension = readonly number[];

export interface Unit {
  readonly text: string;
  readonly dimension: Dimension;
  /** One of this unit in coherent SI units: 0.0174… for `deg`, 1000 for `km`. */
  readonly factor: number;
}

const BASE_UNITS = ["kg", "m", "s", "A", "K", "cd", "mol", "rad", "bit"];
const TIME = 2;
const ANGLE = 7;

/** The dimension of a pure number. */
export const PURE: Dimension = [0, 0, 0, 0, 0, 0, 0, 0, 0];
export const RADIAN: Dimension = [0, 0, 0, 0, 0, 0, 0, 1, 0];
export const SECOND: Dimension = [0, 0, 1, 0, 0, 0, 0, 0, 0];

/** Reads a unit as mathjs writes it (`N m`, `rad/s`); `1` is the unit of a pure number. */
export function parseUnit(text: string, where?: string): Unit {
  const trimmed = text.trim();
  if (trimmed === "1") return { text: "1", dimension: PURE, factor: 1 };
  try {
    const one = mathUnit(1, trimmed) as unknown as MathUnit;
    if (one.units.some(({ unit }) => unit.offset !== 0))
      throw new Error(`"${trimmed}" has an offset: write K`);
    return { text: trimmed, dimension: canonical(one.dimensions), factor: one.value };
  } catch (cause) {
    throw inputError(`"${text}" is not a unit`, {
      ...(where === undefined ? {} : { where }),
      expected: 'a unit as in "m", "rad/s", "N m" (a space between factors), "1" for a pure number',
      got: JSON.stringify(text),
      cause,
    });
  }
}

/** A channel's or parameter's unit: coherent SI only, because values are stored and compared without conversion. */
export function parseSiUnit(text: string, where?: string): Unit {
  const unit = parseUnit(text, where);
  if (Math.abs(unit.factor - 1) > 1e-12) {
    const si = dimensionText(unit.dimension);
    throw inputError(`unit "${text}" is not a coherent SI unit`, {
      ...(where === undefined ? {} : { where }),
      expected: `"${si}"`,
      got: `"${text}" (1 ${text} = ${unit.factor} ${si})`,
      hint: `write "${si}" and convert the values`,
    });
  }
  return unit;
}

/** The dimension of a declared unit; undefined if the unit itself is wrong, which its declaration reports. */
export function knownDimension(text: string): Dimension | undefined {
  try {
    return parseUnit(text).dimension;
  } catch {
    return undefined;
  }
}

/** Whether mathjs knows this word as a unit. */
export function isUnitName(name: string): boolean {
  try {
    mathUnit(1, name);
    return /^[A-Za-z]+$/.test(name);
  } catch {
    return false;
  }
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.every((exponent, i) => Math.abs(exponent - b[i]!) < 1e-9);
}

export function multiplied(a: Dimension, b: Dimension): Dimension {
  return canonical(a.map((exponent, i) => exponent + b[i]!));
}

export function divided(a: Dimension, b: Dimension): Dimension {
  return canonical(a.map((exponent, i) => exponent - b[i]!));
}

export function raised(a: Dimension, power: number): Dimension {
  return canonical(a.map((exponent) => exponent * power));
}

/** The dimension in coherent SI units: `rad/s`, `kg m^2/s^2`, `1`. */
export function dimensionText(dimension: Dimension): string {
  const above: string[] = [];
  const below: string[] = [];
  dimension.forEach((exponent, i) => {
    if (Math.abs(exponent) < 1e-9) return;
    const size = Math.abs(exponent);
    (exponent > 0 ? above : below).push(size === 1 ? BASE_UNITS[i]! : `${BASE_UNITS[i]!}^${size}`);
  });
  const numerator = above.length === 0 ? "1" : above.join(" ");
  if (below.length === 0) return numerator;
  return `${numerator}/${below.length === 1 ? below[0]! : `(${below.join(" ")})`}`;
}

/**
 * Radians count only in angles, angular rates and their like. Beside any other dimension than time they are dropped,
 * as SI does: the arc r θ is a length, stiffness × angle a torque, ½ I ω² an energy.
 */
function canonical(dimension: Dimension): Dimension {
  const besideOthers = dimension.some(
    (exponent, i) => i !== TIME && i !== ANGLE && Math.abs(exponent) > 1e-9,
  );
  return besideOthers && dimension[ANGLE] !== 0
    ? dimension.map((e, i) => (i === ANGLE ? 0 : e))
    : [...dimension];
}

/** What mathjs's Unit carries beyond its published type. */
interface MathUnit {
  readonly value: number;
  readonly dimensions: readonly number[];
  readonly units: readonly { readonly unit: { readonly offset: number } }[];
}
