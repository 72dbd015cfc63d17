import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/wire/decode.ts";
import { encode } from "../../src/wire/encode.ts";
import { NdArray } from "../../src/wire/ndarray.ts";
import type { ArrayForm, WireMap, WireValue } from "../../src/wire/value.ts";

/** Written by fixtures/golden.py with Python's msgpack and numpy. */
interface Golden {
  readonly arrays: readonly {
    readonly form: ArrayForm;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly values: readonly string[];
    readonly hex: string;
  }[];
  readonly plain: readonly { readonly json: string; readonly hex: string }[];
  readonly scalars: readonly { readonly value: number | boolean; readonly hex: string }[];
}

const golden = JSON.parse(
  await readFile(join(import.meta.dirname, "fixtures/golden.json"), "utf8"),
) as Golden;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Buffer.from(text, "hex");
const number = (text: string): number =>
  text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);

describe("the codec and Python's msgpack and numpy", () => {
  it("agree on openpi's answer byte for byte", () => {
    const actions = NdArray.from("<f4", [2, 2], [1, 2, 3, 4.5]);
    expect(hex(encode({ actions }, { arrays: "bin" }))).toBe(
      "81a7616374696f6e7384c40b5f5f6e6461727261795f5fc3c40464617461c4100000803f000000400000404000009040c4056474797065a33c6634c4057368617065920202",
    );
  });

  it("agree on arrays of every dtype in every form, both ways", () => {
    for (const { form, dtype, shape, values, hex: message } of golden.arrays) {
      const where = `${form} ${dtype} [${shape.join(", ")}]`;
      const { value, arrays } = decode(bytes(message));
      expect(arrays, where).toBe(form);
      const array = (value as WireMap)["x"] as NdArray;
      expect(array.dtype.name, where).toBe(dtype);
      expect(array.shape, where).toEqual(shape);
      expect([...array.toFloat64()], where).toEqual(values.map(number));
      const ours = NdArray.from(dtype, shape, values.map(number));
      expect(hex(encode({ x: ours }, { arrays: form })), where).toBe(message);
    }
  });

  it("agree on numbers, text, lists and maps, each in its shortest form", () => {
    for (const { json, hex: message } of golden.plain) {
      const value = decode(bytes(message)).value;
      if (typeof value === "bigint") expect(`${value}`).toBe(json);
      else expect(JSON.parse(JSON.stringify(value)), json).toEqual(JSON.parse(json));
      expect(hex(encode(value, { arrays: "bin" })), json.slice(0, 40)).toBe(message);
    }
  });

  it("reads numpy scalars as the numbers they are", () => {
    for (const { value, hex: message } of golden.scalars) {
      expect((decode(bytes(message)).value as WireMap)["x"]).toBe(value);
    }
  });
});

describe("arrays", () => {
  it("round and clamp what an integer type cannot hold, as an image needs", () => {
    expect([...NdArray.from("|u1", [4], [-3, 1.6, 254.4, 300]).toFloat64()]).toEqual([0, 2, 254, 255]);
    expect([...NdArray.from("<i2", [2], [-1e9, 40_000]).toFloat64()]).toEqual([-32_768, 32_767]);
    expect(() => NdArray.from("<i4", [1], [NaN])).toThrow(/not a number/);
  });

  it("round half precision to the nearest value, ties to the even one", () => {
    // 2049 lies between 2048 and 2050; 2051 between 2050 and 2052. 65519 is the largest that is not infinite.
    const values = [2049, 2051, 65_519, 65_520, 2 ** -25, 2 ** -24, -0];
    expect([...NdArray.from("<f2", [7], values).toFloat64()]).toEqual([
      2048,
      2052,
      65_504,
      Infinity,
      0,
      2 ** -24,
      -0,
    ]);
  });
});

describe("a hostile message", () => {
  const refused: readonly (readonly [what: string, message: string, why: RegExp])[] = [
    ["nothing at all", "", /too early/],
    ["a list of four thousand million, of which none comes", "ddffffffff", /too early/],
    ["a map of as many", "dfffffffff", /too early/],
    ["text longer than the message", "dbffffffff41", /too early/],
    ["bytes longer than the message", "c6ffffffff00", /too early/],
    ["nested without end", "91".repeat(100_000) + "c0", /more than 64 levels/],
    ["an extension type", "d40100", /extension type/],
    ["a number as a key", "810102", /as the key of a map/],
    ["text that is not UTF-8", "a2c328", /UTF-8/],
    ["bytes behind its end", "c0c0", /behind its end/],
  ];
  for (const [what, message, why] of refused) {
    it(`is refused: ${what}`, () => {
      expect(() => decode(bytes(message))).toThrow(why);
    });
  }

  const array = (fields: Record<string, WireValue>): Uint8Array =>
    encode({ x: { __ndarray__: true, ...fields } }, { arrays: "string" });
  const four = new Uint8Array(4);
  it("is refused: arrays that are not what they say, or would need more than numbers", () => {
    const cases: readonly (readonly [Record<string, WireValue>, RegExp])[] = [
      [{ data: four, dtype: "<f4", shape: [2] }, /8 bytes for \[2\] of <f4/],
      [{ data: four, dtype: "<f4", shape: [-1] }, /no possible shape/],
      [{ data: four, dtype: "<f4", shape: [2 ** 40, 2 ** 40] }, /no possible shape/],
      [{ data: four, dtype: "<f4", shape: new Array<number>(40).fill(1) }, /no possible shape/],
      [{ data: four, dtype: "|O", shape: [1] }, /no plain number/],
      [{ data: four, dtype: "<c8", shape: [1] }, /no plain number/],
      [{ data: four, dtype: "<U1", shape: [1] }, /no plain number/],
      [{ data: "text", dtype: "<f4", shape: [1] }, /cannot be read/],
      [{ dtype: "<f4" }, /cannot be read/],
    ];
    for (const [fields, why] of cases) expect(() => decode(array(fields))).toThrow(why);
  });

  it("is refused: a pickled .npy file, and one in Fortran order", () => {
    const npy = (header: string): Uint8Array => {
      const text = Buffer.from(`${header}\n`, "latin1");
      return Buffer.concat([
        Buffer.from([0x93]),
        Buffer.from("NUMPY"),
        Buffer.from([1, 0, text.length, 0]),
        text,
        four,
      ]);
    };
    const message = (header: string): Uint8Array =>
      encode({ x: { __ndarray_class__: true, as_npy: npy(header) } }, { arrays: "npy" });
    expect(() => decode(message("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"))).toThrow(
      /no plain number/,
    );
    expect(() => decode(message("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }"))).toThrow(
      /Fortran/,
    );
  });

  it("cannot reach the prototype of anything", () => {
    const { value } = decode(
      encode(JSON.parse('{"__proto__": {"polluted": true}}') as WireMap, { arrays: "bin" }),
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.keys(value as WireMap)).toEqual(["__proto__"]);
  });

  it("never does anything but throw a clear error, whatever the bytes", () => {
    const whole = encode(
      { a: [1, "two", { three: 3.5 }], b: NdArray.from("<f4", [2, 2], [1, 2, 3, 4]), c: four },
      { arrays: "bin" },
    );
    for (let seed = 0; seed < 3000; seed++) {
      const message = whole.slice(0, 1 + ((seed * 7919) % whole.length));
      for (let k = 0; k < 3; k++)
        message[(seed * (31 + k)) % message.length] = (seed * 2654435761 + k * 97) & 0xff;
      try {
        decode(message);
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: "SimgateError", code: "input" });
      }
    }
  });
});
