import type { Contract } from "../exam/contract.ts";
import type { Pair } from "../exam/pairs.ts";
import { writeTraces } from "../record/write-traces.ts";

/** Truth and candidate of one pair, side by side in one MCAP file. */
export async function writePairTrace(
  path: string,
  { scenario, truth, candidate }: Contract,
  pair: Pair,
): Promise<void> {
  const { policy } = pair;
  await writeTraces(
    [
      { role: "truth", world: truth.name, policy, trace: pair.truth, outcome: pair.truthOutcome },
      {
        role: "candidate",
        world: candidate.name,
        policy,
        trace: pair.candidate,
        outcome: pair.candidateOutcome,
      },
    ],
    { path, channels: scenario, scenario },
  );
}
