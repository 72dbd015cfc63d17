import { toSec } from "../core/time.ts";
import type { Refuse } from "./action-topic.ts";
import { alignSeries, TIME_SLACK_SEC } from "./align.ts";
import { framePeriod, type RecordedSession } from "./recorded-session.ts";
import type { Series } from "./series.ts";
import type { SessionActions } from "./session-actions.ts";

/**
 * The actions of a recorded session from each frame to the next: each goes on until the next one, and where there are several
 * within a frame it is their mean over time that acts.
 * @throws SimgateError where no action is of the time of the frames.
 */
export function recordedActions(session: RecordedSession, refuse: Refuse): SessionActions {
  const { target, actions, originNs, timesSec } = session;
  const ofTopics = actions.map((topic) => topic.series(originNs));
  const series = ofTopics.flat();
  assertOverlap(session, series, refuse);
  const frames = timesSec.subarray(0, -1);
  const options = { method: "mean", periodSec: framePeriod(timesSec) } as const;
  const columns = series.map((one): [string, Float64Array] => [
    one.channel.name,
    alignSeries(one, frames, options).values,
  ]);
  return {
    file: target,
    topics: actions.map(({ topic }) => topic),
    rows: actions.reduce((sum, { messages }) => sum + messages, 0),
    columns: Object.fromEntries(columns),
    held: heldIntervals(ofTopics.map(longestOf), timesSec),
    notFinite: Object.fromEntries(series.map(({ channel, dropped }) => [channel.name, dropped])),
  };
}

/** The times of a topic's messages: of the column that leaves out the fewest. */
function longestOf(columns: readonly Series[]): Float64Array {
  return columns.map(({ timesSec }) => timesSec).reduce((a, b) => (b.length > a.length ? b : a));
}

/** How many intervals between frames have no action of their own, once there is one. */
function heldIntervals(topics: readonly Float64Array[], frames: Float64Array): number {
  const times = Float64Array.from(topics.flatMap((one) => [...one])).sort();
  let [next, held] = [0, 0];
  for (let t = 0; t + 1 < frames.length; t++) {
    const before = next;
    while (next < times.length && times[next]! < frames[t + 1]! - TIME_SLACK_SEC) next++;
    if (next === before && next > 0) held++;
  }
  return held;
}

const CLOCKS_DIFFER =
  "where their clocks differ, `stamp: receive` in frames and in actions takes the times at which both were recorded";

function assertOverlap(
  { originNs, timesSec, frames }: RecordedSession,
  series: readonly Series[],
  refuse: Refuse,
): void {
  const times = series.filter((one) => one.timesSec.length > 0);
  const from = Math.min(...times.map((one) => one.timesSec[0]!));
  const to = Math.max(...times.map((one) => one.timesSec.at(-1)!));
  const last = timesSec.at(-1)!;
  if (times.length === 0 || (to >= -TIME_SLACK_SEC && from <= last)) return;
  const span = (a: number, b: number): string =>
    `${(toSec(originNs) + a).toFixed(3)} to ${(toSec(originNs) + b).toFixed(3)} s`;
  throw refuse(["actions", "topic"], "the actions and the frames are not of the same time", {
    expected: `actions within the time of the frames, ${span(0, last)}`,
    got: span(from, to),
    ...(frames.stamp === "receive" ? {} : { hint: CLOCKS_DIFFER }),
  });
}
