import { worldConfig } from "../compose.ts";
import type { PolicyRef, WorldRef } from "../exam/contract.ts";
import { hybridParts } from "../scenario/hybrid-parts.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";

/** Every file whose bytes decide what a world does. */
export async function filesOfWorld(
  scenario: Scenario,
  { config }: Pick<WorldRef, "config">,
): Promise<readonly string[]> {
  switch (config.kind) {
    case "mujoco": {
      const { readMjcf } = await import("../world/mujoco/sources.ts");
      return [(await readMjcf(config.model)).file];
    }
    case "onnx": {
      const { loadModelCard } = await import("../world/model-card.ts");
      return [config.card, ...(await loadModelCard(config.card)).modelFiles];
    }
    case "linear":
      return [config.model];
    case "log":
      return [config.file];
    case "ros":
    case "remote":
      return [];
    case "residual": {
      const { loadModelCard } = await import("../world/model-card.ts");
      const own = [config.card, ...(await loadModelCard(config.card)).modelFiles];
      return [...(await filesOfParts(scenario, config)), ...own];
    }
    case "switched":
      return filesOfParts(scenario, config);
  }
}

async function filesOfParts(scenario: Scenario, config: WorldConfig): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { name } of hybridParts(config)) {
    files.push(...(await filesOfWorld(scenario, { config: worldConfig(scenario, name) })));
  }
  return files;
}

export async function filesOfPolicy({ config }: PolicyRef): Promise<readonly string[]> {
  switch (config.kind) {
    case "scripted":
    case "remote":
      return [];
    case "lqr": {
      const { readMjcf } = await import("../world/mujoco/sources.ts");
      return [(await readMjcf(config.model)).file];
    }
    case "onnx": {
      const { loadPolicyCard } = await import("../policy/policy-card.ts");
      return [config.card, (await loadPolicyCard(config.card)).modelFile];
    }
  }
}

/** Every file whose bytes decide what is seen in a scenario's pictures. */
export async function filesOfProbes({ images = [] }: Scenario): Promise<readonly string[]> {
  const { loadDetectorCard } = await import("../perception/detector-card.ts");
  const files: string[] = [];
  for (const { probe } of images) {
    if (probe !== undefined) files.push(probe, (await loadDetectorCard(probe)).modelFile);
  }
  return files;
}
