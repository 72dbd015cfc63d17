import { readFile } from "node:fs/promises";
import { worldConfig } from "../compose.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { sha256Of } from "./evidence-files.ts";
import type { ExamFindings } from "./exam-findings.ts";
import { filesOfWorld } from "./model-files.ts";

/** What a bridge says in `custom_info` of a world: which bytes it is, and what an exam found it good for. */
export type AboutWorld = Readonly<Record<string, string>>;

/** By the name that the world goes by; of one that is no file (a server) nothing is known. */
export async function aboutWorlds(
  scenario: Scenario,
  names: readonly string[],
  findings: ExamFindings | undefined,
): Promise<ReadonlyMap<string, AboutWorld>> {
  const about = new Map<string, AboutWorld>();
  for (const name of names) {
    // One that cannot be read says so when it is opened.
    about.set(name, await aboutWorld(scenario, name, findings).catch(() => ({})));
  }
  return about;
}

async function aboutWorld(
  scenario: Scenario,
  name: string,
  findings: ExamFindings | undefined,
): Promise<AboutWorld> {
  const files = await filesOfWorld(scenario, { config: worldConfig(scenario, name) });
  const sums: string[] = [];
  for (const file of files) sums.push(sha256Of(await readFile(file)));
  const [model, card] = sums.toReversed(); // a card comes before its model
  return {
    ...(model === undefined ? {} : { model_sha256: model }),
    ...(card === undefined ? {} : { card_sha256: card }),
    ...(findings === undefined ? {} : asExamined(findings, name, sums)),
  };
}

/** Another model under the same name was not examined. */
function asExamined(findings: ExamFindings, name: string, sums: readonly string[]): AboutWorld {
  const { world, worldSha256, claim, usableHorizonSec } = findings;
  const same = sums.length === worldSha256.length && sums.every((sum) => worldSha256.includes(sum));
  if (world !== name || !same) return {};
  return {
    claim: claim ?? "none",
    ...(usableHorizonSec === undefined ? {} : { usable_horizon_sec: `${usableHorizonSec}` }),
  };
}
