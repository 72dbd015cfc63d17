import type { ImageSpec } from "../core/picture.ts";
import { toNs } from "../core/time.ts";
import type { Outcome, Trace } from "../core/trace.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { HandOverWriter } from "./hand-over-writer.ts";
import { ImageWriter } from "./image-topic.ts";
import { McapFile } from "./mcap-file.ts";
import type { McapOutput } from "./mcap-output.ts";
import { aboutOf, type RecordingAbout } from "./mcap-recorder.ts";
import { type RecordedChannels, UNCERTAINTY_SUFFIX } from "./recorded-channel.ts";
import { INFO_RECORD, infoEntries, RESULT_RECORD, resultEntries } from "./recording-info.ts";

/** One world's trace in a file that several may share. */
export interface RecordedTrace extends Pick<RecordingAbout, "world" | "policy" | "about"> {
  /** Its topics live under `/<role>/…`: `truth`, `candidate`. Empty: no prefix. */
  readonly role: string;
  readonly trace: Trace;
  readonly outcome?: Outcome;
}

export interface WriteTracesOptions extends Pick<RecordingAbout, "scenario"> {
  readonly path: string;
  readonly channels: RecordedChannels;
  /** Written of the traces that have pictures of them. Default: none. */
  readonly images?: readonly ImageSpec[] | undefined;
  readonly originNs?: bigint;
}

/** Writes finished traces into one file, side by side in time. The same traces give the same bytes. */
export async function writeTraces(
  traces: readonly RecordedTrace[],
  { path, channels, scenario, images = [], originNs = 0n }: WriteTracesOptions,
): Promise<void> {
  const file = await McapFile.open(path);
  const worlds: WrittenWorld[] = [];
  for (const one of traces) {
    const { trace } = one;
    const prefix = prefixOf(one.role);
    const writer = await ChannelWriter.create(file, channels, { prefix });
    const about = aboutOf(scenario === undefined ? one : { ...one, scenario });
    const { controlPeriodSec, start } = trace;
    const info = {
      source: "rollout",
      prefix,
      originNs,
      controlPeriodSec,
      start,
      ...channels,
      ...about,
    } as const;
    await file.addMetadata(INFO_RECORD, infoEntries(info));
    const doubt = await UncertaintyWriter.create(file, channels, prefix, trace);
    const shown = images.filter(({ name }) => trace.images?.[name] !== undefined);
    const pictures = shown.length === 0 ? undefined : await ImageWriter.create(file, shown, prefix);
    const timeNs = (step: number): bigint => originNs + toNs(step * controlPeriodSec);
    const handOvers = trace.handOvers === undefined ? undefined : await HandOverWriter.create(file, prefix);
    worlds.push({ trace, writer, doubt, pictures, handOvers, timeNs });
  }
  const longest = Math.max(0, ...traces.map(({ trace }) => trace.steps));
  for (let step = 0; step <= longest; step++) {
    await file.run((out) => {
      for (const { trace, writer, doubt, pictures, handOvers, timeNs } of worlds) {
        if (step > trace.steps) continue;
        writer.write(out, "observation", trace.observation, step, timeNs(step));
        if (pictures !== undefined) {
          pictures.write(out, pictures.encode(trace.images!, step, timeNs(step)), timeNs(step));
        }
        if (step > 0) doubt?.write(out, step - 1, timeNs(step));
        for (const handOver of trace.handOvers ?? []) {
          if (handOver.step === step) handOvers!.write(out, handOver, timeNs(step));
        }
        if (step === trace.steps) continue;
        writer.write(out, "applied", trace.appliedAction, step, timeNs(step));
        writer.write(out, "requested", trace.requestedAction, step, timeNs(step));
      }
    });
  }
  for (const { role, trace, outcome } of traces) {
    const { steps, end, fault } = trace;
    const result = {
      prefix: prefixOf(role),
      steps,
      end,
      ...(outcome === undefined ? {} : { outcome }),
      ...(fault === undefined ? {} : { fault }),
    };
    await file.addMetadata(RESULT_RECORD, resultEntries(result));
  }
  await file.close();
}

interface WrittenWorld {
  readonly trace: Trace;
  readonly writer: ChannelWriter;
  readonly doubt: UncertaintyWriter | undefined;
  readonly pictures: ImageWriter | undefined;
  readonly handOvers: HandOverWriter | undefined;
  readonly timeNs: (step: number) => bigint;
}

/** What a trace carries of the world's own estimate of its error, on `/<channel>/uncertainty`. */
class UncertaintyWriter {
  readonly #writer: ChannelWriter;
  readonly #columns: Readonly<Record<string, Float64Array>>;

  private constructor(writer: ChannelWriter, columns: Readonly<Record<string, Float64Array>>) {
    this.#writer = writer;
    this.#columns = columns;
  }

  static async create(
    file: McapFile,
    channels: RecordedChannels,
    prefix: string,
    { uncertainty = {} }: Trace,
  ): Promise<UncertaintyWriter | undefined> {
    const known = channels.observation.filter(({ name }) => name in uncertainty);
    if (known.length === 0) return undefined;
    const topic = (name: string): string => name + UNCERTAINTY_SUFFIX;
    const observation = known.map(({ ros: _, ...channel }) => ({ ...channel, name: topic(channel.name) }));
    return new UncertaintyWriter(
      await ChannelWriter.create(file, { observation, action: [] }, { prefix }),
      Object.fromEntries(known.map(({ name }) => [topic(name), uncertainty[name]!])),
    );
  }

  write(out: McapOutput, row: number, timeNs: bigint): void {
    this.#writer.write(out, "observation", this.#columns, row, timeNs);
  }
}

/** `/truth` of `truth`. */
export function prefixOf(role: string): string {
  return role === "" ? "" : `/${role}`;
}
