import { bytesOf, type Images } from "../core/picture.ts";
import type { Trace } from "../core/trace.ts";
import type { ExamRun } from "./axis.ts";
import type { WorldRef } from "./contract.ts";
import type { Pair } from "./pairs.ts";
import { ownImage } from "./pictures.ts";
import type { RolloutRequest } from "./rollouts.ts";
import type { TellingPair } from "./telling-traces.ts";

/** Of raw pictures, all of which are in memory at once. What shows most comes first: where that is not enough, the last go without. */
const MOST_BYTES = 256 * 2 ** 20;

const ROLES = ["truth", "candidate"] as const;

/**
 * With the pictures of both worlds, where the candidate shows its own. The pairs are rolled out again for them: those of
 * a whole panel would not fit into memory. A rollout that does not come out the same stays without.
 */
export async function withPictures(
  { contract, rollouts }: Pick<ExamRun, "contract" | "rollouts">,
  telling: readonly TellingPair[],
): Promise<readonly TellingPair[]> {
  const image = ownImage(contract);
  if (image === undefined) return telling;
  let left = MOST_BYTES;
  const shown = telling.filter(({ pair }) => {
    const bytes = bytesOf(image) * (pair.truth.steps + pair.candidate.steps + 2);
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  const asked = contract.policies.flatMap((policy) => {
    const pairs = shown.flatMap(({ pair }) => (pair.policy === policy.name ? [pair] : []));
    if (pairs.length === 0) return [];
    const request = (world: WorldRef): RolloutRequest => ({
      world,
      drive: { kind: "policy", policy },
      starts: pairs.map(({ truth }) => truth.start),
      horizonSteps: contract.scenario.horizonSteps,
      keep: ["images"],
      images: [image.name],
    });
    return ROLES.map((role) => ({ role, pairs, request: request(contract[role]) }));
  });
  const traces = await rollouts.run(asked.map(({ request }) => request));
  const found = new Map<Pair, { truth?: Images; candidate?: Images }>(shown.map(({ pair }) => [pair, {}]));
  asked.forEach(({ role, pairs }, a) =>
    pairs.forEach((pair, p) => {
      const again = traces[a]![p]!;
      if (again.images !== undefined && isSame(pair[role], again)) found.get(pair)![role] = again.images;
    }),
  );
  return telling.map((one) => {
    const pictures = found.get(one.pair);
    return pictures === undefined ? one : { ...one, pictures };
  });
}

/** To the bit. */
function isSame(kept: Trace, again: Trace): boolean {
  return (
    kept.steps === again.steps &&
    Object.entries(kept.observation).every(([name, values]) =>
      values.every((value, i) => Object.is(value, again.observation[name]?.[i])),
    )
  );
}
