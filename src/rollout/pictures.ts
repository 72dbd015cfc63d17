import type { Batch } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import type { Policy } from "../policy/policy.ts";
import type { ImagingWorld, World } from "../world/world.ts";

/** A world moved to a thread of its own shows none, whatever it says of itself. */
export function showsImages(world: World): world is ImagingWorld {
  return (world.spec.images ?? []).length > 0 && "images" in world;
}

/**
 * What a policy is shown of what a world observes: with the pictures it looks at, taken when it is asked.
 * @throws SimgateError `input` if the world does not show one of them, or of another size
 */
export function sightOf(world: World, { spec }: Policy): (observation: Batch) => Batch {
  const wanted = spec.images ?? [];
  if (wanted.length === 0) return (observation) => observation;
  const shown = showsImages(world) ? (world.spec.images ?? []) : [];
  for (const { name, size } of wanted) {
    const found = shown.find((one) => one.name === name);
    if (found !== undefined && found.size.join() === size.join()) continue;
    throw inputError(`policy ${spec.name} looks at pictures that world ${world.spec.name} does not show`, {
      expected: `image channel "${name}" of ${size.join(" × ")} pixels`,
      got: shown.map((one) => `"${one.name}" of ${one.size.join(" × ")}`).join(", ") || "no pictures",
      hint: "a world that makes pictures shows those that its card names; any other those of the scenario's images:",
    });
  }
  const names = wanted.map(({ name }) => name);
  return (observation) => ({ ...observation, images: (world as ImagingWorld).images(names) });
}
