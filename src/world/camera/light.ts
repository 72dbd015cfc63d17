import type { ScenarioImage } from "../../scenario/scenario.ts";
import { stressedShare } from "./stressed-share.ts";

type Gain = (x: number, y: number, colour: number) => number;

/**
 * The light that an image channel is drawn under: the declared one, and what a lighting stressor makes of it. Brightness,
 * where it comes from and its colour are what LIBERO-Plus (Fei et al. 2025), THE COLOSSEUM (Pumacay et al. 2024) and
 * SIMPLER's variants (Li et al. 2024: lights 0.5 and 1.7 times as strong) change of it.
 */
export class Light {
  readonly #image: ScenarioImage;

  constructor(image: ScenarioImage) {
    this.#image = image;
  }

  /** Lights a picture that was drawn in the colours that are declared. */
  shine(rgb: Uint8Array, parameters: Readonly<Record<string, number>>, step: number): void {
    const { brightness, slope, colour } = this.#image.light;
    const middle = typeof brightness === "number" ? brightness : parameters[brightness]!;
    const added = this.#added(step);
    const white = colour.every((part) => part === 255);
    if (added === undefined && middle === 1 && white && slope[0] === 0 && slope[1] === 0) return;
    const declared: Gain = (x, y, c) => (middle + slope[1] * y + slope[0] * x) * (colour[c]! / 255);
    const gain: Gain = added === undefined ? declared : (x, y, c) => declared(x, y, c) * added(x, y, c);
    this.#each(rgb, gain, (value, factor) =>
      // In 256ths.
      Math.min(255, (value * Math.max(0, Math.round(256 * factor)) + 128) >> 8),
    );
  }

  /** Whether the light goes on changing. */
  get changes(): boolean {
    const { stressor } = this.#image;
    return stressor?.by.kind === "lighting" && stressor.by.from < 1;
  }

  /**
   * What was lit as at the step before is lit as at this one.
   * @param uniform by pixel and colour: which way a fraction is rounded, so that small changes add up
   */
  relight(rgb: Uint8Array, step: number, uniform: (i: number) => number): void {
    const [before, now] = [this.#added(step - 1), this.#added(step)];
    if (before === undefined || now === undefined) return;
    this.#each(
      rgb,
      (x, y, c) => now(x, y, c) / Math.max(before(x, y, c), 1e-3),
      (value, factor, i) => Math.min(255, Math.floor(value * Math.max(0, factor) + uniform(i))),
    );
  }

  /** Undefined: nothing is added. */
  #added(step: number): Gain | undefined {
    const { stressor } = this.#image;
    if (stressor?.by.kind !== "lighting") return undefined;
    const { brightness, slope, colour } = stressor.by;
    const share = stressedShare(stressor, step);
    return (x, y, c) => 1 + share * ((brightness + slope[1] * y + slope[0] * x) * (colour[c]! / 255) - 1);
  }

  /** x and y from −1 to 1: right and top. */
  #each(rgb: Uint8Array, gain: Gain, lit: (value: number, factor: number, i: number) => number): void {
    const [height, width] = this.#image.size;
    for (let row = 0, i = 0; row < height; row++) {
      const y = 1 - (2 * (row + 0.5)) / height;
      for (let column = 0; column < width; column++) {
        const x = (2 * (column + 0.5)) / width - 1;
        for (let c = 0; c < 3; c++, i++) rgb[i] = lit(rgb[i]!, gain(x, y, c), i);
      }
    }
  }
}
