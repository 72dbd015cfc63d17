import type { Comparison, RecordedWorld } from "../../recording.ts";
import type { TrustMessage } from "../../live-messages.ts";
import type { Session } from "../../session.ts";
import { trustAt } from "../../trust-level.ts";

/** What the operator would have been told at each step of a recording. */
export function trustHistory(
  comparison: Comparison,
  candidate: RecordedWorld,
  horizon: Session["horizon"],
): readonly TrustMessage[] {
  const { timesSec, worst, channels } = comparison;
  const horizonSec = horizon?.decisionSec ?? horizon?.validPredictionTimeSec ?? null;
  const fault = candidate.fault;
  const told: TrustMessage[] = [];
  timesSec.forEach((atSec, step) => {
    const scaledError = worst[step]!;
    told.push(
      trustAt(
        {
          atSec,
          scaledError,
          channel: channels.find(({ max }) => max[step] === scaledError)?.channel ?? null,
          aloneSec: atSec - timesSec[0]!,
          horizonSec,
          fault: fault !== null && step >= fault.step ? fault.reason : null,
        },
        told.at(-1),
      ),
    );
  });
  return told;
}
