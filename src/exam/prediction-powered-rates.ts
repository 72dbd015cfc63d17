import {
  classicalMean,
  type MeanInterval,
  predictionPowered,
  predictionPoweredTuned,
  steadied,
} from "../metrics/prediction-powered.ts";
import type { Transfer } from "../report/result.ts";
import type { Contract } from "./contract.ts";
import type { Pair } from "./pairs.ts";

type Found = Transfer["predictionPowered"];

/** Share of the panel whose truth is used, as if the rest of truth were still to be paid for. */
const PAIRED_SHARE = 1 / 4;
/** Normal theory needs some trials, even steadied: with 16 its intervals of some candidates hold too little. */
const FEWEST = 32;

/**
 * How far a few trials of truth go with the candidate's help: each policy's true success rate from the first quarter
 * of the panel in truth and all of the panel in the candidate, the paired quarter correcting the rest. One made-up
 * trial of each kind keeps the intervals honest near 0 and 1.
 */
export function predictionPoweredRates(
  { policies, panel, scenario }: Contract,
  pairs: readonly Pair[],
): Found {
  const { confidence } = scenario.thresholds;
  const n = Math.floor(panel.length * PAIRED_SHARE);
  if (n < FEWEST) {
    return { undefined: `${panel.length} starts are too few: a quarter of them must be ${FEWEST} or more` };
  }
  return {
    n,
    further: panel.length - n,
    policies: policies.map(({ name: policy }) => {
      const own = pairs.filter((pair) => pair.policy === policy);
      const passed = (kind: string): number => (kind === "success" ? 1 : 0);
      const judged = own.filter(
        ({ truthOutcome, candidateOutcome }) =>
          truthOutcome.kind !== "fault" && candidateOutcome.kind !== "fault",
      );
      const first = new Set(panel.slice(0, n).map(({ index }) => index));
      const paired = judged.filter(({ start }) => first.has(start));
      const truth = paired.map(({ truthOutcome }) => passed(truthOutcome.kind));
      const unpaired = own
        .filter(({ start, candidateOutcome }) => !first.has(start) && candidateOutcome.kind !== "fault")
        .map(({ candidateOutcome }) => passed(candidateOutcome.kind));
      if (truth.length < FEWEST || unpaired.length < FEWEST)
        return { policy, undefined: "too many rollouts faulted" };
      const input = steadied({
        truth,
        unpaired,
        paired: paired.map(({ candidateOutcome }) => passed(candidateOutcome.kind)),
      });
      const classical = classicalMean(input.truth, confidence);
      const tuned = predictionPoweredTuned(input, confidence);
      return {
        policy,
        truthRate:
          judged.filter(({ truthOutcome }) => truthOutcome.kind === "success").length / judged.length,
        classical: plain(classical),
        ppi: plain(predictionPowered(input, confidence)),
        ppiPlusPlus: { ...plain(tuned), lambda: tuned.lambda },
        shorter: 1 - tuned.standardError / classical.standardError,
      };
    }),
  };
}

/** Normal theory does not know that a rate ends at 0 and 1. */
function plain({ mean, interval }: MeanInterval): { mean: number; interval: [number, number] } {
  return { mean, interval: [Math.max(0, interval[0]), Math.min(1, interval[1])] };
}
