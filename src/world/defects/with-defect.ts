import { inputError } from "../../core/errors.ts";
import type { Defect, DefectKind } from "../../scenario/defect.ts";
import type { Judge } from "../../scenario/judge.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { World } from "../world.ts";
import { actionBlind } from "./action-blind.ts";
import { colourShift } from "./colour-shift.ts";
import type { DefectModel } from "./defect-model.ts";
import { delayedActions } from "./delayed-actions.ts";
import { optimisticBoundary, pessimisticBoundary } from "./displaced-boundary.ts";
import { frozenChannel } from "./frozen-channel.ts";
import { ignoredSeed } from "./ignored-seed.ts";
import { jump } from "./jump.ts";
import { leakingReset } from "./leaking-reset.ts";
import { missingDynamics } from "./missing-dynamics.ts";
import { noise } from "./noise.ts";
import { PlantedWorld } from "./planted-world.ts";
import { slowDrift } from "./slow-drift.ts";
import { softContact } from "./soft-contact.ts";
import { spawnedObject } from "./spawned-object.ts";
import { swappedActions } from "./swapped-actions.ts";
import { swappedIdentity } from "./swapped-identity.ts";
import { teleportToSuccess } from "./teleport-to-success.ts";
import { vanishingObject } from "./vanishing-object.ts";
import { wrongGain } from "./wrong-gain.ts";

/** The known faults; docs/defects.md is the same for readers. */
export const DEFECT_MODELS: Readonly<Record<DefectKind, DefectModel>> = {
  "action-blind": actionBlind,
  "delayed-actions": delayedActions,
  "wrong-gain": wrongGain,
  "swapped-actions": swappedActions,
  "vanishing-object": vanishingObject,
  "swapped-identity": swappedIdentity,
  "spawned-object": spawnedObject,
  "teleport-to-success": teleportToSuccess,
  "soft-contact": softContact,
  "slow-drift": slowDrift,
  jump,
  "frozen-channel": frozenChannel,
  "leaking-reset": leakingReset,
  "ignored-seed": ignoredSeed,
  noise,
  "missing-dynamics": missingDynamics,
  "colour-shift": colourShift,
  "optimistic-boundary": optimisticBoundary,
  "pessimistic-boundary": pessimisticBoundary,
};

/**
 * The world with a known fault in it.
 * @param judge the scenario's own.
 * @throws SimgateError where the fault has no meaning in this world.
 */
export function withDefect(
  world: World,
  { kind, severity, about }: Defect,
  { scenario, judge }: { readonly scenario: Scenario; readonly judge: Judge },
): World {
  const model = DEFECT_MODELS[kind];
  const site = { spec: world.spec, scenario, judge, ...(about === undefined ? {} : { about }) };
  const reason = model.notApplicable?.(site);
  if (reason !== undefined) {
    throw inputError(`defect ${kind} cannot be planted in world ${world.spec.name}`, {
      where: scenario.file,
      got: reason,
    });
  }
  return new PlantedWorld(world, model.plant(site, model.magnitude[severity]));
}
