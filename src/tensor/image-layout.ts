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
  readonly #card: CardImage;

  private constructor(image: ScenarioImage, card: CardImage) {
    const [height, width] = image.size;
    this.image = image;
    this.size = 3 * height * width;
    this.dims = card.layout === "nchw" ? [3, height, width] : [height, width, 3];
    this.#card = card;
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
    const { range, layout } = this.#card;
    const [black, step] = [range[0], (range[1] - range[0]) / 255];
    if (layout === "nhwc") {
      for (let i = 0; i < this.size; i++) tensor[at + i] = black + step * rgb[i]!;
      return;
    }
    const pixels = this.size / 3;
    for (let colour = 0; colour < 3; colour++) {
      const plane = at + colour * pixels;
      for (let i = 0, k = colour; i < pixels; i++, k += 3) tensor[plane + i] = black + step * rgb[k]!;
    }
  }

  /**
   * One picture to bytes: the nearest, those beyond the range as its ends.
   * @returns false, with the bytes undefined, if a value is not finite
   */
  read(tensor: FloatArray, at: number, rgb: Uint8Array, from: number): boolean {
    const { range, layout } = this.#card;
    const [black, scale] = [range[0], 255 / (range[1] - range[0])];
    const pixels = this.size / 3;
    const [plane, stride] = layout === "nchw" ? [pixels, 1] : [1, 3];
    let sum = 0;
    for (let colour = 0; colour < 3; colour++) {
      let i = at + colour * plane;
      for (let k = from + colour; k < from + this.size; k += 3, i += stride) {
        const value = scale * (tensor[i]! - black);
        sum += value;
        // Stored without its fraction.
        rgb[k] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
      }
    }
    return sum - sum === 0;
  }
}
