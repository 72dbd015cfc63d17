import { inputError } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { World } from "../world/world.ts";
import { runLockstep, type Rollout, type RolloutOptions } from "./lockstep.ts";

/** The commands of one lane: action channel → `steps × size` values. Lanes may differ in length. */
export interface RecordedActions {
  readonly steps: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** Each lane is given its recorded commands, whatever it shows; it ends where its commands end. */
export async function openLoop(
  world: World,
  starts: readonly Start[],
  actions: readonly RecordedActions[],
  options: Omit<RolloutOptions, "horizonSteps">,
): Promise<Rollout> {
  if (actions.length !== starts.length) {
    throw inputError("an open-loop rollout needs one action recording per start", {
      expected: `${starts.length}`,
      got: `${actions.length}`,
    });
  }
  const lanes = starts.length;
  return runLockstep(
    world,
    starts,
    (observation) => {
      const columns: Record<string, Float64Array> = {};
      for (const { name, size } of world.spec.action) {
        const column = new Float64Array(lanes * size);
        actions.forEach((recorded, lane) => {
          if (observation.step >= recorded.steps) return;
          const from = recorded.columns[name];
          if (from === undefined) throw inputError(`the recorded actions have no channel "${name}"`);
          for (let i = 0; i < size; i++) column[lane * size + i] = from[observation.step * size + i]!;
        });
        columns[name] = column;
      }
      return Promise.resolve([{ lanes, step: observation.step, columns }]);
    },
    { ...options, horizonSteps: actions.map((recorded) => recorded.steps) },
  );
}
