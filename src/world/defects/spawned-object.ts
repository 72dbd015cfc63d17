import type { DefectModel } from "./defect-model.ts";
import { DRAW, drawSpell, laneStream, percent } from "./draws.ts";
import { drawOne, likePairs, noLikePair } from "./objects.ts";

/** How far from the first the second copy lies, in matching distances: beside it, and still where it is expected. */
const BESIDE = 0.5;

export const spawnedObject: DefectModel = {
  kind: "spawned-object",
  does:
    "a second copy of an object appears beside it. A world of named channels has no more objects than names, so the copy " +
    "takes those of a like object, which is then shown as seen even where it is hidden",
  magnitude: { low: 0.05, middle: 0.25, high: 1 },
  describe: (share) => (share >= 1 ? "until the end" : `for ${percent(share)} of the horizon`),
  meantFor: ["objectPersistence"],
  notApplicable: noLikePair,
  plant: (site, share) => {
    const pairs = likePairs(site);
    return {
      begin(start) {
        const stream = laneStream(start, "spawned-object");
        const { from, to } = drawSpell(stream, site, share);
        const pair = drawOne(stream, pairs);
        const [copied, replaced] = stream.uniform(DRAW.whether) < 0.5 ? pair : [pair[1], pair[0]];
        return {
          show(observation, step) {
            if (step < from || step >= to) return;
            copied.pose.forEach(({ name }, k) =>
              observation[replaced.pose[k]!.name]!.set(observation[name]!),
            );
            observation[replaced.position.name]![0]! += BESIDE * copied.object.matchWithin;
            if (replaced.visible !== undefined) observation[replaced.visible.name]!.fill(1);
          },
        };
      },
    };
  },
};
