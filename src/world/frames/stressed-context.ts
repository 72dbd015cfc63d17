import { bytesOf } from "../../core/picture.ts";
import { RandomStream } from "../../core/random.ts";
import type { Start } from "../../core/trace.ts";
import type { PictureStressor } from "../../scenario/schema.ts";
import type { ScenarioImage } from "../../scenario/scenario.ts";
import { Light } from "../camera/light.ts";
import { stressedShare } from "../camera/stressed-share.ts";

/**
 * What a stressor of an image channel does to the pictures that a model is conditioned on, on their way there; what the world
 * shows and is judged by stays as it was drawn or made. Nothing that matters is taken from a picture, so that a sound model goes
 * on as it would have.
 */
export class StressedContext {
  readonly #size: number;
  readonly #light: Light;
  readonly #stressor: NonNullable<ScenarioImage["stressor"]>;
  readonly #streams: readonly RandomStream[];

  private constructor(
    image: ScenarioImage,
    stressor: NonNullable<ScenarioImage["stressor"]>,
    starts: readonly Start[],
  ) {
    this.#size = bytesOf(image);
    this.#light = new Light(image);
    this.#stressor = stressor;
    this.#streams = starts.map(({ seed }) => new RandomStream(seed, "stressed context", image.name));
  }

  /** Undefined: nothing is changed. */
  static of(image: ScenarioImage, starts: readonly Start[]): StressedContext | undefined {
    return image.stressor === undefined ? undefined : new StressedContext(image, image.stressor, starts);
  }

  /** A picture that the scenario's camera drew, under its light. @param step 0, or before it in a recording */
  drawn(rgb: Uint8Array, lane: number, step: number): void {
    const { by } = this.#stressor;
    if (by.kind === "context-drift") this.#wear(rgb, by, lane, step);
  }

  /** Pictures that the model made, of all lanes: the light goes on changing in them. */
  made(rgb: Uint8Array, rows: Int32Array, step: number): void {
    const { by } = this.#stressor;
    for (const lane of rows) {
      const own = rgb.subarray(lane * this.#size, (lane + 1) * this.#size);
      if (by.kind === "context-drift") this.#wear(own, by, lane, step);
      else if (by.from < 1) this.#light.relight(own, step, (i) => this.#streams[lane]!.uniform(step, i));
    }
  }

  /**
   * Less contrast, about the mean of each colour, and Gaussian noise: as ImageNet-C has them (Hendrycks & Dietterich 2019: noise
   * 0.08 … 0.38, contrast 0.4 … 0.05 in five severities).
   */
  #wear(
    rgb: Uint8Array,
    { noise, contrast }: Extract<PictureStressor, { kind: "context-drift" }>,
    lane: number,
    step: number,
  ): void {
    const share = stressedShare(this.#stressor, step);
    const left = 1 - share * (1 - contrast);
    const normals = new Float64Array(rgb.length);
    if (noise > 0) this.#streams[lane]!.normals(step, 0, normals, 0, normals.length);
    const means = [0, 0, 0];
    rgb.forEach((value, i) => (means[i % 3] = means[i % 3]! + (3 * value) / rgb.length));
    rgb.forEach((value, i) => {
      const mean = means[i % 3]!;
      const added = 255 * share * noise * normals[i]!;
      rgb[i] = Math.min(255, Math.max(0, Math.round(mean + left * (value - mean) + added)));
    });
  }
}
