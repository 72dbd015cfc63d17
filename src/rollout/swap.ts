import { runtimeError } from "../core/errors.ts";
import type { Policy } from "../policy/policy.ts";
import type { World } from "../world/world.ts";
import { seenElsewhere } from "./seen-elsewhere.ts";
import { TakenUpWorld } from "./taken-up.ts";

/**
 * One part of a rollout replaced by its oracle, to see whether a failure goes away. Plain data. The other world is
 * truth, or, for `perception` the other way about, the candidate.
 */
export type Swap =
  /** Judged over the whole horizon: the rollout is not stopped by `success.ends`, and nothing is held. */
  | { readonly part: "evaluation" }
  /** The policy is shown what the other world shows, run beside on the same commands. */
  | { readonly part: "perception" }
  /** Whatever the world carries beside what it shows is built again at every step from what it has shown. */
  | { readonly part: "representation"; readonly contextSteps: number }
  /** These channels of each next observation come from the other world, taken up at the same place. */
  | { readonly part: "dynamics"; readonly channels: readonly string[]; readonly contextSteps: number };

/** Whether the swap needs another world beside the one that is rolled out. */
export function needsOther({ part }: Swap): boolean {
  return part === "perception" || part === "dynamics";
}

/** World and policy with the part replaced. Closing the world closes the other one too. */
export function swapped(
  swap: Swap,
  world: World,
  policy: Policy,
  other: World | undefined,
): { readonly world: World; readonly policy: Policy } {
  switch (swap.part) {
    case "evaluation":
      return { world, policy };
    case "representation":
      checkBlind(policy);
      return { world: new TakenUpWorld(world, { contextSteps: swap.contextSteps }), policy };
    case "perception":
      return seenElsewhere(world, policy, required(other));
    case "dynamics": {
      checkBlind(policy);
      const { channels, contextSteps } = swap;
      const transition = { of: required(other), channels };
      return { world: new TakenUpWorld(world, { contextSteps, transition }), policy };
    }
  }
}

/** @throws SimgateError `runtime`: such rollouts break, and cure nothing; the exam goes on */
function checkBlind({ spec }: Policy): void {
  if (spec.images === undefined) return;
  throw runtimeError(
    `policy ${spec.name} looks at pictures, and of channels put together anew there are none`,
  );
}

function required(other: World | undefined): World {
  if (other === undefined) throw runtimeError("this swap needs another world");
  return other;
}
