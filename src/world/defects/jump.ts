import type { DefectModel } from "./defect-model.ts";
import { drawComponent, drawSign, drawSpell, laneStream, linearChannels, noLinearChannel } from "./draws.ts";

export const jump: DefectModel = {
  kind: "jump",
  does: "at a random step one component of one channel, drawn at random, jumps by an offset that stays",
  magnitude: { low: 2, middle: 5, high: 20 },
  describe: (tolerances) => `${tolerances} tolerances`,
  meantFor: ["temporalConsistency"],
  notApplicable: noLinearChannel,
  plant: (site, tolerances) => {
    const channels = linearChannels(site);
    return {
      begin(start) {
        const stream = laneStream(start, "jump");
        const { from } = drawSpell(stream, site, 1);
        const { channel, component } = drawComponent(stream, channels);
        const offset = drawSign(stream) * tolerances * channel.tolerance;
        return {
          show(observation, step) {
            if (step >= from) observation[channel.name]![component]! += offset;
          },
        };
      },
    };
  },
};
