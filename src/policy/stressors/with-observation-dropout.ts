import { isActive } from "../../core/channels.ts";
import { inputError } from "../../core/errors.ts";
import { RandomStream } from "../../core/random.ts";
import type { Policy } from "../policy.ts";
import { withChangedObservation } from "./with-changed-observation.ts";

/**
 * A policy whose observations get lost on the way with probability `rate`, all channels of a step together; it then goes
 * on with the last ones that arrived. The first one always arrives. Which are lost follows from the lane's seed and the
 * step alone, so that truth and candidate lose the same.
 */
export function withObservationDropout(policy: Policy, { rate }: { readonly rate: number }): Policy {
  if (!(rate >= 0 && rate <= 1)) {
    throw inputError(`policy "${policy.spec.name}": a dropout rate is a probability`, {
      expected: "0 to 1",
      got: String(rate),
    });
  }
  return withChangedObservation(policy, (seeds) => {
    const streams = seeds.map((seed) => new RandomStream(seed, "observation dropout"));
    let arrived: Record<string, Float64Array> | undefined;
    return (observation) => {
      const { columns, lanes, step } = observation;
      if (arrived === undefined) {
        arrived = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()]));
        return arrived;
      }
      for (let lane = 0; lane < lanes; lane++) {
        if (!isActive(observation, lane) || streams[lane]!.uniform(step) < rate) continue;
        for (const [name, column] of Object.entries(columns)) {
          const size = column.length / lanes;
          arrived[name]!.set(column.subarray(lane * size, (lane + 1) * size), lane * size);
        }
      }
      return arrived;
    };
  });
}
