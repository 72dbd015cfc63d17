import { inputError, nearest, type SimgateError } from "../core/errors.ts";
import type { LaneHandOver } from "../core/hand-over.ts";
import { decodeHandOver, HAND_OVER_TOPIC, HAND_OVER_TYPE } from "./hand-over-message.ts";
import { REQUESTED_SUFFIX, type RecordedChannel, type RecordedChannels } from "./recorded-channel.ts";
import {
  INFO_RECORD,
  infoFrom,
  RESULT_RECORD,
  resultFrom,
  type RecordingInfo,
  type RecordingResult,
} from "./recording-info.ts";
import type { Loss } from "./mcap-scanner.ts";
import { scanMcap } from "./scan-mcap.ts";
import type { Series } from "./series.ts";
import { TopicDecoder } from "./topic-decoder.ts";
import { WantedChannel } from "./wanted-channel.ts";

export interface ReadOptions {
  readonly channels: RecordedChannels;
  /** Prefix of the topics: `/truth`, `/candidate`. Default none. */
  readonly prefix?: string;
  /** What to do with NaN and infinities. Default error. */
  readonly notFinite?: "error" | "drop";
}

/** What an MCAP file says about some channels, at the rate and the times it was recorded. */
export interface Recording {
  readonly file: string;
  readonly observation: Readonly<Record<string, Series>>;
  readonly applied: Readonly<Record<string, Series>>;
  /** Only of the actions for which the file has it. */
  readonly requested: Readonly<Record<string, Series>>;
  /** The zero of all times. */
  readonly originNs: bigint;
  /** What simgate wrote about this part of the file, if it did. */
  readonly info?: RecordingInfo;
  readonly result?: RecordingResult;
  /** Of a switched world that simgate recorded. */
  readonly handOvers?: readonly LaneHandOver[];
  readonly losses: readonly Loss[];
  readonly closed: boolean;
}

/**
 * Reads channels from any MCAP file in CDR: ours, or a rosbag2 recording. A channel is looked for on the topic that
 * its `ros` mapping names, and on `/<channel>`.
 * @throws SimgateError `input` for a topic that is not there (listing those that are), a field that is not there, a
 * value that is not finite, an encoding other than CDR.
 */
export async function readRecording(file: string, options: ReadOptions): Promise<Recording> {
  const { prefix = "", notFinite = "error", channels } = options;
  const wanted = [
    ...channels.observation.map((channel) => new WantedChannel(channel, "", file, prefix, notFinite)),
    ...channels.action.map((channel) => new WantedChannel(channel, "", file, prefix, notFinite)),
    ...channels.action.map(
      (channel) => new WantedChannel(channel, REQUESTED_SUFFIX, file, prefix, notFinite),
    ),
  ];
  const topics = new Map<string, string>();
  const decoders = new Map<number, TopicDecoder>();
  const infos: RecordingInfo[] = [];
  const results: RecordingResult[] = [];
  const handOvers: LaneHandOver[] = [];
  let handsOver = false;

  const isHandOver = (topic: string, type: string | undefined): boolean =>
    topic === prefix + HAND_OVER_TOPIC && type === HAND_OVER_TYPE.name;
  const scan = await scanMcap(file, {
    channel(channel, schema) {
      topics.set(channel.topic, schema?.name ?? channel.messageEncoding);
      handsOver ||= isHandOver(channel.topic, schema?.name);
    },
    metadata(name, entries) {
      const info = name === INFO_RECORD ? infoFrom(entries) : undefined;
      if (info !== undefined) infos.push(info);
      if (name === RESULT_RECORD) results.push(resultFrom(entries));
    },
    message(message, channel, schema) {
      if (infos.length > 0 && isHandOver(channel.topic, schema?.name)) {
        handOvers.push(decodeHandOver(message.data));
        return;
      }
      let decoder = decoders.get(channel.id);
      if (decoder === undefined) {
        const mine = wanted.filter((one) => one.listensTo(channel.topic));
        decoder = new TopicDecoder(file, channel, schema, mine);
        decoders.set(channel.id, decoder);
      }
      decoder.add(message, infos.length > 0);
    },
  });

  for (const decoder of decoders.values()) decoder.finish();

  const info = infos.find((one) => one.prefix === prefix);
  const missing = wanted.filter((one) => !one.found && one.suffix === "");
  if (missing.length > 0) throw missingTopics(file, missing, topics, scan.losses);
  const originNs = info?.originNs ?? earliest(wanted);
  const seriesOf = (list: readonly RecordedChannel[], suffix: string): Record<string, Series> =>
    Object.fromEntries(
      wanted
        .filter((one) => one.found && one.suffix === suffix && list.includes(one.channel))
        .map((one) => [one.channel.name, one.series(originNs)]),
    );
  const result = results.find((one) => one.prefix === prefix);
  return {
    file,
    observation: seriesOf(channels.observation, ""),
    applied: seriesOf(channels.action, ""),
    requested: seriesOf(channels.action, REQUESTED_SUFFIX),
    originNs,
    ...(info === undefined ? {} : { info }),
    ...(result === undefined ? {} : { result }),
    ...(info !== undefined && handsOver ? { handOvers } : {}),
    losses: scan.losses,
    closed: scan.closed,
  };
}

function missingTopics(
  file: string,
  missing: readonly WantedChannel[],
  topics: ReadonlyMap<string, string>,
  losses: readonly Loss[],
): SimgateError {
  const present = [...topics.keys()].sort();
  const [first] = missing[0]!.topics;
  const near = topics.has(first!) ? undefined : nearest(first!, present);
  const list = present.map((topic) => `${topic} (${topics.get(topic) ?? ""})`).join(", ");
  const damaged =
    losses.length === 0 ? "" : `; the file is damaged: ${losses[0]!.what} at byte ${losses[0]!.offset}`;
  return inputError(
    missing.length === 1
      ? `the recording has no messages of channel "${missing[0]!.channel.name}"`
      : `the recording has no messages of channels ${missing.map((one) => one.channel.name).join(", ")}`,
    {
      where: file,
      expected: [...new Set(missing.map((one) => one.topics.join(" or ")))].join("; "),
      got: (present.length === 0 ? "no topic at all" : `topics ${list}`) + damaged,
      ...(near === undefined ? {} : { hint: `did you mean "${near}"? Set it as the channel's ros.topic` }),
    },
  );
}

function earliest(wanted: readonly WantedChannel[]): bigint {
  const times = wanted.flatMap((one) => one.best?.earliestNs ?? []);
  return times.reduce((least, time) => (time < least ? time : least), times[0] ?? 0n);
}
