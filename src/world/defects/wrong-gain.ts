import { noAction } from "./commands.ts";
import type { DefectModel } from "./defect-model.ts";

export const wrongGain: DefectModel = {
  kind: "wrong-gain",
  does: "every command acts with a fraction of its strength",
  magnitude: { low: 2 / 3, middle: 1 / 2, high: 1 / 4 },
  describe: (gain) => `× ${gain.toFixed(2)}`,
  meantFor: ["controllability"],
  notApplicable: noAction,
  plant: ({ spec }, gain) => ({
    begin: () => ({
      command(action) {
        for (const { name } of spec.action) {
          const values = action[name]!;
          for (let c = 0; c < values.length; c++) values[c]! *= gain;
        }
      },
    }),
  }),
};
