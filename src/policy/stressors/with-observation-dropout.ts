import { type Batch, copyBatch, isActive } from "../../core/channels.ts";
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
    let arrived: Pick<Batch, "columns" | "images"> | undefined;
    return (observation) => {
      const { columns, images, lanes, step } = observation;
      if (arrived === undefined) {
        const first = copyBatch(observation);
        arrived = { columns: first.columns, ...(first.images === undefined ? {} : { images: first.images }) };
        return arrived;
      }
      for (let lane = 0; lane < lanes; lane++) {
        if (!isActive(observation, lane) || streams[lane]!.uniform(step) < rate) continue;
        for (const [name, column] of Object.entries(columns)) {
          arrived.columns[name]!.set(ofLane(column, lane, lanes), (lane * column.length) / lanes);
        }
        for (const [name, pictures] of Object.entries(images ?? {})) {
          arrived.images![name]!.set(ofLane(pictures, lane, lanes), (lane * pictures.length) / lanes);
        }
      }
      return arrived;
    };
  });
}

function ofLane<T extends Float64Array | Uint8Array>(values: T, lane: number, lanes: number): T {
  const size = values.length / lanes;
  return values.subarray(lane * size, (lane + 1) * size) as T;
}
