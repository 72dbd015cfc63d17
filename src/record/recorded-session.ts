import { didYouMean } from "../core/errors.ts";
import { toSec, type TimeNs } from "../core/time.ts";
import { ActionTopic, type Refuse } from "./action-topic.ts";
import { bagFiles } from "./bag-files.ts";
import type { NamedPicture } from "./clip.ts";
import { FrameIndex } from "./frame-index.ts";
import { IMAGE_TYPES, type ImageMessage, isImageType, pictureIn } from "./image-message.ts";
import type { Loss } from "./mcap-scanner.ts";
import { INFO_RECORD, infoFrom } from "./recording-info.ts";
import { scanMcap } from "./scan-mcap.ts";
import type { ActionsInRecording, FramesInRecording } from "./session-card.ts";
import { topicMessages } from "./topic-messages.ts";
import { TopicReaders } from "./topic-reader.ts";

/** The frames and the actions of a session that lie in one recording. */
export interface RecordedSession {
  /** MCAP file, or the folder of a bag. */
  readonly target: string;
  readonly frames: {
    readonly topic: string;
    readonly type: string;
    readonly stamp: FramesInRecording["stamp"];
  };
  /** When the first frame was. */
  readonly originNs: TimeNs;
  /** When each frame was, s since the first; strictly increasing. */
  readonly timesSec: Float64Array;
  readonly actions: readonly ActionTopic[];
  /** Pictures that are left out, for they are no later than one before. */
  readonly outOfOrder: number;
  readonly losses: readonly Loss[];
  /** Decoded one at a time. */
  pictures(): AsyncIterable<NamedPicture>;
}

/**
 * Finds frames and actions in a recording, and when they were. Of a recording that is cut or damaged what can be used is.
 * @throws SimgateError `input`, at the key of the card, for a topic that is not there or carries something else.
 */
export async function openRecordedSession(
  target: string,
  { frames, actions }: { readonly frames: FramesInRecording; readonly actions: ActionsInRecording },
  refuse: Refuse,
): Promise<RecordedSession> {
  const files = await bagFiles(target);
  const types = new Map<string, string>();
  const losses: Loss[] = [];
  const wanted = [actions.topic].flat();
  const several = wanted.length > 1;
  const acted = wanted.map((topic) => new ActionTopic(topic, { ...actions, several }));
  const index = new FrameIndex(frames.stamp === "receive");
  for (const file of files) {
    const readers = new TopicReaders<ImageMessage>(file);
    let own = false;
    const scan = await scanMcap(file, {
      channel: ({ topic, messageEncoding }, schema) => types.set(topic, schema?.name ?? messageEncoding),
      metadata: (name, entries) => (own ||= name === INFO_RECORD && infoFrom(entries) !== undefined),
      message(message, channel, schema) {
        acted.find(({ topic }) => topic === channel.topic)?.add(file, message, channel, schema, own);
        if (channel.topic !== frames.topic || !isImageType(schema?.name)) return;
        index.add(message, readers.of(channel, schema).read(message), own);
      },
    });
    losses.push(...scan.losses);
  }
  index.finish();
  const damage = losses.length === 0 ? "" : `; the recording is damaged: ${losses[0]!.what}`;
  const refuseIt: Refuse = (path, what, { got, ...details }) =>
    refuse(path, what, { ...details, got: `${got}${damage}` });
  checkFrames(frames.topic, types, index.kept, refuseIt);
  for (const topic of acted) topic.finish(types, refuseIt);
  const originNs = index.kept[0]!;
  return {
    target,
    frames: { ...frames, type: types.get(frames.topic)! },
    originNs,
    timesSec: Float64Array.from(index.kept, (timeNs) => toSec(timeNs - originNs)),
    actions: acted,
    outOfOrder: index.verdicts.length - index.kept.length,
    losses,
    pictures: () => picturesOf(files, frames.topic, index.verdicts),
  };
}

/** The usual time from one frame to the next, s, to the nanosecond that stamps have. */
export function framePeriod(timesSec: Float64Array): number {
  const steps = timesSec.subarray(1).map((time, i) => time - timesSec[i]!);
  return Math.round(steps.sort()[steps.length >> 1]! * 1e9) / 1e9;
}

/** Intervals from a frame to the next that are no longer about a period: what moves in them is not of one period. */
export function unevenIntervals({ timesSec }: RecordedSession): readonly number[] {
  const periodSec = framePeriod(timesSec);
  return [...timesSec.subarray(1).keys()].filter((t) => {
    const periods = (timesSec[t + 1]! - timesSec[t]!) / periodSec;
    return periods > 1.5 || periods < 0.5;
  });
}

function checkFrames(
  topic: string,
  types: ReadonlyMap<string, string>,
  frames: readonly TimeNs[],
  refuse: Refuse,
): void {
  const type = types.get(topic);
  const shown = [...types].filter(([, one]) => isImageType(one)).map(([name]) => name);
  const path = ["frames", "topic"];
  const pictures = shown.length === 0 ? "no topic with pictures" : `pictures on ${shown.join(", ")}`;
  if (type === undefined) {
    const hint = didYouMean(topic, shown.length === 0 ? [...types.keys()] : shown);
    throw refuse(path, `the recording has no topic ${topic}`, { got: pictures, hint });
  }
  if (!isImageType(type)) {
    const expected = IMAGE_TYPES.join(" or ");
    throw refuse(path, `topic ${topic} carries no pictures`, { expected, got: `${type}; ${pictures}` });
  }
  if (frames.length < 2) {
    const got = frames.length === 0 ? "none" : "a single one";
    throw refuse(path, `there are no frames on ${topic}`, { expected: "two pictures or more", got });
  }
}

async function* picturesOf(
  files: readonly string[],
  topic: string,
  verdicts: readonly boolean[],
): AsyncGenerator<NamedPicture> {
  let index = 0;
  for (const file of files) {
    const readers = new TopicReaders<ImageMessage>(file);
    for await (const { message, channel, schema } of topicMessages(file, topic)) {
      if (!isImageType(schema?.name) || verdicts[index++] !== true) continue;
      const where = `${file}, topic ${topic}, ${Number(message.logTime) / 1e9} s`;
      yield { where, picture: pictureIn(readers.of(channel, schema).read(message), where) };
    }
  }
}
