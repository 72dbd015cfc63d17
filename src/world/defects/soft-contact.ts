import type { DefectModel } from "./defect-model.ts";
import { percent } from "./draws.ts";
import { noObject, objectChannels } from "./objects.ts";

export const softContact: DefectModel = {
  kind: "soft-contact",
  does: "objects give way too little: only a part of each step's displacement, and of their speed, is shown, so that what pushes them sinks in",
  magnitude: { low: 0.2, middle: 0.5, high: 0.9 },
  describe: (share) => `${percent(share)} of every displacement is lost`,
  meantFor: ["taskValidity", "controllability", "objectPersistence"],
  notApplicable: noObject,
  plant: (site, lost) => {
    const objects = objectChannels(site);
    const positions = objects.map(({ position }) => position);
    const rates = objects.flatMap(({ position, pose }) =>
      pose.filter(({ derivativeOf }) => derivativeOf === position.name),
    );
    const width = positions.reduce((sum, { size }) => sum + size, 0);
    return {
      begin() {
        /** By component of every position: where the world had it last, then where it was shown. */
        const memory = new Float64Array(2 * width);
        return {
          memory,
          show(observation, step) {
            let i = 0;
            for (const { name } of positions) {
              const values = observation[name]!;
              for (let c = 0; c < values.length; c++, i++) {
                const real = values[c]!;
                const shown = step === 0 ? real : memory[width + i]! + (1 - lost) * (real - memory[i]!);
                memory[i] = real;
                memory[width + i] = shown;
                values[c] = shown;
              }
            }
            for (const { name } of rates) {
              const values = observation[name]!;
              for (let c = 0; c < values.length; c++) values[c]! *= 1 - lost;
            }
          },
        };
      },
    };
  },
};
