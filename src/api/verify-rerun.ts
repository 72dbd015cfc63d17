import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { inputError, messageOf, SimgateError } from "../core/errors.ts";
import { RandomStream } from "../core/random.ts";
import type { Trace } from "../core/trace.ts";
import type { PolicyRef } from "../exam/contract.ts";
import type { RolloutRequest } from "../exam/rollouts.ts";
import { Fleet, type FleetProgress, LANES_PER_JOB } from "../fleet/fleet.ts";
import { openRunner } from "../fleet/open-runner.ts";
import { readTraceFile } from "../record/read-traces.ts";
import type { EvidenceManifest } from "../report/manifest.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { sha256Of } from "./evidence-files.ts";
import { digestFiles } from "./files.ts";
import { contractIn, type StoredContract } from "./manifest-contract.ts";
import { rowName } from "./verify-episodes.ts";
import { type EvidenceCheck, Findings } from "./verify-problem.ts";
import { machine, packageVersions } from "./versions.ts";

export interface RerunOptions {
  readonly folder: string;
  readonly manifest: EvidenceManifest;
  readonly contract: StoredContract;
  readonly rows: readonly EpisodeRow[];
  readonly count: number;
  /** Which rollouts are chosen. */
  readonly seed: bigint;
  /** Where the scenario lies on this machine; default: the bundled one of its name. */
  readonly scenario?: string;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

/**
 * Rolls some of the rollouts out again from the contract, over the files on this machine, in the batches they were
 * rolled out in, and compares: outcome, margin, steps, and every value of those whose trace was kept.
 * @throws SimgateError `input` if the files on this machine are not those of the evidence.
 */
export async function rerun(options: RerunOptions): Promise<EvidenceCheck> {
  const { manifest, rows } = options;
  const scenario = await scenarioHere(options);
  const folder = dirname(scenario.file);
  await checkFiles(folder, manifest);
  const contract = contractIn(folder, options.contract, scenario);
  const files = await digestFiles({ ...contract, worlds: [contract.truth, contract.candidate] });
  const judge = createJudge(scenario);
  const unseeded = contract.policies.filter(({ deterministic }) => deterministic === false);
  const repeatable = rows.filter(({ policy }) => !unseeded.some(({ name }) => name === policy));
  const chosen = chooseRollouts(repeatable, options.count, options.seed);
  const runner = openRunner(options.workers ?? availableParallelism());
  const found = new Findings();
  try {
    const fleet = new Fleet({
      scenario,
      runner,
      fingerprint: (request) => files.fingerprint(request),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    const batches = batchesOf(chosen);
    const traces = await fleet.run(
      batches.map(({ role, policy, from }): RolloutRequest => ({
        world: contract[role],
        drive: { kind: "policy", policy: contract.policies.find(({ name }) => name === policy)! },
        starts: contract.panel.slice(from, from + LANES_PER_JOB),
        horizonSteps: scenario.horizonSteps,
      })),
    );
    for (const [b, { rows: members }] of batches.entries()) {
      for (const row of members) {
        const trace = traces[b]!.find(({ start }) => start.index === row.start)!;
        const { kind, margin } = judge.outcome(trace);
        const same = (what: string, expected: unknown, got: unknown): void =>
          found.same("episodes.parquet", `${rowName(row)}, run again: ${what}`, expected, got);
        same("steps", row.steps, trace.steps);
        same("end", row.end, trace.end);
        same("outcome", row.outcome, kind);
        same("margin", row.margin, margin);
        if (row.trace !== null) await compareTrace(options, row, row.trace, scenario, trace, found);
      }
    }
  } finally {
    await runner.close();
  }
  const kept = chosen.filter(({ trace }) => trace !== null).length;
  return found.check(
    "rerun",
    `${chosen.length} of ${rows.length} rollouts run again${kept === 0 ? "" : `, ${kept} of them compared value by value with their traces`}${leftOut(unseeded)}${elsewhere(manifest)}`,
  );
}

function leftOut(unseeded: readonly PolicyRef[]): string {
  const names = unseeded.map(({ name }) => name).join(", ");
  return names === "" ? "" : `; not those of ${names}, which cannot be seeded`;
}

/**
 * Spread over worlds and policies: one of each in turn until there are enough, the first of each with a kept trace
 * where there is one, so that every number of it is compared.
 */
export function chooseRollouts(rows: readonly EpisodeRow[], count: number, seed: bigint): EpisodeRow[] {
  const cells = new Map<string, EpisodeRow[]>();
  for (const row of rows) {
    const key = `${row.role} ${row.policy}`;
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  const shuffled = <T>(list: readonly T[], name: string): T[] => {
    const stream = new RandomStream(seed, "verify", name);
    return list
      .map((item, i) => ({ item, at: stream.uniform(i) }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  };
  const queues = shuffled([...cells], "cells").map(([key, own]) => {
    const order = shuffled(own, key);
    const first = order.find(({ trace }) => trace !== null);
    return first === undefined ? order : [first, ...order.filter((row) => row !== first)];
  });
  const chosen: EpisodeRow[] = [];
  for (let round = 0; chosen.length < Math.min(count, rows.length); round++) {
    chosen.push(...queues.flatMap((queue) => queue[round] ?? []).slice(0, count - chosen.length));
  }
  return chosen;
}

/** The scenario of the evidence, from its files on this machine. @throws SimgateError `input` */
export async function scenarioHere({
  contract,
  scenario,
}: Pick<RerunOptions, "contract" | "scenario">): Promise<Scenario> {
  try {
    return await loadScenario(scenario ?? contract.scenario.name);
  } catch (thrown) {
    if (scenario !== undefined || !(thrown instanceof SimgateError)) throw thrown;
    throw inputError("the scenario of the evidence cannot be opened on this machine", {
      got: messageOf(thrown),
      hint: "say where it lies with --scenario <path>",
      cause: thrown,
    });
  }
}

/** @throws SimgateError `input` for the first file that is not the one the evidence was made with */
export async function checkFiles(folder: string, manifest: EvidenceManifest): Promise<void> {
  for (const { path, role, sha256 } of manifest.files) {
    const file = resolve(folder, path);
    const bytes = await readFile(file).catch(() => undefined);
    const got = bytes === undefined ? "no such file" : `sha256 ${sha256Of(bytes)}`;
    if (got === `sha256 ${sha256}`) continue;
    throw inputError(`${path} (${role}) on this machine is not the file the evidence was made with`, {
      where: file,
      expected: `sha256 ${sha256}`,
      got,
      hint: "say with --scenario <path> where the files it was made with lie",
    });
  }
}

interface Batch {
  readonly role: EpisodeRow["role"];
  readonly policy: string;
  readonly from: number;
  readonly rows: EpisodeRow[];
}

/** A learned model may round differently in other company: a rollout is repeated with its whole batch. */
function batchesOf(rows: readonly EpisodeRow[]): readonly Batch[] {
  const batches = new Map<string, Batch>();
  for (const row of rows) {
    const { role, policy } = row;
    const from = Math.floor(row.start / LANES_PER_JOB) * LANES_PER_JOB;
    const key = `${role} ${policy} ${from}`;
    const batch = batches.get(key) ?? { role, policy, from, rows: [] };
    batch.rows.push(row);
    batches.set(key, batch);
  }
  return [...batches.values()];
}

async function compareTrace(
  { folder }: RerunOptions,
  row: EpisodeRow,
  path: string,
  scenario: Scenario,
  again: Trace,
  found: Findings,
): Promise<void> {
  let kept: Trace;
  try {
    kept = (await readTraceFile(join(folder, path), scenario, { role: row.role }))[0]!.trace;
  } catch (thrown) {
    found.add(path, `${rowName(row)} cannot be read`, "an MCAP recording", messageOf(thrown));
    return;
  }
  for (const kind of ["observation", "requestedAction", "appliedAction"] as const) {
    for (const { name, size } of kind === "observation" ? scenario.observation : scenario.action) {
      const [a, b] = [kept[kind][name], again[kind][name]];
      const at = a?.findIndex((value, i) => !Object.is(value, b?.[i])) ?? 0;
      if (at < 0 && a?.length === b?.length) continue;
      const step = Math.floor(at / size);
      found.add(path, `${rowName(row)}, run again: ${kind} ${name} at step ${step}`, a?.[at], b?.[at]);
      return;
    }
  }
}

/** Other processors and libraries may round differently: said where it may be the reason. */
function elsewhere({ machine: madeOn, versions: madeWith }: EvidenceManifest): string {
  const here = machine();
  const now = packageVersions();
  const other = [
    ...Object.keys(madeOn).filter((key) => madeOn[key] !== here[key]),
    ...Object.keys(madeWith).filter((key) => madeWith[key] !== now[key]),
  ];
  return other.length === 0 ? "" : `; made with another ${other.join(", ")}`;
}
