import { copyBatch, isActive } from "../core/channels.ts";
import type { ImageSpec } from "../core/picture.ts";
import { toNs } from "../core/time.ts";
import type { Start, Step, TraceSink } from "../core/trace.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { HandOverWriter } from "./hand-over-writer.ts";
import { ImageWriter } from "./image-topic.ts";
import { McapFile } from "./mcap-file.ts";
import type { RecordedChannels } from "./recorded-channel.ts";
import {
  INFO_RECORD,
  infoEntries,
  RESULT_RECORD,
  resultEntries,
  type RecordingInfo,
  type RecordingResult,
} from "./recording-info.ts";

/** What a recording says about itself besides its channels. */
export type RecordingAbout = Partial<Pick<RecordingInfo, "scenario" | "world" | "policy" | "about">>;

export interface RecorderOptions extends RecordingAbout {
  /** `out.mcap`, or the folder of a bag that `ros2 bag` opens. */
  readonly path: string;
  readonly channels: RecordedChannels;
  readonly controlPeriodSec: number;
  /** Which lane to record. Default 0. */
  readonly lane?: number;
  readonly start?: Start;
  /** Time of the first observation. Default 0: a recording never shows when it was made, so its bytes repeat. */
  readonly originNs?: bigint;
  /** Pictures to record of what the world shows, as PNG. Default none. */
  readonly images?: readonly ImageSpec[];
  /** Whether the world hands lanes over between parts of it: a topic says when. Default false. */
  readonly handsOver?: boolean;
}

/** Records one lane of a rollout, as it happens, into an MCAP file. */
export class McapRecorder implements TraceSink {
  readonly #file: McapFile;
  readonly #writer: ChannelWriter;
  readonly #images: ImageWriter | undefined;
  readonly #handOvers: HandOverWriter | undefined;
  readonly #lane: number;
  readonly #periodSec: number;
  readonly #originNs: bigint;
  #result: Omit<RecordingResult, "prefix" | "steps"> = {};
  #steps = 0;

  private constructor(
    file: McapFile,
    writer: ChannelWriter,
    images: ImageWriter | undefined,
    handOvers: HandOverWriter | undefined,
    options: RecorderOptions,
  ) {
    this.#file = file;
    this.#writer = writer;
    this.#images = images;
    this.#handOvers = handOvers;
    this.#lane = options.lane ?? 0;
    this.#periodSec = options.controlPeriodSec;
    this.#originNs = options.originNs ?? 0n;
  }

  static async open(options: RecorderOptions): Promise<McapRecorder> {
    const file = await McapFile.open(options.path);
    const writer = await ChannelWriter.create(file, options.channels);
    const images = options.images === undefined ? undefined : await ImageWriter.create(file, options.images);
    const handOvers = options.handsOver === true ? await HandOverWriter.create(file, "") : undefined;
    const info: RecordingInfo = {
      source: "rollout",
      prefix: "",
      originNs: options.originNs ?? 0n,
      controlPeriodSec: options.controlPeriodSec,
      ...options.channels,
      ...aboutOf(options),
      ...(options.start === undefined ? {} : { start: options.start }),
    };
    await file.addMetadata(INFO_RECORD, infoEntries(info));
    return new McapRecorder(file, writer, images, handOvers, options);
  }

  /** A step that the lane did not live to see is left out. The action that led to an observation is recorded before it. */
  write(step: Step): Promise<void> | undefined {
    if (!isActive(step.observation, this.#lane)) return undefined;
    const kept = this.#file.busy ? copyStep(step) : step;
    const stampNs = this.#timeNs(step.step);
    const shown = this.#images && step.images?.(this.#images.channels);
    const pictures = shown && this.#images?.encode(shown, this.#lane, stampNs);
    return this.#file.run((writer) => {
      const { observation, appliedAction, requestedAction, handOvers = [] } = kept;
      const actionNs = this.#timeNs(kept.step - 1);
      for (const { lane, ...handOver } of handOvers) {
        if (lane === this.#lane) this.#handOvers?.write(writer, handOver, actionNs);
      }
      if (appliedAction !== undefined) {
        this.#writer.write(writer, "applied", appliedAction.columns, this.#lane, actionNs);
      }
      if (requestedAction !== undefined) {
        this.#writer.write(writer, "requested", requestedAction.columns, this.#lane, actionNs);
      }
      this.#writer.write(writer, "observation", observation.columns, this.#lane, stampNs);
      if (pictures !== undefined) this.#images?.write(writer, pictures, stampNs);
      this.#steps = kept.step;
    });
  }

  /** Adds what is known at the end; to be called before {@link close}. */
  finish(result: Omit<RecordingResult, "prefix" | "steps">): void {
    this.#result = result;
  }

  async close(): Promise<void> {
    const result = { prefix: "", steps: this.#steps, ...this.#result };
    if (!this.#closed) await this.#file.addMetadata(RESULT_RECORD, resultEntries(result));
    this.#closed = true;
    await this.#file.close();
  }
  #closed = false;

  #timeNs(step: number): bigint {
    return this.#originNs + toNs(step * this.#periodSec);
  }
}

/** Only the fields that are there: an absent one must not show as undefined. */
export function aboutOf(options: RecordingAbout): Pick<RecordingInfo, "about"> & RecordingAbout {
  const { scenario, world, policy, about } = options;
  return {
    ...(scenario === undefined ? {} : { scenario: { name: scenario.name, sha256: scenario.sha256 } }),
    ...(world === undefined ? {} : { world }),
    ...(policy === undefined ? {} : { policy }),
    about: about ?? {},
  };
}

export function copyStep(step: Step): Step {
  return {
    step: step.step,
    timeSec: step.timeSec,
    observation: copyBatch(step.observation),
    ...(step.requestedAction === undefined ? {} : { requestedAction: copyBatch(step.requestedAction) }),
    ...(step.appliedAction === undefined ? {} : { appliedAction: copyBatch(step.appliedAction) }),
    ...(step.handOvers === undefined ? {} : { handOvers: step.handOvers }),
  };
}
