import type { Batch, ChannelSpec } from "../core/channels.ts";
import { toNs } from "../core/time.ts";
import type { EndReason, LaneFault, Start, Step, TraceSink } from "../core/trace.ts";
import { encodeCdr } from "./cdr.ts";
import { McapFile } from "./mcap-file.ts";
import type { McapOutput } from "./mcap-output.ts";
import { messageType } from "./message-definitions.ts";
import { aboutOf, copyStep, type RecordingAbout } from "./mcap-recorder.ts";
import { MULTI_ARRAY, REQUESTED_SUFFIX, type RecordedChannels } from "./recorded-channel.ts";
import { INFO_RECORD, infoEntries, LANES_PREFIX, LANES_RESULT_RECORD, startText } from "./recording-info.ts";

export interface BatchRecorderOptions extends RecordingAbout {
  readonly path: string;
  readonly channels: RecordedChannels;
  readonly controlPeriodSec: number;
  readonly starts: readonly Start[];
  readonly originNs?: bigint;
}

/** Why a lane stopped, in the order of the lanes. */
export interface LaneEnd {
  readonly end: EndReason;
  readonly fault?: Omit<LaneFault, "lane">;
}

/** Twice the usual: steps of many lanes are large. More would not stay in the processor's cache, which costs more than it spares. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Records every lane of a rollout: one Float64MultiArray [lane, component] a channel and step, and which lanes still
 * ran on `/lanes/active`. A column is one copy into the file's buffer, however many lanes it has.
 */
export class BatchRecorder implements TraceSink {
  readonly #file: McapFile;
  readonly #topics: ReadonlyMap<string, LaneTopic>;
  readonly #active: LaneTopic;
  readonly #periodSec: number;
  readonly #originNs: bigint;

  private constructor(
    file: McapFile,
    topics: ReadonlyMap<string, LaneTopic>,
    active: LaneTopic,
    options: BatchRecorderOptions,
  ) {
    this.#file = file;
    this.#topics = topics;
    this.#active = active;
    this.#periodSec = options.controlPeriodSec;
    this.#originNs = options.originNs ?? 0n;
  }

  static async open(options: BatchRecorderOptions): Promise<BatchRecorder> {
    const file = await McapFile.open(options.path, CHUNK_BYTES);
    const { channels, starts } = options;
    const topics = new Map<string, LaneTopic>();
    for (const channel of channels.observation) {
      topics.set(key("observation", channel), await laneTopic(file, channel, starts.length, ""));
    }
    for (const channel of channels.action) {
      topics.set(key("applied", channel), await laneTopic(file, channel, starts.length, ""));
      topics.set(key("requested", channel), await laneTopic(file, channel, starts.length, REQUESTED_SUFFIX));
    }
    const type = messageType("std_msgs/msg/UInt8MultiArray")!;
    const { bytes, fields } = encodeCdr(type, {
      layout: { dim: [{ label: "lane", size: starts.length, stride: starts.length }] },
      data: new Uint8Array(starts.length),
    });
    const active = {
      id: await file.addTopic(`${LANES_PREFIX}/active`, type),
      bytes,
      offset: fields.get("data")!.offset,
    };
    const about = aboutOf(options);
    const info = {
      source: "lanes",
      prefix: LANES_PREFIX,
      originNs: options.originNs ?? 0n,
      controlPeriodSec: options.controlPeriodSec,
      ...channels,
      ...about,
      about: { ...about.about, starts: JSON.stringify(starts.map(startText)) },
    } as const;
    await file.addMetadata(INFO_RECORD, infoEntries(info));
    return new BatchRecorder(file, topics, active, options);
  }

  write(step: Step): Promise<void> | undefined {
    const kept = this.#file.busy ? copyStep(step) : step;
    return this.#file.run((writer) => {
      const actionNs = this.#timeNs(kept.step - 1);
      const observationNs = this.#timeNs(kept.step);
      if (kept.appliedAction !== undefined) this.#all(writer, "applied", kept.appliedAction, actionNs);
      if (kept.requestedAction !== undefined) this.#all(writer, "requested", kept.requestedAction, actionNs);
      this.#all(writer, "observation", kept.observation, observationNs);
      const { id, bytes, offset } = this.#active;
      if (kept.observation.active === undefined) bytes.fill(1, offset);
      else bytes.set(kept.observation.active, offset);
      this.#file.message(writer, id, observationNs, bytes);
    });
  }

  /** Adds why each lane stopped; to be called before {@link close}. */
  async finish(lanes: readonly LaneEnd[]): Promise<void> {
    await this.#file.addMetadata(LANES_RESULT_RECORD, { lanes: JSON.stringify(lanes) });
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #all(writer: McapOutput, role: string, batch: Batch, timeNs: bigint): void {
    for (const name in batch.columns) {
      const topic = this.#topics.get(`${role} ${name}`);
      if (topic === undefined) continue;
      const column = batch.columns[name]!;
      topic.bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), topic.offset);
      this.#file.message(writer, topic.id, timeNs, topic.bytes);
    }
  }

  #timeNs(step: number): bigint {
    return this.#originNs + toNs(step * this.#periodSec);
  }
}

/** A message that is encoded once; its numbers begin at `offset` and are overwritten in the host's (little-endian) order. */
interface LaneTopic {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

async function laneTopic(
  file: McapFile,
  channel: ChannelSpec,
  lanes: number,
  suffix: string,
): Promise<LaneTopic> {
  const type = messageType(MULTI_ARRAY)!;
  const { bytes, fields } = encodeCdr(type, {
    layout: {
      dim: [
        { label: "lane", size: lanes, stride: lanes * channel.size },
        { label: channel.labels?.join(",") ?? channel.name, size: channel.size, stride: channel.size },
      ],
    },
    data: new Float64Array(lanes * channel.size),
  });
  const id = await file.addTopic(`${LANES_PREFIX}/${channel.name}${suffix}`, type);
  return { id, bytes, offset: fields.get("data")!.offset };
}

function key(role: string, channel: ChannelSpec): string {
  return `${role} ${channel.name}`;
}
