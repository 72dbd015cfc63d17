import { type Batch, type ChannelSpec, componentName, isActive } from "../../core/channels.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { FrameReader, type ReaderState } from "./frame-reader.ts";

interface Shown {
  /** Image channel that is read. */
  readonly image: string;
  /** Components that the model tells beside its pictures, by name: `pusher_position[x]`. */
  readonly told: ReadonlySet<string>;
}

/** What is observed of a world that makes pictures: what its model tells, and all else read from the pictures. */
export class PictureObservation {
  /** Undefined where nothing is left to be read. */
  readonly #reader: FrameReader | undefined;
  /** Channels that are read, and which of their components. */
  readonly #read: readonly { readonly channel: ChannelSpec; readonly components: readonly number[] }[];

  /**
   * @param first what is known at step 0
   * @throws SimgateError `input` if the pictures do not show what the model does not tell.
   */
  constructor(scenario: Scenario, { image, told }: Shown, first: Batch) {
    const components = (channel: ChannelSpec): number[] =>
      Array.from({ length: channel.size }, (_, i) => i).filter((i) => !told.has(componentName(channel, i)));
    const unread = scenario.observation.filter((channel) => components(channel).length > 0);
    this.#read = unread.map((channel) => ({ channel, components: components(channel) }));
    if (unread.length === 0) return;
    this.#reader = FrameReader.of({ ...scenario, observation: unread }, image);
    this.#reader.begin(first);
  }

  /**
   * Reads what the model does not tell.
   * @param rgb the pictures of all lanes
   * @param applied the action that led to them, and which lanes are active
   * @param into lanes × size values by channel: those of active lanes are written
   */
  read(rgb: Uint8Array, applied: Batch, into: Readonly<Record<string, Float64Array>>): void {
    if (this.#reader === undefined) return;
    const { lanes, columns } = this.#reader.read(rgb, applied);
    for (const { channel, components } of this.#read) {
      const [from, to] = [columns[channel.name]!, into[channel.name]!];
      for (let lane = 0; lane < lanes; lane++) {
        if (!isActive(applied, lane)) continue;
        for (const i of components) to[lane * channel.size + i] = from[lane * channel.size + i]!;
      }
    }
  }

  save(): ReaderState | undefined {
    return this.#reader?.save();
  }

  restore(saved: ReaderState | undefined): void {
    if (saved !== undefined) this.#reader?.restore(saved);
  }
}
