import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Contract, OptionalPart } from "../exam/contract.ts";
import type { Trace } from "../core/trace.ts";
import { runExam } from "../exam/exam.ts";
import { withPictures } from "../exam/telling-pictures.ts";
import { untilDecided } from "../exam/until-decided.ts";
import { Fleet, type FleetProgress } from "../fleet/fleet.ts";
import { openRunner } from "../fleet/open-runner.ts";
import { JobStore } from "../fleet/store.ts";
import type { RolloutJob } from "../fleet/job.ts";
import { checkEvidenceFolder } from "../report/evidence.ts";
import type { ExamResult } from "../report/result.ts";
import { createJudge } from "../scenario/judge.ts";
import { composeContract } from "./contract.ts";
import { evidenceId } from "./evidence-files.ts";
import { writeExamEvidence } from "./exam-evidence.ts";
import { digestFiles } from "./files.ts";
import { participantOf } from "./participant.ts";

export interface ExamOptions {
  /** Name of a bundled scenario, or path of a manifest. */
  readonly scenario: string;
  /** The candidate: a world of the scenario, or the path of a model card. */
  readonly world: string;
  /** Default: the scenario's. */
  readonly truth?: string;
  /** Default: all of the scenario's. */
  readonly policies?: readonly string[];
  /** Number of starts; default: the scenario's. */
  readonly starts?: number;
  /** Seed of the panel and of everything drawn in the exam; default: the scenario's. */
  readonly seed?: number;
  /** Parts to leave out, to save time: none of them decides the gate. */
  readonly without?: readonly OptionalPart[];
  /** Take no more of the panel than truth needs to decide which of every two policies is better. */
  readonly untilDecided?: boolean;
  /** Default: the machine's cores. Never changes a byte of the result. */
  readonly workers?: number;
  /** Where the evidence folder goes; absent: nothing is written. */
  readonly out?: string;
  /** Stops it; finished rollouts are kept beside `out`, and the same call goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  /** As typed, for the record. */
  readonly command?: readonly string[];
  /** Is shown what happens, while it happens. */
  readonly watch?: ExamWatch;
}

export interface ExamWatch {
  /** Before the first rollout. */
  begins(contract: Contract): Promise<void>;
  /** Every job of rollouts that is done. */
  finished(job: RolloutJob, traces: readonly Trace[]): void;
}

export interface ExamReport {
  readonly result: ExamResult;
  /** The evidence folder, if one was asked for. */
  readonly folder: string | undefined;
  /** What names this evidence and no other, to be noted outside of it: `simgate verify --id`. */
  readonly evidenceId: string | undefined;
}

/**
 * Examines a world model: rolls the policies out in truth and in the candidate, scores the axes, writes the evidence.
 * @throws SimgateError `input` for anything wrong with what was asked; `aborted` when stopped by the signal.
 */
export async function exam(options: ExamOptions): Promise<ExamReport> {
  const startedAt = new Date();
  if (options.out !== undefined) await checkEvidenceFolder(options.out);
  const contract = await composeContract(options);
  const { truth, candidate, baseline } = contract;
  const files = await digestFiles({
    ...contract,
    worlds: [truth, candidate, ...(baseline === undefined ? [] : [baseline])],
  });
  const { watch } = options;
  await watch?.begins(contract);
  const workers = options.workers ?? availableParallelism();
  const store = options.out === undefined ? undefined : new JobStore(unfinishedFolder(options.out));
  const runner = openRunner(workers);
  try {
    const fleet = new Fleet({
      scenario: contract.scenario,
      runner,
      fingerprint: (request) => files.fingerprint(request),
      ...(store === undefined ? {} : { store }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(watch && { onFinished: (job, traces) => watch.finished(job, traces) }),
    });
    const taken =
      options.untilDecided === true
        ? await untilDecided(contract, fleet, createJudge(contract.scenario))
        : { contract, stopping: undefined };
    const outcome = await runExam(
      taken.contract,
      fleet,
      {
        truth: await participantOf(contract.scenario, truth, truth.config),
        candidate: await participantOf(contract.scenario, candidate, truth.config),
      },
      taken.stopping,
    );
    if (options.out === undefined)
      return { result: outcome.result, folder: undefined, evidenceId: undefined };
    const telling = await withPictures({ contract: taken.contract, rollouts: fleet }, outcome.telling);
    const folder = await writeExamEvidence(options.out, {
      contract: taken.contract,
      outcome: { ...outcome, telling },
      files: files.files,
      command: options.command ?? [],
      startedAt,
      workers,
      rollouts: fleet.counts,
    });
    await store?.clear();
    return { result: outcome.result, folder, evidenceId: await evidenceId(folder) };
  } finally {
    await runner.close();
  }
}

/** Finished rollouts of an exam that has not ended yet lie beside its evidence folder. */
export function unfinishedFolder(out: string): string {
  return `${resolve(out)}.unfinished`;
}
