import { isDeepStrictEqual } from "node:util";
import { worldConfig } from "../compose.ts";
import type { WorldRef } from "../exam/contract.ts";
import type { Participant } from "../report/result.ts";
import { hybridParts } from "../scenario/hybrid-parts.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";

/** How a report introduces a world: what its card says of itself is quoted, never scored. */
export async function participantOf(
  scenario: Scenario,
  { name, config, peer }: Pick<WorldRef, "name" | "config" | "peer">,
  truth: WorldConfig = scenario.worlds[scenario.truth]!,
): Promise<Participant> {
  const parts = await partsOf(scenario, config, truth);
  const made = parts.length === 0 ? {} : { parts };
  if (config.kind === "remote")
    return { name, kind: config.kind, ...(peer?.["title"] === undefined ? {} : { title: peer["title"] }) };
  if (!("card" in config)) return { name, kind: config.kind, ...made };
  const { loadModelCard } = await import("../world/model-card.ts");
  const { title, license, limits, claims } = await loadModelCard(config.card);
  return {
    ...{ name, kind: config.kind, ...(title === undefined ? {} : { title }), license, limits, claims },
    ...made,
  };
}

/** What a world is made of, parts of parts included; whether one of them is truth itself decides what the whole shows. */
async function partsOf(
  scenario: Scenario,
  config: WorldConfig,
  truth: WorldConfig,
): Promise<NonNullable<Participant["parts"]>> {
  const parts: NonNullable<Participant["parts"]> = [];
  for (const { role, name } of hybridParts(config)) {
    const own = worldConfig(scenario, name);
    const { parts: deeper = [], title, kind } = await participantOf(scenario, { name, config: own }, truth);
    const isTruth = isDeepStrictEqual(own, truth);
    parts.push({ role, name, kind, ...(title === undefined ? {} : { title }), isTruth }, ...deeper);
  }
  return parts;
}
