import type { DefectModel } from "./defect-model.ts";
import { drawSpell, laneStream, percent } from "./draws.ts";
import { drawOne, noObject, objectChannels } from "./objects.ts";

/** How far away a vanished object is put where nothing says whether it is seen: beyond any match. */
const AWAY = 10;

export const vanishingObject: DefectModel = {
  kind: "vanishing-object",
  does:
    "an object is no longer shown: its visibility says hidden and its pose stays where it was seen last, or, where it " +
    `has no visibility, its position lies ${AWAY} × its matching distance away`,
  magnitude: { low: 0.05, middle: 0.25, high: 1 },
  describe: (share) => (share >= 1 ? "until the end" : `for ${percent(share)} of the horizon`),
  meantFor: ["objectPersistence"],
  notApplicable: noObject,
  plant: (site, share) => {
    const objects = objectChannels(site);
    return {
      begin(start) {
        const stream = laneStream(start, "vanishing-object");
        const { from, to } = drawSpell(stream, site, share);
        const { object, position, pose, visible } = drawOne(stream, objects);
        if (visible === undefined) {
          return {
            show(observation, step) {
              if (step >= from && step < to) observation[position.name]![0]! += AWAY * object.matchWithin;
            },
          };
        }
        /** Its pose as it was seen last, channel after channel. */
        const memory = new Float64Array(pose.reduce((sum, { size }) => sum + size, 0));
        return {
          memory,
          show(observation, step) {
            if (step >= to) return;
            let offset = 0;
            for (const { name, size } of pose) {
              if (step < from) memory.set(observation[name]!, offset);
              else observation[name]!.set(memory.subarray(offset, offset + size));
              offset += size;
            }
            if (step >= from) observation[visible.name]![0] = 0;
          },
        };
      },
    };
  },
};
