import type { Trace } from "../core/trace.ts";
import { stillStretches, type StillStretch, truthMoves } from "../metrics/still-stretch.ts";
import type { ExamRun } from "./axis.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { unstressed } from "./contract.ts";
import { cutWindow } from "./windows.ts";

/** Open-loop lanes are short and may be many: more of them a call. */
const LANES_PER_JOB = 1024;

/**
 * Where the candidate stands bit-still though truth, from the observation at which the stretch begins and under the same
 * commands, moves. Costs truth as many steps as the candidate stands still.
 * @returns one list a pair; undefined where truth cannot be put into a state because it is a recording.
 */
export async function frozenStretches({
  contract,
  pairs,
  rollouts,
}: ExamRun): Promise<readonly (readonly StillStretch[])[] | undefined> {
  const { scenario, truth } = contract;
  if (!truth.respondsToActions) return undefined;
  const channels = {
    observation: scenario.observation,
    action: scenario.action,
  };
  const still = pairs.map(({ candidate }) =>
    stillStretches(scenario.observation, candidate).filter(
      (stretch) => !isHidden(scenario, candidate, stretch),
    ),
  );
  // Channels that stand still together are asked about once.
  const key = (pair: number, { fromRow, steps }: StillStretch): string => `${pair} ${fromRow} ${steps}`;
  const asked = new Map<string, { pair: number; stretch: StillStretch }>();
  still.forEach((stretches, pair) =>
    stretches.forEach((stretch) => asked.set(key(pair, stretch), { pair, stretch })),
  );
  if (asked.size === 0) return still;
  const windows = [...asked.values()].map(({ pair, stretch }) =>
    cutWindow(pairs[pair]!.candidate, pair, stretch.fromRow, stretch.steps, 0, channels),
  );
  const [traces] = await rollouts.run([
    {
      world: unstressed(truth),
      drive: {
        kind: "actions",
        actions: windows.map(({ actions }) => actions),
      },
      starts: windows.map(({ start }) => start),
      horizonSteps: Math.max(...windows.map(({ steps }) => steps)),
      lanesPerJob: LANES_PER_JOB,
    },
  ]);
  const inTruth = new Map([...asked.keys()].map((one, i) => [one, traces![i]!]));
  return still.map((stretches, pair) =>
    stretches.filter((stretch) =>
      truthMoves(scenario.observation, stretch, inTruth.get(key(pair, stretch))!),
    ),
  );
}

/**
 * Whether the stretch is of an object that is out of sight in it: what is shown then is where it was seen last, and no
 * world can be put into the state behind it. What becomes of such an object is for object persistence to say.
 */
function isHidden(
  { objects, observation: channels }: Scenario,
  { observation }: Trace,
  { channel, fromRow, steps }: StillStretch,
): boolean {
  const rateOf = channels.find(({ name }) => name === channel)?.derivativeOf;
  return objects.some(({ position, orientation, visible }) => {
    if (visible === undefined) return false;
    const tellsOfIt = [position, orientation, visible].some(
      (name) => name !== undefined && (name === channel || name === rateOf),
    );
    return tellsOfIt && observation[visible]!.subarray(fromRow, fromRow + steps + 1).includes(0);
  });
}
