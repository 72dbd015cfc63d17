import type { DefectModel } from "./defect-model.ts";
import { noLinearChannel, percent, stateChannels } from "./draws.ts";

export const missingDynamics: DefectModel = {
  kind: "missing-dynamics",
  does:
    "from some time on neither forces nor commands act: what has a speed goes on at the speed it had, " +
    "all else stays as it was",
  magnitude: { low: 0.5, middle: 0.2, high: 0.05 },
  describe: (share) => `after ${percent(share)} of the horizon`,
  meantFor: ["temporalConsistency", "taskValidity"],
  notApplicable: noLinearChannel,
  plant: (site, share) => {
    const channels = stateChannels(site);
    const { horizonSteps, controlPeriodSec } = site.scenario;
    const from = Math.max(1, Math.round(share * horizonSteps));
    const speedOf = new Map(
      channels.flatMap((channel) => {
        const { derivativeOf, size } = channel;
        const of = channels.find(({ name }) => name === derivativeOf);
        return of?.size === size && of.kind !== "quaternion" ? [[of.name, channel.name] as const] : [];
      }),
    );
    const width = channels.reduce((sum, { size }) => sum + size, 0);
    return {
      begin() {
        /** What was shown at step `from`, channel after channel. */
        const memory = new Float64Array(width);
        const at: Record<string, Float64Array> = {};
        let offset = 0;
        for (const { name, size } of channels) {
          at[name] = memory.subarray(offset, offset + size);
          offset += size;
        }
        return {
          memory,
          show(observation, step) {
            if (step < from) return;
            const elapsedSec = (step - from) * controlPeriodSec;
            for (const { name } of channels) {
              const values = observation[name]!;
              if (step === from) at[name]!.set(values);
              const speed = at[speedOf.get(name) ?? ""];
              for (let c = 0; c < values.length; c++) {
                values[c] = at[name]![c]! + elapsedSec * (speed?.[c] ?? 0);
              }
            }
          },
        };
      },
    };
  },
};
