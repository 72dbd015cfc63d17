import type { Batch } from "../../core/channels.ts";
import { bytesOf, type Images } from "../../core/picture.ts";
import type { Start } from "../../core/trace.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import {
  type ImagingWorld,
  isRestorable,
  isSettable,
  type LatentWorld,
  type RestorableWorld,
  type SettableWorld,
  type World,
} from "../world.ts";
import { SceneCamera } from "./scene-camera.ts";

/**
 * A world that shows the pictures its scenario declares, drawn from what it observes: the same for physics, a learned model,
 * a recording or a server. Nothing is drawn until somebody asks. Everything else is the world's own.
 */
export function withCamera(world: World, { images = [], observation }: Scenario): World {
  if (images.length === 0) return world;
  const cameras = images.map((image) => new SceneCamera(image, observation));
  let now: Batch | undefined;
  let starts: readonly Start[] = [];
  const seen = (observed: Batch): Batch => (now = observed);
  const draw = (only?: readonly string[]): Images => {
    const asked = cameras.filter(({ image }) => only?.includes(image.name) ?? true);
    return Object.fromEntries(
      asked.map((camera): [string, Uint8Array] => {
        const size = bytesOf(camera.image);
        const pictures = new Uint8Array(starts.length * size);
        const { columns, step } = now!;
        starts.forEach(({ parameters }, lane) =>
          camera.draw(columns, lane, parameters, pictures.subarray(lane * size, (lane + 1) * size), step),
        );
        return [camera.image.name, pictures];
      }),
    );
  };
  const pictured: ImagingWorld = {
    spec: { ...world.spec, images: images.map(({ name, size }) => ({ name, size, drawn: true })) },
    async reset(begun, signal) {
      starts = begun;
      return seen(await world.reset(begun, signal));
    },
    async step(actions, signal) {
      const transition = await world.step(actions, signal);
      seen(transition.observation);
      return transition;
    },
    close: () => world.close(),
    images: draw,
  };
  return Object.assign(
    pictured,
    isRestorable(world)
      ? restorable(
          world,
          seen,
          () => starts,
          (begun) => (starts = begun),
        )
      : {},
    isSettable(world) ? settable(world, seen) : {},
    "latent" in world ? latent(world as LatentWorld) : {},
  );
}

type Methods<T extends World> = Omit<T, keyof World>;

/** A snapshot also says from which starts its lanes began: their parameters may be the light. */
function restorable(
  world: RestorableWorld,
  seen: (observed: Batch) => Batch,
  get: () => readonly Start[],
  set: (starts: readonly Start[]) => void,
): Methods<RestorableWorld> {
  return {
    async save() {
      const inner = await world.save();
      return { lanes: inner.lanes, step: inner.step, state: { inner, starts: get() } };
    },
    async restore({ state }) {
      const { inner, starts } = state as {
        inner: Awaited<ReturnType<RestorableWorld["save"]>>;
        starts: readonly Start[];
      };
      set(starts);
      return seen(await world.restore(inner));
    },
  };
}

function settable(world: SettableWorld, seen: (observed: Batch) => Batch): Methods<SettableWorld> {
  return { set: async (lane, values) => seen(await world.set(lane, values)) };
}

function latent(world: LatentWorld): Methods<LatentWorld> {
  return { latent: () => world.latent(), setLatent: (state) => world.setLatent(state) };
}
