import { type Batch, copyBatch } from "../../core/channels.ts";
import { inputError } from "../../core/errors.ts";
import type { Policy } from "../policy.ts";
import { withChangedObservation } from "./with-changed-observation.ts";

/**
 * A policy whose sensors are slow: at step k it sees the values of step k − `steps`, at first those of step 0. The step
 * it is told is still k: its clock is right, its values are old.
 */
export function withObservationDelay(policy: Policy, { steps }: { readonly steps: number }): Policy {
  if (!Number.isInteger(steps) || steps < 1) {
    throw inputError(
      `policy "${policy.spec.name}": an observation delay is a whole number of control steps`,
      {
        expected: "1 or more",
        got: String(steps),
      },
    );
  }
  return withChangedObservation(policy, () => {
    /** Oldest first. */
    const seen: Batch[] = [];
    return (observation) => {
      seen.push(copyBatch(observation));
      if (seen.length > steps + 1) seen.shift();
      const { columns, images } = seen[0]!;
      return images === undefined ? { columns } : { columns, images };
    };
  });
}
