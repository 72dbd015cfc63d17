import type { Batch, ChannelSpec } from "../core/channels.ts";
import type { ImageSpec } from "../core/picture.ts";
import type { Policy } from "../policy/policy.ts";
import { decodeMap } from "../wire/decode.ts";
import { encode } from "../wire/encode.ts";
import { NdArray } from "../wire/ndarray.ts";
import { PICTURE_DTYPE, pictureShape, picturesFrom } from "../wire/pictures.ts";
import { type Connection, SocketServer, type SocketServerOptions } from "../wire/socket-server.ts";
import type { WireMap } from "../wire/value.ts";
import { columnFrom } from "../wire/world-protocol.ts";

export interface PolicyServerOptions extends Omit<SocketServerOptions, "open"> {
  /** A policy of its own for every connection. */
  readonly openPolicy: () => Promise<Policy>;
}

/**
 * Offers a policy to others in the form of openpi's server: metadata first, then an observation in, actions `[steps,
 * values]` out. One connection is one robot; each message is one control step. RoboArena's `endpoint: reset` begins anew.
 */
export function servePolicy({ openPolicy, ...listen }: PolicyServerOptions): Promise<SocketServer> {
  return SocketServer.listen({
    ...listen,
    open: async (send) => {
      const policy = await openPolicy();
      const { spec } = policy;
      const channel = ({ name, unit, shape }: ChannelSpec): WireMap => ({ name, unit, shape });
      const picture = (image: ImageSpec): WireMap => ({
        name: image.name,
        shape: pictureShape(image),
        dtype: PICTURE_DTYPE,
      });
      send(
        encode(
          {
            name: spec.name,
            observation: spec.observation.map(channel),
            ...(spec.images === undefined ? {} : { images: spec.images.map(picture) }),
            action: spec.action.map(channel),
            control_period_sec: spec.controlPeriodSec,
            horizon: spec.chunkLength,
          },
          { arrays: "bin" },
        ),
      );
      await policy.reset(1, [0n]);
      return new PolicyConnection(policy);
    },
  });
}

class PolicyConnection implements Connection {
  readonly #policy: Policy;
  #step = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  async answer(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array | string> {
    const request = decodeMap(message).value;
    if (request["endpoint"] === "reset") {
      await this.#policy.reset(1, [0n]);
      this.#step = 0;
      return "reset successful";
    }
    const began = performance.now();
    const { actions } = await this.#policy.act(this.#observation(request), signal);
    this.#step++;
    return encode(
      { actions: this.#rows(actions), server_timing: { infer_ms: performance.now() - began } },
      { arrays: "bin" },
    );
  }

  close(): Promise<void> {
    return this.#policy.close();
  }

  /** Channels and pictures by their names, with or without `observation/` before them. */
  #observation(request: WireMap): Batch {
    const { observation, images } = this.#policy.spec;
    const sent = (name: string): WireMap[string] | undefined =>
      inOneLane(request[name] ?? request[`observation/${name}`]);
    const columns = Object.fromEntries(
      observation.map((channel) => [channel.name, columnFrom(sent(channel.name), channel, 1)]),
    );
    const batch: Batch = { lanes: 1, step: this.#step, columns };
    if (images === undefined) return batch;
    const pictures = Object.fromEntries(images.map(({ name }) => [name, sent(name)]));
    return { ...batch, images: picturesFrom(pictures, images, 1) };
  }

  #rows(actions: readonly Batch[]): NdArray {
    const { action } = this.#policy.spec;
    const width = action.reduce((sum, { size }) => sum + size, 0);
    const values = actions.flatMap(({ columns }) => action.flatMap(({ name }) => [...columns[name]!]));
    return NdArray.from("<f8", [actions.length, width], values);
  }
}

/** The value of one robot as that of a batch of one. */
function inOneLane(value: WireMap[string] | undefined): WireMap[string] | undefined {
  if (value instanceof NdArray) return new NdArray(value.dtype.name, [1, ...value.shape], value.data);
  return value === undefined ? undefined : [value];
}
