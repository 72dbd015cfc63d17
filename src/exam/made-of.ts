import type { HandOvers, Participant } from "../report/result.ts";

/** What a verdict on a world that is put together must not leave unsaid: what was made by physics. Empty: it is of one piece. */
export function madeOf({ kind, parts = [] }: Participant, handOvers: HandOvers | undefined): string {
  const physics = parts.filter(({ role }) => role !== "learned");
  const isTruth = physics.some((part) => part.isTruth);
  const told = isTruth ? ", which is truth itself: there the verdict says nothing of a model" : "";
  if (kind === "residual") {
    return ` Every step of it is made by ${physics[0]!.name}${told || " and corrected by a learned residual"}.`;
  }
  if (handOvers === undefined) return "";
  const { steps, stepsByPhysics } = handOvers;
  const share = steps === 0 ? "None" : `${((100 * stepsByPhysics) / steps).toFixed(0)} %`;
  return ` ${share} of its steps are made by physics, ${handOvers.physics}${told}.`;
}
