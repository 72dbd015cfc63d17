import { didYouMean } from "../core/errors.ts";
import { createCondition } from "./condition.ts";
import { hybridParts } from "./hybrid-parts.ts";
import type { Problems } from "./problems.ts";
import type { Scenario } from "./scenario.ts";

/** Worlds of worlds: that their parts are there, that none is a part of itself, and that conditions can be read. */
export function checkHybrids(scenario: Scenario, problems: Problems): void {
  const known = Object.keys(scenario.worlds);
  for (const [name, config] of Object.entries(scenario.worlds)) {
    const path = ["worlds", name];
    for (const { role, name: part } of hybridParts(config)) {
      if (scenario.worlds[part] === undefined) {
        problems.add([...path, role], `there is no world "${part}"`, { hint: didYouMean(part, known) });
      } else if (isPartOf(name, part, scenario)) {
        problems.add([...path, role], `world "${name}" would be a part of itself`);
      }
    }
    if (config.kind !== "switched") continue;
    for (const [condition, text] of Object.entries(config.when)) {
      problems.try([...path, "when", condition], (where) => createCondition(scenario, text, where));
    }
    config.uncertainty?.channels?.forEach((channel, i) => {
      const channels = scenario.observation.map((one) => one.name);
      if (channels.includes(channel)) return;
      problems.add([...path, "uncertainty", "channels", i], `there is no channel "${channel}"`, {
        hint: didYouMean(channel, channels),
      });
    });
  }
}

/** Whether `name` is `of`, or among its parts, or theirs. */
function isPartOf(name: string, of: string, { worlds }: Scenario, seen: readonly string[] = []): boolean {
  if (of === name) return true;
  const config = worlds[of];
  if (config === undefined || seen.includes(of)) return false;
  return hybridParts(config).some((part) => isPartOf(name, part.name, { worlds } as Scenario, [...seen, of]));
}
