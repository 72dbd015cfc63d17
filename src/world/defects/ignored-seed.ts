import type { DefectModel } from "./defect-model.ts";
import { DRAW, laneStream, percent } from "./draws.ts";

export const ignoredSeed: DefectModel = {
  kind: "ignored-seed",
  does: "a stochastic world draws the same whatever its seed, in episodes drawn at random",
  magnitude: { low: 0.25, middle: 0.5, high: 1 },
  describe: (share) => `${percent(share)} of the episodes`,
  meantFor: ["resetReproducibility"],
  notApplicable: ({ spec }) =>
    spec.stochastic ? undefined : "the world is not stochastic: its seed has nothing to decide",
  plant: (_site, share) => ({
    begin: (start) =>
      laneStream(start, "ignored-seed").uniform(DRAW.whether) < share
        ? { start: { ...start, seed: 0n } }
        : {},
  }),
};
