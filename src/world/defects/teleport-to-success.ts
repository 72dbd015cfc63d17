import type { DefectModel, LaneValues } from "./defect-model.ts";
import { laneStream, linearChannels, noLinearChannel } from "./draws.ts";
import { movableComponents, successState } from "./success-state.ts";

export const teleportToSuccess: DefectModel = {
  kind: "teleport-to-success",
  does:
    "at a random step what is observed jumps to the nearest state that meets the success formula when held, " +
    "and what the formula looks at stays there",
  magnitude: { low: 1, middle: 5, high: 25 },
  describe: (rate) => `${rate} jump${rate === 1 ? "" : "s"} a horizon, on average, the first of which counts`,
  meantFor: ["taskValidity", "optimism", "temporalConsistency"],
  notApplicable: noLinearChannel,
  plant: (site, rate) => {
    const movable = movableComponents(linearChannels(site));
    const perStep = 1 - Math.exp(-rate / site.scenario.horizonSteps);
    return {
      begin(start) {
        const stream = laneStream(start, "teleport-to-success");
        /** Whether it has happened; then by movable component: held (1) or free (0), and the value it is held at. */
        const memory = new Float64Array(1 + 2 * movable.length);
        return {
          memory,
          show(observation, step) {
            if (memory[0] === 0) {
              if (step === 0 || stream.uniform(step) >= perStep) return;
              memory[0] = 1;
              hold(observation);
            }
            for (const [i, { channel, component }] of movable.entries()) {
              if (memory[1 + 2 * i] === 1) observation[channel.name]![component] = memory[2 + 2 * i]!;
            }
          },
        };

        function hold(observation: LaneValues): void {
          const target = successState(site.judge, start, observation, movable);
          if (target === undefined) return;
          for (const [i, { channel, component }] of movable.entries()) {
            if (!target.matters[i]!) continue;
            memory[1 + 2 * i] = 1;
            memory[2 + 2 * i] = target.observation[channel.name]![component]!;
          }
        }
      },
    };
  },
};
