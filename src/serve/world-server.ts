import type { Batch, ChannelSpec } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { ImageSpec } from "../core/picture.ts";
import { decodeMap } from "../wire/decode.ts";
import { encode } from "../wire/encode.ts";
import { pictureArrays, pictureShape, PICTURE_DTYPE } from "../wire/pictures.ts";
import { type Connection, SocketServer, type SocketServerOptions } from "../wire/socket-server.ts";
import type { WireMap } from "../wire/value.ts";
import {
  arraysOf,
  columnFrom,
  parseMessage,
  WORLD_PROTOCOL,
  type WorldRequest,
  worldRequestSchema,
} from "../wire/world-protocol.ts";
import type { ImagingWorld, RestorableWorld, Snapshot, World } from "../world/world.ts";

export interface WorldServerOptions extends Omit<SocketServerOptions, "open"> {
  /** A world of its own for every connection. */
  readonly openWorld: () => Promise<World>;
  /** Said in the first frame: which model answers. */
  readonly model?: string;
}

/** Offers a world to others over the world-server protocol (docs/remote.md). */
export function serveWorld({ openWorld, model, ...listen }: WorldServerOptions): Promise<SocketServer> {
  return SocketServer.listen({
    ...listen,
    open: async (send) => {
      const world = await openWorld();
      send(encode(describe(world, model), { arrays: "bin" }));
      return new WorldConnection(world);
    },
  });
}

function describe(world: World, model: string | undefined): WireMap {
  const { spec } = world;
  const channel = ({ name, unit, shape }: ChannelSpec): WireMap => ({ name, unit, shape });
  const picture = (image: ImageSpec): WireMap => ({
    ...{ name: image.name, unit: "1", shape: pictureShape(image), dtype: PICTURE_DTYPE },
    ...(image.drawn === true ? { drawn: true } : {}),
  });
  return {
    protocol: WORLD_PROTOCOL,
    name: spec.name,
    observation: [...spec.observation.map(channel), ...imagesOf(world).map(picture)],
    action: spec.action.map((one) => ({
      ...channel(one),
      ...(one.limits === undefined ? {} : { limits: one.limits }),
    })),
    control_period_sec: spec.controlPeriodSec,
    responds_to_actions: spec.respondsToActions,
    stochastic: spec.stochastic,
    objects: spec.objects,
    restorable: spec.restorable,
    ...(model === undefined ? {} : { model }),
  };
}

/** Pictures that it can be asked for. */
function imagesOf({ spec }: World): readonly ImageSpec[] {
  return spec.images ?? [];
}

const MOST_SNAPSHOTS = 1000;

class WorldConnection implements Connection {
  readonly #world: World;
  readonly #snapshots = new Map<number, Snapshot>();
  #saved = 0;
  #lanes = 0;
  #step = 0;
  /** Pictures that the client wants to see. */
  #wanted: readonly ImageSpec[];

  constructor(world: World) {
    this.#world = world;
    this.#wanted = imagesOf(world);
  }

  async answer(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const request = parseMessage(worldRequestSchema, decodeMap(message).value, "request");
    return encode(await this.#do(request, signal), { arrays: "bin" });
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  async #do(request: WorldRequest, signal: AbortSignal): Promise<WireMap> {
    switch (request.op) {
      case "reset":
        this.#wanted = imagesOf(this.#world).filter(({ name }) => request.show?.includes(name) ?? true);
        return this.#show(await this.#world.reset(startsOf(request), signal));
      case "step":
        return this.#doStep(request, signal);
      case "save": {
        const snapshot = await this.#restorable().save();
        this.#snapshots.set(++this.#saved, snapshot);
        // The oldest go first: a client that replays needs the last one only.
        if (this.#snapshots.size > MOST_SNAPSHOTS) this.#snapshots.delete(this.#saved - MOST_SNAPSHOTS);
        return { id: this.#saved };
      }
      case "restore": {
        const snapshot = this.#snapshots.get(Number(request.id));
        if (snapshot === undefined) throw inputError(`there is no snapshot ${request.id}`);
        return this.#show(await this.#restorable().restore(snapshot));
      }
    }
  }

  async #doStep(request: Extract<WorldRequest, { op: "step" }>, signal: AbortSignal): Promise<WireMap> {
    const { spec } = this.#world;
    const columns = Object.fromEntries(
      spec.action.map((channel) => [
        channel.name,
        columnFrom(request.actions[channel.name], channel, this.#lanes),
      ]),
    );
    const mask = { name: "active", shape: [], size: 1 };
    const batch: Batch = {
      lanes: this.#lanes,
      step: this.#step,
      columns,
      ...(request.active === undefined
        ? {}
        : { active: Uint8Array.from(columnFrom(request.active, mask, this.#lanes)) }),
    };
    const { observation, appliedAction, faults, uncertainty } = await this.#world.step(batch, signal);
    return {
      ...this.#show(observation),
      applied_action: arraysOf(spec.action, appliedAction, 0, this.#lanes),
      ...(uncertainty === undefined
        ? {}
        : { uncertainty: arraysOf(spec.observation, uncertainty, 0, this.#lanes) }),
      ...(faults.length === 0 ? {} : { faults: faults.map(({ lane, reason }) => ({ lane, reason })) }),
    };
  }

  #show(observation: Batch): WireMap {
    this.#lanes = observation.lanes;
    this.#step = observation.step;
    const { lanes } = observation;
    const world = this.#world;
    const pictures =
      this.#wanted.length === 0
        ? {}
        : pictureArrays(
            this.#wanted,
            (world as ImagingWorld).images(this.#wanted.map(({ name }) => name)),
            0,
            lanes,
          );
    return { observation: { ...arraysOf(world.spec.observation, observation, 0, lanes), ...pictures } };
  }

  #restorable(): RestorableWorld {
    if (!this.#world.spec.restorable)
      throw inputError(`world ${this.#world.spec.name} cannot be saved or restored`);
    return this.#world as RestorableWorld;
  }
}

function startsOf({ starts, seeds }: Extract<WorldRequest, { op: "reset" }>): Start[] {
  if (starts.length !== seeds.length) {
    throw inputError("reset needs one seed a start", {
      expected: `${starts.length} seeds`,
      got: `${seeds.length}`,
    });
  }
  return starts.map(({ index, initial, parameters, context }, i) => ({
    index,
    initial,
    parameters,
    seed: BigInt(seeds[i]!),
    ...(context === undefined ? {} : { context }),
  }));
}
