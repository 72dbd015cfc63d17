import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { resultSchema, type ExamResult } from "../report/result.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { readManifest } from "./evidence-files.ts";

/** What an exam found of a candidate, as far as it matters to whoever runs that beside or in place of truth. */
export interface ExamFindings {
  /** Name of the candidate. */
  readonly world: string;
  /** sha256 of each file that it was made of when it was examined. */
  readonly worldSha256: readonly string[];
  /** The strongest claim granted; undefined: none. */
  readonly claim: string | undefined;
  /** The shorter of the two horizons that are of prediction; undefined: neither was found. */
  readonly usableHorizonSec: number | undefined;
}

/** @throws SimgateError `input` for a folder that is no evidence of an exam, or evidence of another scenario. */
export async function examFindings(
  evidence: string,
  { name, sha256 }: Pick<Scenario, "name" | "sha256">,
): Promise<ExamFindings> {
  const file = join(evidence, "result.json");
  const { scenario, horizon, verdict, candidate } = await resultOf(file);
  if (scenario.sha256 !== sha256) {
    throw inputError("the evidence is of another scenario, or of another version of it", {
      where: file,
      expected: `${name}, sha256 ${sha256}`,
      got: `${scenario.name}, sha256 ${scenario.sha256}`,
    });
  }
  const { files } = await readManifest(evidence);
  const known = [horizon.validPredictionTimeSec, horizon.conformalSec].filter((sec) => sec !== null);
  return {
    world: candidate.name,
    worldSha256: files.filter(({ role }) => role === `world ${candidate.name}`).map((one) => one.sha256),
    claim: verdict.claim ?? undefined,
    usableHorizonSec: known.length === 0 ? undefined : Math.min(...known),
  };
}

async function resultOf(file: string): Promise<ExamResult> {
  try {
    return resultSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw inputError("the evidence cannot be read", {
      where: file,
      expected: "the result of an exam, schema simgate/result@1",
      got: messageOf(cause).split("\n")[0]!,
      cause,
    });
  }
}
