import type { Scenario } from "./scenario.ts";
import type { PromptStressor } from "./stressor-schema.ts";

/** The same scenario with other words for what policies, or worlds, are told. */
export function withStressedPrompts(scenario: Scenario, { of, wordings, fromSec }: PromptStressor): Scenario {
  // 1e-9: 3 × 0.1 s is step 3, not 4.
  const fromStep = Math.ceil(fromSec / scenario.controlPeriodSec - 1e-9);
  return { ...scenario, promptDrift: { of, wordings, fromStep } };
}
