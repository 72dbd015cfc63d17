import type { DefectModel } from "./defect-model.ts";
import { laneStream, percent } from "./draws.ts";
import { neutralCommand, noAction } from "./commands.ts";

export const actionBlind: DefectModel = {
  kind: "action-blind",
  does: "commands are not heard: the world is given 0 in their place, at steps drawn at random",
  magnitude: { low: 0.5, middle: 0.75, high: 1 },
  describe: (share) => `${percent(share)} of the commands`,
  meantFor: ["controllability"],
  notApplicable: noAction,
  plant: ({ spec }, share) => ({
    begin(start) {
      const stream = laneStream(start, "action-blind");
      return {
        command(action, step) {
          if (stream.uniform(step) >= share) return;
          for (const channel of spec.action) action[channel.name]!.fill(neutralCommand(channel));
        },
      };
    },
  }),
};
