import { inputError } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Policy } from "../policy/policy.ts";
import type { World } from "../world/world.ts";
import { sightOf } from "./pictures.ts";
import { runLockstep, type Rollout, type RolloutOptions } from "./lockstep.ts";

/** The policy acts on what the world shows it, lane by lane, until the horizon. */
export async function closedLoop(
  world: World,
  policy: Policy,
  starts: readonly Start[],
  options: RolloutOptions,
): Promise<Rollout> {
  if (policy.spec.controlPeriodSec !== world.spec.controlPeriodSec) {
    throw inputError(
      `policy ${policy.spec.name} and world ${world.spec.name} run at different control periods`,
      {
        expected: `${world.spec.controlPeriodSec} s`,
        got: `${policy.spec.controlPeriodSec} s`,
      },
    );
  }
  const seen = sightOf(world, policy);
  await policy.reset(
    starts.length,
    starts.map((start) => start.seed),
  );
  return runLockstep(
    world,
    starts,
    async (observation, signal) => (await policy.act(seen(observation), signal)).actions,
    options,
  );
}
