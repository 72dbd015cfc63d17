import type { Trace } from "../core/trace.ts";
import type { Contract } from "../exam/contract.ts";
import type { Pair } from "../exam/pairs.ts";
import type { TellingPair } from "../exam/telling-traces.ts";
import { writeTraces } from "../record/write-traces.ts";

/** Truth and candidate of one pair, side by side in one MCAP file, with pictures where there are any. */
export async function writePairTrace(
  path: string,
  { scenario, truth, candidate }: Contract,
  pair: Pair,
  pictures: TellingPair["pictures"] = {},
): Promise<void> {
  const { policy } = pair;
  const of = (role: "truth" | "candidate"): Trace => {
    const images = pictures[role];
    return images === undefined ? pair[role] : { ...pair[role], images };
  };
  await writeTraces(
    [
      { role: "truth", world: truth.name, policy, trace: of("truth"), outcome: pair.truthOutcome },
      {
        role: "candidate",
        world: candidate.name,
        policy,
        trace: of("candidate"),
        outcome: pair.candidateOutcome,
      },
    ],
    { path, channels: scenario, images: scenario.images, scenario },
  );
}
