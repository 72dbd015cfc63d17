import type { Batch } from "../core/channels.ts";
import { runtimeError } from "../core/errors.ts";
import type { LaneFault, Start } from "../core/trace.ts";
import type { ActionChunk, Policy } from "../policy/policy.ts";
import type { Transition, World } from "../world/world.ts";
import { sightOf } from "./pictures.ts";

/**
 * A policy that is shown what another world shows, while the world is the one that is judged: both begin at the same
 * start and are given the same commands, those that the policy answers to the other's observations. A lane that breaks
 * in either is broken.
 */
export function seenElsewhere(
  world: World,
  policy: Policy,
  other: World,
): { readonly world: World; readonly policy: Policy } {
  const sight = sightOf(other, policy);
  let seen: Batch | undefined;
  const both: World = {
    spec: { ...world.spec, restorable: false },
    async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
      seen = await other.reset(starts, signal);
      return world.reset(starts, signal);
    },
    async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
      const beside = await other.step(actions, signal);
      seen = beside.observation;
      const transition = await world.step(actions, signal);
      const broken = new Set(transition.faults.map(({ lane }) => lane));
      const faults = beside.faults
        .filter(({ lane }) => !broken.has(lane))
        .map((fault): LaneFault => ({
          ...fault,
          reason: `world ${other.spec.name} beside it broke: ${fault.reason}`,
        }));
      return { ...transition, faults: [...transition.faults, ...faults].sort((a, b) => a.lane - b.lane) };
    },
    async close(): Promise<void> {
      await world.close();
      await other.close();
    },
  };
  // It looks at the other's pictures: none of the world's are needed.
  const { images: _images, ...spec } = policy.spec;
  const blind: Policy = {
    spec,
    reset: (lanes, seeds) => policy.reset(lanes, seeds),
    act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
      if (seen === undefined) throw runtimeError(`world ${other.spec.name} has not been reset`);
      const { columns, images } = sight(seen);
      return policy.act({ ...observation, columns, ...(images === undefined ? {} : { images }) }, signal);
    },
    close: () => policy.close(),
  };
  return { world: both, policy: blind };
}
