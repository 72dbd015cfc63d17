import type { StressorConfig } from "../../scenario/schema.ts";
import type { Policy } from "../policy.ts";
import { withObservationDelay } from "./with-observation-delay.ts";
import { withObservationDropout } from "./with-observation-dropout.ts";

/** The part of a stressor that lies between what the world shows and the policy (see `world/stressors`). */
export function withStressor(policy: Policy, stressor: StressorConfig): Policy {
  switch (stressor.kind) {
    case "observation-delay":
      return withObservationDelay(policy, stressor);
    case "observation-dropout":
      return withObservationDropout(policy, stressor);
    case "action-delay":
    case "action-noise":
    case "parameter-shift":
    case "lighting":
    case "context-drift":
    case "prompt-drift":
    case "horizon-extension":
      return policy;
  }
}
