import type { MjcfActuator } from "../world/mujoco/describe-model.ts";
import { APART, type DraftAction } from "./init-scenario-draft.ts";
import { labelsOf, Names, plainName, quoted } from "./init-scenario-names.ts";

/** A channel for each actuator; where there are many, one for those with the same unit and limits. */
export function draftActions(actuators: readonly MjcfActuator[], names: Names): DraftAction[] {
  if (actuators.length <= APART) return actuators.map((one) => actionOf([one], names));
  const groups = new Map<string, MjcfActuator[]>();
  for (const actuator of actuators) {
    const { unit } = unitOf(actuator);
    const key = JSON.stringify([unit, actuator.range, actuator.commands]);
    groups.set(key, [...(groups.get(key) ?? []), actuator]);
  }
  return [...groups.values()].map((group) => actionOf(group, names));
}

function actionOf(actuators: readonly MjcfActuator[], names: Names): DraftAction {
  const first = actuators[0]!;
  const { unit } = unitOf(first);
  const decide = [...new Set(actuators.flatMap((one) => unitOf(one).decide ?? []))].join(", or ");
  const several = actuators.length > 1;
  const unlimited = first.range === undefined ? "the MJCF does not limit it" : undefined;
  const why = [decide, unlimited].filter((text) => text !== undefined && text !== "").join("; ");
  return {
    name: names.take(several ? "command" : plainName(first.name)),
    unit,
    ...(several ? { labels: labelsOf(actuators) } : {}),
    limits: first.range ?? [-1, 1],
    mujoco: several
      ? `{ actuator: [${actuators.map(({ name }) => quoted(name)).join(", ")}] }`
      : `{ actuator: ${quoted(first.name)} }`,
    ...(why === "" ? {} : { decide: why }),
  };
}

function unitOf({ commands, joint, gain }: MjcfActuator): { unit: string; decide?: string } {
  const turns = joint?.type === "hinge";
  if (commands === "position") return { unit: turns ? "rad" : "m" };
  if (commands === "velocity") return { unit: turns ? "rad/s" : "m/s" };
  const force = turns ? "N m" : "N";
  if (commands === "force" && gain === 1) return { unit: force };
  return commands === "force"
    ? { unit: "1", decide: `a command of 1 gives ${Number(gain.toPrecision(6))} ${force}` }
    : { unit: "1", decide: "what a command of 1 stands for" };
}
