import { inputError } from "../core/errors.ts";
import { bytesOf, type Images, type ImageSpec } from "../core/picture.ts";
import { kindOf } from "./decode.ts";
import { describeShape, NdArray } from "./ndarray.ts";
import type { WireValue } from "./value.ts";

/** What a picture is said to be made of: 0 … 255. */
export const PICTURE_DTYPE = "uint8";

/** `[height, width, 3]`: red, green, blue, row by row from the top left. */
export function pictureShape({ size: [height, width] }: ImageSpec): readonly [number, number, number] {
  return [height, width, 3];
}

/** The pictures of these lanes as arrays `[lanes, height, width, 3]` of bytes, copied. */
export function pictureArrays(
  specs: readonly ImageSpec[],
  images: Images,
  from: number,
  to: number,
): Record<string, NdArray> {
  return Object.fromEntries(
    specs.map((spec) => {
      const size = bytesOf(spec);
      const bytes = images[spec.name]!.slice(from * size, to * size);
      return [spec.name, new NdArray("|u1", [to - from, ...pictureShape(spec)], bytes)];
    }),
  );
}

/**
 * The bytes of the pictures of so many lanes.
 * @param lead lengths of axes between the lanes and the picture's own
 * @throws SimgateError `input` that says which array was expected and which came.
 */
export function picturesFrom(
  answer: Readonly<Record<string, unknown>>,
  specs: readonly ImageSpec[],
  lanes: number,
  lead: readonly number[] = [],
): Images {
  return Object.fromEntries(
    specs.map((spec) => {
      const value = answer[spec.name] as WireValue | undefined;
      const expected = [lanes, ...lead, ...pictureShape(spec)];
      const fits =
        value instanceof NdArray &&
        value.dtype.kind === "u" &&
        value.dtype.bytes === 1 &&
        value.shape.length === expected.length &&
        value.shape.every((length, i) => length === expected[i]);
      if (fits) return [spec.name, value.data];
      throw inputError(`picture "${spec.name}" is not as declared`, {
        expected: `an array ${describeShape(expected)} of ${PICTURE_DTYPE}: lanes first, 0 … 255`,
        got: kindOf(value),
      });
    }),
  );
}
