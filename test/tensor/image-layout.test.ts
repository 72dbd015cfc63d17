import { describe, expect, it } from "vitest";
import { ImageLayout } from "../../src/tensor/image-layout.ts";

const [height, width] = [2, 3] as const;
const scenario = { name: "any", images: [{ name: "front", size: [height, width] }] };
const layoutOf = (layout: "nchw" | "nhwc") =>
  ImageLayout.of(
    {} as never,
    ["image"],
    { channel: "front", range: [-1, 1], layout },
    // Of an image, its name and size are enough.
    scenario as never,
  );
const PICTURE = Uint8Array.from({ length: 3 * height * width }, (_, i) => (37 * i) % 256);

describe.each([
  ["nchw", (row: number, column: number, colour: number) => (colour * height + row) * width + column],
  ["nhwc", (row: number, column: number, colour: number) => (row * width + column) * 3 + colour],
] as const)("a picture in a tensor laid out as %s", (name, placeOf) => {
  const layout = layoutOf(name);

  it("has each colour of each pixel where the layout says, black as −1 and full brightness as 1", () => {
    const tensor = new Float32Array(5 + layout.size);
    layout.write(PICTURE, tensor, 5);
    PICTURE.forEach((byte, i) => {
      const [row, column] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
      expect(tensor[5 + placeOf(row, column, i % 3)]).toBeCloseTo(byte / 127.5 - 1, 6);
    });
  });

  it("comes back byte for byte, as the nearest, and what is beyond the range as its ends", () => {
    const tensor = new Float64Array(layout.size);
    layout.write(PICTURE, tensor, 0);
    const back = new Uint8Array(2 * layout.size);
    expect(layout.read(tensor, 0, back, layout.size)).toBe(true);
    expect(back.subarray(layout.size)).toEqual(PICTURE);

    const near = tensor.map((value, i) => value + (i % 2 === 0 ? 0.49 : -0.49) / 127.5);
    expect(layout.read(near, 0, back, 0)).toBe(true);
    expect(back.subarray(0, layout.size)).toEqual(PICTURE);

    expect(layout.read(tensor.fill(-3).fill(7, 2), 0, back, 0)).toBe(true);
    expect([...back].filter((byte, i) => i < layout.size && byte === 255)).toHaveLength(layout.size - 2);
  });

  it.each([NaN, Infinity, -Infinity])("is none if one value is %d", (broken) => {
    const tensor = new Float32Array(layout.size);
    tensor[7] = broken;
    expect(layout.read(tensor, 0, new Uint8Array(layout.size), 0)).toBe(false);
  });
});
