import { copyBatch } from "../../../src/core/channels.ts";
import { FrameReader } from "../../../src/world/frames/frame-reader.ts";
import type { Scenario } from "../../../src/scenario/scenario.ts";
import { isImaging, type World } from "../../../src/world/world.ts";

/** A world of which nothing is known but its pictures, read back into channels: what an eye of this sharpness makes of it. */
export function throughPictures(world: World, scenario: Scenario, image: string): World {
  if (!isImaging(world)) throw new Error(`${world.spec.name} shows no pictures`);
  const reader = FrameReader.of(scenario, image);
  return {
    spec: { ...world.spec, restorable: false },
    async reset(starts, signal) {
      return copyBatch(reader.begin(await world.reset(starts, signal)));
    },
    async step(actions, signal) {
      const transition = await world.step(actions, signal);
      const { active } = actions;
      const applied = { ...transition.appliedAction, ...(active === undefined ? {} : { active }) };
      return { ...transition, observation: reader.read(world.images()[image]!, applied) };
    },
    close: () => world.close(),
  };
}
