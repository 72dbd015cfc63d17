import { type Batch, type ChannelSpec, columnOf } from "../../core/channels.ts";
import { didYouMean, inputError } from "../../core/errors.ts";
import type { RemotePolicyConfig } from "../../scenario/schema.ts";
import { NdArray } from "../../wire/ndarray.ts";
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

/** Our channels as the arrays of a server's observation. */
export class ObservationMap {
  /** Channels that are sent. */
  readonly channels: readonly ChannelSpec[];
  readonly #parts: readonly Part[];
  readonly #constants: WireMap;

  /** @throws SimgateError `input` for a channel that the scenario does not have. */
  constructor(
    { observation, constants }: RemotePolicyConfig,
    channels: readonly ChannelSpec[],
    policy: string,
  ) {
    const find = (name: string): ChannelSpec => {
      const found = channels.find((channel) => channel.name === name);
      if (found !== undefined) return found;
      const known = channels.map((channel) => channel.name);
      throw inputError(`policy "${policy}" is to be sent a channel that is not observed`, {
        got: name,
        hint: didYouMean(name, known),
      });
    };
    const sources = observation ?? Object.fromEntries(channels.map(({ name }) => [name, name]));
    this.#constants = constants;
    this.#parts = Object.entries(sources).map(([key, source]): Part => {
      const plain = typeof source === "string" || Array.isArray(source);
      const from = plain ? source : source.from;
      const sent = [from].flat().map(find);
      const only = sent.length === 1 ? sent[0] : undefined;
      return {
        key,
        channels: sent,
        dtype: DTYPES[plain ? "float32" : source.dtype],
        shape: only === undefined ? [sent.reduce((sum, { size }) => sum + size, 0)] : only.shape,
      };
    });
    this.channels = channels.filter((channel) => this.#parts.some((part) => part.channels.includes(channel)));
  }

  ofLane(batch: Batch, lane: number): WireMap {
    const message: Record<string, WireMap[string]> = {};
    for (const { key, channels, dtype, shape } of this.#parts) {
      const values = channels.map((channel) =>
        columnOf(batch, channel).subarray(lane * channel.size, (lane + 1) * channel.size),
      );
      const whole = values.length === 1 ? values[0]! : Float64Array.from(values.flatMap((part) => [...part]));
      message[key] = NdArray.from(dtype, shape, whole);
    }
    return { ...message, ...this.#constants };
  }
}
