import {
  INFO_RECORD,
  infoFrom,
  LANES_RESULT_RECORD,
  RESULT_RECORD,
  resultFrom,
  type RecordingInfo,
  type RecordingResult,
} from "./recording-info.ts";
import type { McapScan } from "./mcap-scanner.ts";
import { scanMcap } from "./scan-mcap.ts";

/** One topic of a recording. */
export interface TopicSummary {
  readonly topic: string;
  readonly type: string;
  readonly encoding: string;
  readonly messages: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** What is in an MCAP file, without decoding a message. */
export interface RecordingSummary extends McapScan {
  readonly file: string;
  readonly topics: readonly TopicSummary[];
  readonly durationSec: number;
  /** What simgate wrote about it; one entry a world. */
  readonly infos: readonly RecordingInfo[];
  readonly results: readonly RecordingResult[];
  /** Of a recording of many lanes: why each stopped, as JSON. */
  readonly lanes?: string;
}

/** @throws SimgateError `input` if the file cannot be read or is not MCAP. */
export async function describeRecording(file: string): Promise<RecordingSummary> {
  const topics = new Map<string, { -readonly [K in keyof TopicSummary]: TopicSummary[K] }>();
  const infos: RecordingInfo[] = [];
  const results: RecordingResult[] = [];
  let lanes: string | undefined;
  const scan = await scanMcap(file, {
    channel({ topic, messageEncoding }, schema) {
      if (topics.has(topic)) return;
      const type = schema?.name ?? "";
      topics.set(topic, { topic, type, encoding: messageEncoding, messages: 0, firstNs: 0n, lastNs: 0n });
    },
    message({ logTime }, { topic }) {
      const entry = topics.get(topic)!;
      if (entry.messages === 0 || logTime < entry.firstNs) entry.firstNs = logTime;
      if (entry.messages === 0 || logTime > entry.lastNs) entry.lastNs = logTime;
      entry.messages++;
    },
    metadata(name, entries) {
      const info = name === INFO_RECORD ? infoFrom(entries) : undefined;
      if (info !== undefined) infos.push(info);
      if (name === RESULT_RECORD) results.push(resultFrom(entries));
      if (name === LANES_RESULT_RECORD) lanes = entries.get("lanes");
    },
  });
  const used = [...topics.values()].filter((topic) => topic.messages > 0);
  const first = used.reduce(
    (least, { firstNs }) => (firstNs < least ? firstNs : least),
    used[0]?.firstNs ?? 0n,
  );
  const last = used.reduce((most, { lastNs }) => (lastNs > most ? lastNs : most), used[0]?.lastNs ?? 0n);
  return {
    ...scan,
    file,
    topics: [...topics.values()],
    durationSec: Number(last - first) / 1e9,
    infos,
    results,
    ...(lanes === undefined ? {} : { lanes }),
  };
}
