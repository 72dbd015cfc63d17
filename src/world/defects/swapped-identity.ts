import type { DefectModel } from "./defect-model.ts";
import { drawSpell, laneStream, percent } from "./draws.ts";
import { drawOne, exchange, likePairs, noLikePair } from "./objects.ts";

export const swappedIdentity: DefectModel = {
  kind: "swapped-identity",
  does: "two like objects are taken for each other: each is shown with the pose, the speed and the visibility of the other",
  magnitude: { low: 0.05, middle: 0.25, high: 1 },
  describe: (share) => (share >= 1 ? "until the end" : `for ${percent(share)} of the horizon`),
  meantFor: ["objectPersistence"],
  notApplicable: noLikePair,
  plant: (site, share) => {
    const pairs = likePairs(site);
    return {
      begin(start) {
        const stream = laneStream(start, "swapped-identity");
        const { from, to } = drawSpell(stream, site, share);
        const [one, other] = drawOne(stream, pairs);
        return {
          show(observation, step) {
            if (step < from || step >= to) return;
            one.pose.forEach((channel, k) => exchange(observation, channel, other.pose[k]));
            exchange(observation, one.visible, other.visible);
          },
        };
      },
    };
  },
};
