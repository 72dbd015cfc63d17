import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import { readTraceFile } from "../record/read-traces.ts";
import { createJudge } from "../scenario/judge.ts";
import type { EpisodeRow } from "../report/parquet.ts";
import type { ExamResult } from "../report/result.ts";
import { storedPanel, storedScenario, type StoredContract } from "./manifest-contract.ts";
import { rowName } from "./verify-episodes.ts";
import { type EvidenceCheck, Findings } from "./verify-problem.ts";

/**
 * Every trace the result links to can be read, is the rollout its row says, and the scenario's formula gives it the
 * margin of its row, to the bit.
 */
export async function checkTraces(
  folder: string,
  contract: StoredContract,
  result: ExamResult,
  rows: readonly EpisodeRow[],
): Promise<EvidenceCheck> {
  const found = new Findings();
  const scenario = storedScenario(contract);
  const starts = new Map(storedPanel(contract).map((start) => [start.index, start]));
  const judge = createJudge(scenario);
  for (const { path, policy, start } of result.traces) {
    for (const role of ["truth", "candidate"] as const) {
      const name = rowName({ policy, start, role });
      const row = rows.find((one) => one.policy === policy && one.start === start && one.role === role);
      if (row === undefined) {
        found.add("result.json", `traces, ${path}`, "a rollout of episodes.parquet", name);
        continue;
      }
      found.same("episodes.parquet", `${name}: trace`, path, row.trace);
      try {
        const [reading] = await readTraceFile(join(folder, path), scenario, { role });
        const { trace, losses } = reading!;
        const same = (what: string, expected: unknown, got: unknown): void =>
          found.same(path, `${name}: ${what}`, expected, got);
        same("parts that cannot be read", 0, losses.length);
        same("world", row.world, reading!.info?.world);
        same("seed", row.seed.toString(), trace.start.seed.toString());
        same("initial values", starts.get(start)?.initial, trace.start.initial);
        same("parameters", starts.get(start)?.parameters, trace.start.parameters);
        same("steps", row.steps, trace.steps);
        same("end", row.end, trace.end);
        const outcome = judge.outcome(trace);
        same("outcome, judged again", row.outcome, outcome.kind);
        same("margin, judged again", row.margin, outcome.margin);
      } catch (thrown) {
        found.add(path, `${name} cannot be read`, "an MCAP recording", messageOf(thrown));
      }
    }
  }
  return found.check("traces", `${result.traces.length} traces read and judged again`);
}
