import { type Batch, componentName, copyBatch, emptyBatch } from "../../core/channels.ts";
import { inputError, messageOf } from "../../core/errors.ts";
import { bytesOf, type Images, type ImageSpec } from "../../core/picture.ts";
import type { Start } from "../../core/trace.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { SceneCamera } from "../camera/scene-camera.ts";
import { firstObservation } from "../first-observation.ts";
import type { ReaderState } from "../frames/frame-reader.ts";
import { PictureObservation } from "../frames/picture-observation.ts";
import type { ServedChannels } from "./served-channels.ts";

type Pictures = Record<string, Uint8Array>;

/** Plain data, copied. */
export interface PicturesState {
  readonly pictures: Images;
  readonly reading: ReaderState | undefined;
}

/**
 * The pictures that a served world makes of its lanes, and the observation channels that it does not tell: those are read
 * from its pictures, from the first image channel that shows them all.
 */
export class ServedPictures {
  readonly #scenario: Scenario;
  readonly #channels: ServedChannels;
  readonly #cameras: readonly SceneCamera[];
  readonly #told: ReadonlySet<string>;
  /** Image channel that is read; undefined: all is told. */
  readonly #read: string | undefined;
  #now: Pictures = {};
  #next: Pictures = {};
  #reading: PictureObservation | undefined;

  /** @throws SimgateError `input` if the pictures do not show what the server does not tell. */
  constructor(url: string, scenario: Scenario, channels: ServedChannels) {
    this.#scenario = scenario;
    this.#channels = channels;
    this.#cameras = channels.beginsWith.map((image) => new SceneCamera(image, scenario.observation));
    this.#told = new Set(
      channels.told.flatMap((channel) =>
        Array.from({ length: channel.size }, (_, component) => componentName(channel, component)),
      ),
    );
    if (channels.told.length < scenario.observation.length) this.#read = this.#readable(url);
  }

  /** The first pictures of these starts, of what the server begins with. */
  first(starts: readonly Start[]): Images {
    if (this.#cameras.length === 0) return {};
    const observation = firstObservation(this.#scenario, starts);
    return Object.fromEntries(
      this.#cameras.map((camera) => {
        const size = bytesOf(camera.image);
        const pictures = new Uint8Array(starts.length * size);
        starts.forEach(({ parameters }, lane) =>
          camera.draw(observation, lane, parameters, pictures.subarray(lane * size, (lane + 1) * size)),
        );
        return [camera.image.name, pictures];
      }),
    );
  }

  /** Room for the lanes of these starts; what is not told of step 0 is as the starts have it. */
  begin(starts: readonly Start[], first: Batch): void {
    const { images, told } = this.#channels;
    const room = (): Pictures =>
      Object.fromEntries(images.map((image) => [image.name, new Uint8Array(starts.length * bytesOf(image))]));
    this.#now = room();
    this.#next = room();
    if (this.#read === undefined) return;
    const unread = this.#scenario.observation.filter((channel) => !told.includes(channel));
    const known = firstObservation({ ...this.#scenario, observation: unread }, starts);
    for (const { name } of unread) first.columns[name]!.set(known[name]!);
    this.#reading = this.#readingOf(this.#read, copyBatch(first));
  }

  /** What some lanes show next, from this one on. */
  put(pictures: Images, from: number): void {
    for (const image of this.#channels.images) {
      this.#next[image.name]!.set(pictures[image.name]!, from * bytesOf(image));
    }
  }

  /** Reads what nobody tells. @param applied which lanes are active, and the action that led here @param into written */
  read(applied: Batch, into: Readonly<Record<string, Float64Array>>): void {
    if (this.#read !== undefined) this.#reading!.read(this.#next[this.#read]!, applied, into);
  }

  /** Takes the next pictures of these lanes for what they show now; the others show what they did. */
  keep(runs: ArrayLike<number>): void {
    for (const image of this.#channels.images) {
      const size = bytesOf(image);
      const [from, to] = [this.#next[image.name]!, this.#now[image.name]!];
      for (let lane = 0; lane < runs.length; lane++) {
        if (runs[lane] === 1) to.set(from.subarray(lane * size, (lane + 1) * size), lane * size);
      }
    }
  }

  /** What all lanes show, copied: these channels, or all. */
  show(only?: readonly string[]): Images {
    return copied(
      Object.fromEntries(Object.entries(this.#now).filter(([name]) => only?.includes(name) ?? true)),
    );
  }

  save(): PicturesState {
    return { pictures: copied(this.#now), reading: this.#reading?.save() };
  }

  restore({ pictures, reading }: PicturesState, first: Batch): void {
    this.#now = copied(pictures);
    this.#next = copied(pictures);
    if (this.#read === undefined) return;
    this.#reading = this.#readingOf(this.#read, first);
    this.#reading.restore(reading);
  }

  #readingOf(image: string, first: Batch): PictureObservation {
    return new PictureObservation(this.#scenario, { image, told: this.#told }, first);
  }

  #readable(url: string): string {
    let problem: unknown;
    for (const { name } of this.#channels.images) {
      try {
        this.#readingOf(name, emptyBatch(this.#scenario.observation, 0));
        return name;
      } catch (thrown) {
        problem ??= thrown;
      }
    }
    const missing = this.#scenario.observation.filter((channel) => !this.#channels.told.includes(channel));
    throw inputError("the served world neither tells nor shows all that is observed", {
      where: url,
      expected: `observation channels ${missing.map(({ name }) => name).join(", ")}, or a picture to read them from`,
      got: messageOf(problem),
    });
  }
}

function copied(pictures: Images): Pictures {
  return Object.fromEntries(Object.entries(pictures).map(([name, bytes]) => [name, bytes.slice()]));
}

/** The part of these pictures that some lanes have. */
export function cutPictures(
  pictures: Images,
  images: readonly ImageSpec[],
  from: number,
  to: number,
): Images {
  return Object.fromEntries(
    images
      .filter(({ name }) => pictures[name] !== undefined)
      .map((image) => [
        image.name,
        pictures[image.name]!.subarray(from * bytesOf(image), to * bytesOf(image)),
      ]),
  );
}
