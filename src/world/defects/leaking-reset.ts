import type { Start } from "../../core/trace.ts";
import type { DefectModel } from "./defect-model.ts";
import { percent, stateChannels } from "./draws.ts";

export const leakingReset: DefectModel = {
  kind: "leaking-reset",
  does: "an episode begins part of the way towards where the one before, in the same instance and lane, ended",
  magnitude: { low: 0.05, middle: 0.2, high: 0.5 },
  describe: (share) => `${percent(share)} of the way`,
  meantFor: ["resetReproducibility"],
  plant: (site, share) => {
    const channels = stateChannels(site);
    return {
      begin(start, before) {
        if (before === undefined) return {};
        const initial: Record<string, readonly number[]> = { ...start.initial };
        for (const { name } of channels) {
          const last = before[name]!;
          const wanted = start.initial[name];
          if (wanted === undefined) continue;
          initial[name] = wanted.map((value, c) => {
            const leaked = value + share * (last[c]! - value);
            return Number.isFinite(leaked) ? leaked : value;
          });
        }
        const leaked: Start = { ...start, initial };
        return { start: leaked };
      },
    };
  },
};
