import { createHash } from "node:crypto";
import type { Contract } from "../exam/contract.ts";
import type { Episode, ExamOutcome } from "../exam/exam.ts";
import { writeEvidence } from "../report/evidence.ts";
import type { ContractManifest } from "../report/manifest.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import { dimensionValue } from "../scenario/panel.ts";
import { plainContract } from "./manifest-contract.ts";
import { machine, packageVersions } from "./versions.ts";
import { writePairTrace } from "./pair-trace.ts";

export interface ExamEvidence {
  readonly contract: Contract;
  readonly outcome: ExamOutcome;
  readonly files: ContractManifest["files"];
  readonly command: readonly string[];
  readonly startedAt: Date;
  readonly workers: number;
  readonly rollouts: { readonly rollouts: number; readonly resumed: number };
}

/** Writes the evidence folder of an exam. @returns its absolute path */
export async function writeExamEvidence(out: string, evidence: ExamEvidence): Promise<string> {
  const { contract, outcome, files, command, startedAt, workers, rollouts } = evidence;
  const traces = new Map(
    outcome.telling.map(({ link, pair, pictures }) => [
      link.path,
      (path: string): Promise<void> => writePairTrace(path, contract, pair, pictures),
    ]),
  );
  const pathOf = new Map(outcome.telling.map(({ link, pair }) => [pair, link.path]));
  return writeEvidence(out, {
    manifest: {
      kind: "exam",
      command: [...command],
      contract: plainContract(contract),
      files: [...files],
      versions: packageVersions(),
      machine: machine(),
    },
    result: outcome.result,
    episodes: outcome.episodes.flatMap((episode) =>
      rowsOf(contract, episode, files, pathOf.get(episode.pair) ?? null),
    ),
    traces,
    run: {
      schema: "simgate/run@1",
      startedAt: startedAt.toISOString(),
      durationSec: (Date.now() - startedAt.getTime()) / 1000,
      workers,
      ...rollouts,
    },
  });
}

function rowsOf(
  contract: Contract,
  { pair, firstDivergenceSec, firstDivergenceChannel }: Episode,
  files: ContractManifest["files"],
  trace: string | null,
): EpisodeRow[] {
  const { scenario } = contract;
  const row = (role: EpisodeRow["role"]): EpisodeRow => {
    const { start, steps, end, fault, controlPeriodSec } = pair[role];
    const outcome = role === "truth" ? pair.truthOutcome : pair.candidateOutcome;
    const world = contract[role].name;
    return {
      key: episodeKey(files, [scenario.sha256, world, pair.policy, start.index, start.seed.toString()]),
      policy: pair.policy,
      world,
      role,
      start: pair.start,
      seed: start.seed,
      dimensions: Object.fromEntries(
        scenario.dimensions.map((dimension) => [dimension.key, dimensionValue(start, dimension)]),
      ),
      outcome: outcome.kind,
      margin: outcome.margin,
      steps,
      durationSec: steps * controlPeriodSec,
      end,
      firstDivergenceSec: role === "truth" ? null : firstDivergenceSec,
      firstDivergenceChannel: role === "truth" ? null : firstDivergenceChannel,
      fault: fault ?? null,
      trace,
    };
  };
  return [row("truth"), row("candidate")];
}

/** The hash of what determines a rollout: every file that went in, and which rollout it is. */
export function episodeKey(files: ContractManifest["files"], identity: readonly (string | number)[]): string {
  const inputs = files.map(({ sha256 }) => sha256);
  return createHash("sha256")
    .update(JSON.stringify([inputs, identity]))
    .digest("hex");
}
