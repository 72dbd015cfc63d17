import { RandomStream } from "../../core/random.ts";
import type { DefectModel } from "./defect-model.ts";
import { linearChannels, noLinearChannel } from "./draws.ts";

export const noise: DefectModel = {
  kind: "noise",
  does: "Gaussian noise, decided by the seed and the step, lies on every component of every channel",
  magnitude: { low: 0.1, middle: 0.5, high: 2 },
  describe: (tolerances) => `${tolerances} tolerances, one standard deviation`,
  meantFor: ["temporalConsistency"],
  notApplicable: noLinearChannel,
  plant: (site, tolerances) => {
    const channels = linearChannels(site);
    return {
      begin(start) {
        const streams = channels.map(({ name }) => new RandomStream(start.seed, "defect", "noise", name));
        return {
          show(observation, step) {
            for (const [i, { name, tolerance }] of channels.entries()) {
              const values = observation[name]!;
              for (let c = 0; c < values.length; c++) {
                values[c]! += tolerances * tolerance * streams[i]!.normal(step, c);
              }
            }
          },
        };
      },
    };
  },
};
