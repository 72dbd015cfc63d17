import { type Batch, type ChannelSpec, columnOf, picturesOf } from "../../core/channels.ts";
import { didYouMean, inputError } from "../../core/errors.ts";
import { bytesOf, type ImageSpec } from "../../core/picture.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { RemotePolicyConfig } from "../../scenario/schema.ts";
import { NdArray } from "../../wire/ndarray.ts";
import { pictureShape } from "../../wire/pictures.ts";
import type { WireMap } from "../../wire/value.ts";

const DTYPES = {
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
  uint8: "|u1",
  int32: "<i4",
  int64: "<i8",
} as const;

interface Part {
  readonly key: string;
  readonly channels: readonly ChannelSpec[];
  readonly dtype: string;
  readonly shape: readonly number[];
}

interface PicturePart {
  readonly key: string;
  readonly image: ImageSpec;
}

/** Our channels and pictures as the arrays of a server's observation. */
export class ObservationMap {
  /** Channels that are sent. */
  readonly channels: readonly ChannelSpec[];
  /** Image channels that are sent. */
  readonly images: readonly ImageSpec[];
  readonly #parts: readonly Part[];
  readonly #pictures: readonly PicturePart[];
  /** The goal in words, if one is sent. */
  readonly prompt: string | undefined;
  readonly #promptKey: string;
  readonly #constants: WireMap;

  /** @throws SimgateError `input` for a channel that the scenario does not have. */
  constructor(
    { observation, constants, promptKey }: RemotePolicyConfig,
    { observation: channels, images = [] }: Pick<Scenario, "observation" | "images">,
    policy: string,
  ) {
    const findIn = <T extends { readonly name: string }>(
      what: string,
      known: readonly T[],
      name: string,
    ): T => {
      const found = known.find((one) => one.name === name);
      if (found !== undefined) return found;
      throw inputError(`policy "${policy}" is to be sent ${what}`, {
        got: name,
        hint:
          known.length === 0
            ? "declare it in the scenario"
            : didYouMean(
                name,
                known.map((one) => one.name),
              ),
      });
    };
    const find = (name: string): ChannelSpec => findIn("a channel that is not observed", channels, name);
    const sources = observation ?? Object.fromEntries(channels.map(({ name }) => [name, name]));
    const prompt = constants[promptKey];
    this.prompt = typeof prompt === "string" ? prompt : undefined;
    this.#promptKey = promptKey;
    this.#constants = constants;
    const pictures: PicturePart[] = [];
    this.#pictures = pictures;
    this.#parts = Object.entries(sources).flatMap(([key, source]): Part[] => {
      if (typeof source === "object" && "image" in source) {
        const { name, size } = findIn("pictures that the scenario does not declare", images, source.image);
        pictures.push({ key, image: { name, size } });
        return [];
      }
      const plain = typeof source === "string" || Array.isArray(source);
      const from = plain ? source : source.from;
      const sent = [from].flat().map(find);
      const only = sent.length === 1 ? sent[0] : undefined;
      return [
        {
          key,
          channels: sent,
          dtype: DTYPES[plain ? "float32" : source.dtype],
          shape: only === undefined ? [sent.reduce((sum, { size }) => sum + size, 0)] : only.shape,
        },
      ];
    });
    this.images = [...new Map(pictures.map(({ image }) => [image.name, image])).values()];
    this.channels = channels.filter((channel) => this.#parts.some((part) => part.channels.includes(channel)));
  }

  /** @param said instead of the prompt; undefined: there is none */
  ofLane(batch: Batch, lane: number, said: string | undefined): WireMap {
    const message: Record<string, WireMap[string]> = {};
    for (const { key, channels, dtype, shape } of this.#parts) {
      const values = channels.map((channel) =>
        columnOf(batch, channel).subarray(lane * channel.size, (lane + 1) * channel.size),
      );
      const whole = values.length === 1 ? values[0]! : Float64Array.from(values.flatMap((part) => [...part]));
      message[key] = NdArray.from(dtype, shape, whole);
    }
    for (const { key, image } of this.#pictures) {
      const size = bytesOf(image);
      const rgb = picturesOf(batch, image).subarray(lane * size, (lane + 1) * size);
      message[key] = new NdArray("|u1", pictureShape(image), rgb);
    }
    return { ...message, ...this.#constants, ...(said === undefined ? {} : { [this.#promptKey]: said }) };
  }
}
