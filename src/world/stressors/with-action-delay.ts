import { type Batch, copyBatch, emptyBatch } from "../../core/channels.ts";
import { inputError } from "../../core/errors.ts";
import type { World } from "../world.ts";
import { type ActionChange, withChangedActions } from "./with-changed-actions.ts";

/**
 * A world that hears late: the command of step k is applied at step k + `steps`. Until the first one arrives, commands
 * are 0.
 */
export function withActionDelay(world: World, { steps }: { readonly steps: number }): World {
  if (!Number.isInteger(steps) || steps < 1) {
    throw inputError(`world ${world.spec.name}: an action delay is a whole number of control steps`, {
      expected: "1 or more",
      got: String(steps),
    });
  }
  const delay: ActionChange<readonly Batch[]> = {
    begin: (starts) => Array.from({ length: steps }, () => emptyBatch(world.spec.action, starts.length)),
    change(actions, step, onTheirWay) {
      const [due, ...later] = onTheirWay;
      return {
        actions: {
          lanes: actions.lanes,
          step,
          columns: due!.columns,
          ...(actions.active === undefined ? {} : { active: actions.active }),
        },
        state: [...later, copyBatch(actions)],
      };
    },
  };
  return withChangedActions(world, delay);
}
