import type { DefectModel } from "./defect-model.ts";
import { drawComponent, drawSign, laneStream, linearChannels, noLinearChannel } from "./draws.ts";

export const slowDrift: DefectModel = {
  kind: "slow-drift",
  does: "a bias grows linearly in one component of one channel, drawn at random with its sign for every episode",
  magnitude: { low: 2, middle: 5, high: 20 },
  describe: (tolerances) => `${tolerances} tolerances by the horizon`,
  meantFor: ["temporalConsistency", "taskValidity"],
  notApplicable: noLinearChannel,
  plant: (site, tolerances) => {
    const channels = linearChannels(site);
    const { horizonSteps } = site.scenario;
    return {
      begin(start) {
        const stream = laneStream(start, "slow-drift");
        const { channel, component } = drawComponent(stream, channels);
        const perStep = (drawSign(stream) * tolerances * channel.tolerance) / horizonSteps;
        return {
          show(observation, step) {
            observation[channel.name]![component]! += perStep * step;
          },
        };
      },
    };
  },
};
