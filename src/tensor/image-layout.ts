import { z } from "zod";
import { didYouMean } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { Scenario, ScenarioImage } from "../scenario/scenario.ts";
import type { ExpectedDim } from "./graph-check.ts";
import type { FloatArray } from "./session.ts";

/** The `image` of a card: which picture a model sees or makes, and how it is written in a tensor. */
export const imageSchema = z.strictObject({
  channel: z.string().describe("image channel of the scenario"),
  range: z
    .tuple([z.number(), z.number()])
    .default([0, 1])
    .refine(([black, full]) => full > black, "the second number is the value of full brightness")
    .describe("tensor values of no and of full brightness"),
  layout: z.enum(["nchw", "nhwc"]).default("nchw").describe("order of the axes: colours first, or last"),
});

type CardImage = z.output<typeof imageSchema>;

/** An image channel and how its pictures (bytes, rows of red, green, blue) lie in tensors. */
export class ImageLayout {
  readonly image: ScenarioImage;
  /** Values of one picture. */
  readonly size: number;
  /** Axes of one picture in a tensor. */
  readonly dims: readonly [number, number, number];
  /** Tensor values of no and of full brightness. */
  readonly #black: number;
  readonly #full: number;
  /** How far apart in a tensor pixels are that are neighbours in a row, and the colours of one pixel. */
  readonly #pixel: number;
  readonly #colour: number;

  private constructor(image: ScenarioImage, card: CardImage) {
    const [height, width] = image.size;
    this.image = image;
    this.size = 3 * height * width;
    this.dims = card.layout === "nchw" ? [3, height, width] : [height, width, 3];
    [this.#black, this.#full] = card.range;
    [this.#pixel, this.#colour] = card.layout === "nchw" ? [1, height * width] : [3, 1];
  }

  /**
   * @param path the key of the card that `card` stands under
   * @throws SimgateError `input`, at a line of the card, if the scenario has no such image channel.
   */
  static of(
    document: YamlDocument<unknown>,
    path: KeyPath,
    card: CardImage,
    { name, images = [] }: Pick<Scenario, "name" | "images">,
  ): ImageLayout {
    const image = images.find((one) => one.name === card.channel);
    if (image !== undefined) return new ImageLayout(image, card);
    const known = images.map((one) => one.name);
    throw document.error([...path, "channel"], `scenario ${name} has no image channel "${card.channel}"`, {
      hint:
        known.length === 0
          ? "declare it under images: in the scenario (docs/frames.md); its first picture is where a rollout begins"
          : didYouMean(card.channel, known),
    });
  }

  /** The tensor axes of `count` pictures a row; side by side on the axis of colours is also right where that comes first. */
  shapes(count: number): ExpectedDim[][] {
    const { dims } = this;
    if (count === 1) return [["batch", ...dims]];
    const apart: ExpectedDim[] = ["batch", count, ...dims];
    return dims[0] === 3 ? [apart, ["batch", 3 * count, dims[1], dims[2]]] : [apart];
  }

  /** One picture from bytes. */
  write(rgb: Uint8Array, tensor: FloatArray, at: number): void {
    const { size } = this;
    const [black, step] = [this.#black, (this.#full - this.#black) / 255];
    const [pixel, colour] = [this.#pixel, this.#colour];
    for (let k = 0, i = at; k < size; k += 3, i += pixel) {
      tensor[i] = black + step * rgb[k]!;
      tensor[i + colour] = black + step * rgb[k + 1]!;
      tensor[i + 2 * colour] = black + step * rgb[k + 2]!;
    }
  }

  /**
   * One picture to bytes: the nearest, those beyond the range as its ends.
   * @returns false, with the bytes undefined, if a value is not finite
   */
  read(tensor: FloatArray, at: number, rgb: Uint8Array, from: number): boolean {
    const [black, scale] = [this.#black, 255 / (this.#full - this.#black)];
    const [pixel, colour] = [this.#pixel, this.#colour];
    const end = from + this.size;
    let sum = 0;
    for (let k = from, i = at; k < end; k += 3, i += pixel) {
      const red = scale * (tensor[i]! - black);
      const green = scale * (tensor[i + colour]! - black);
      const blue = scale * (tensor[i + 2 * colour]! - black);
      sum += red + green + blue;
      rgb[k] = nearestByte(red);
      rgb[k + 1] = nearestByte(green);
      rgb[k + 2] = nearestByte(blue);
    }
    return sum - sum === 0;
  }
}

/** As a byte array stores it: without its fraction. */
function nearestByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
}
