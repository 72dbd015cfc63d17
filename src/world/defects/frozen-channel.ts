import type { DefectModel } from "./defect-model.ts";
import { drawSpell, laneStream, percent, stateChannels } from "./draws.ts";
import { drawOne } from "./objects.ts";

export const frozenChannel: DefectModel = {
  kind: "frozen-channel",
  does: "one channel, drawn at random, keeps its value from a random step on, while the world goes on behind it",
  magnitude: { low: 0.05, middle: 0.25, high: 1 },
  describe: (share) => (share >= 1 ? "until the end" : `for ${percent(share)} of the horizon`),
  meantFor: ["temporalConsistency"],
  notApplicable: (site) =>
    stateChannels(site).length === 0 ? "no channel of numbers is observed" : undefined,
  plant: (site, share) => {
    const channels = stateChannels(site);
    return {
      begin(start) {
        const stream = laneStream(start, "frozen-channel");
        const { from, to } = drawSpell(stream, site, share);
        const { name, size } = drawOne(stream, channels);
        const memory = new Float64Array(size);
        return {
          memory,
          show(observation, step) {
            if (step <= from) memory.set(observation[name]!);
            else if (step < to) observation[name]!.set(memory);
          },
        };
      },
    };
  },
};
