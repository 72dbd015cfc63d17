import type { ChannelSpec } from "../core/channels.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ChannelSummary, ScenarioSummary } from "../viewer/session.ts";
import { sceneObject } from "./view-scene.ts";

/** What the viewer's page is told of a scenario. */
export function scenarioSummary(scenario: Scenario): ScenarioSummary {
  const objectChannels = new Set(
    scenario.objects.flatMap(({ position, orientation, visible }) => [position, orientation, visible]),
  );
  const groupOf = ({ name, unit }: ChannelSpec): string => {
    if (objectChannels.has(name)) return "objects";
    if (unit === "m" || unit === "rad") return "positions";
    if (/^(m|rad)\s*\/\s*s$/.test(unit)) return "velocities";
    return "other";
  };
  const summaryOf = (
    channel: Scenario["observation"][number] | Scenario["action"][number],
    group: string,
  ): ChannelSummary => {
    const { mujoco: _, ...rest } = channel;
    return { ...rest, group };
  };
  return {
    name: scenario.name,
    title: scenario.title,
    description: scenario.description ?? null,
    controlPeriodSec: scenario.controlPeriodSec,
    horizonSteps: scenario.horizonSteps,
    formula: scenario.success.formula,
    ends: scenario.success.ends ?? null,
    observation: scenario.observation.map((channel) => summaryOf(channel, groupOf(channel))),
    action: scenario.action.map((channel) => summaryOf(channel, "actions")),
    objects: scenario.objects.map((object) => sceneObject(object, [])),
    parameters: scenario.parameters.map(({ name, unit, nominal }) => ({ name, unit, nominal })),
    dimensions: scenario.dimensions.map(({ key, unit, range }) => ({ key, unit, range })),
    map: scenario.map ?? null,
  };
}
