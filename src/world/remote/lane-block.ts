import type { ChannelSpec } from "../../core/channels.ts";
import { runtimeError } from "../../core/errors.ts";
import type { Images, ImageSpec } from "../../core/picture.ts";
import type { Start } from "../../core/trace.ts";
import { fromServer } from "../../wire/from-server.ts";
import { NdArray } from "../../wire/ndarray.ts";
import { pictureArrays, picturesFrom } from "../../wire/pictures.ts";
import type { WireMap } from "../../wire/value.ts";
import { columnFrom, plainStarts, type WorldAnswer } from "../../wire/world-protocol.ts";
import type { WorldSession } from "./session.ts";

export type Columns = Readonly<Record<string, Float64Array>>;

/** What is asked of the lanes of one connection in one control step. */
export interface BlockRequest {
  readonly actions: Columns;
  readonly active: Uint8Array;
  readonly step: number;
}

/** What a server says that its lanes show: the channels that it tells, the pictures that it makes. */
export interface Shown {
  readonly observation: Columns;
  readonly pictures: Images;
}

export interface BlockStep extends Shown {
  /** As far as the server says what it applied. */
  readonly applied: Columns;
  readonly uncertainty: Columns;
  /** Lane, counted within the block, and why it broke. */
  readonly faults: readonly { readonly lane: number; readonly reason: string }[];
}

/** The lanes that one connection carries. */
export interface LaneBlock {
  reset(starts: readonly Start[], first: Images, signal?: AbortSignal): Promise<Shown>;
  step(request: BlockRequest, signal?: AbortSignal): Promise<BlockStep>;
  /** @returns what {@link LaneBlock.restore} needs */
  save(): Promise<unknown>;
  restore(saved: unknown): Promise<void>;
}

export interface BlockChannels {
  readonly url: string;
  readonly observation: readonly ChannelSpec[];
  readonly action: readonly ChannelSpec[];
  /** Pictures that are asked for; undefined: the server has none, drawn or its own. */
  readonly images: readonly ImageSpec[] | undefined;
  /** Pictures whose first it is given. */
  readonly beginsWith: readonly ImageSpec[];
}

/** The noise that a server asks for: the values of one input at one control step, lane by lane. */
export type DrawNoise = (name: string, size: number, step: number) => Float64Array;

/** What the lanes are told in words at a control step; undefined: nothing. */
export type SayPrompts = (step: number) => readonly string[] | undefined;

/** Questions about some lanes, and the columns of what is answered. */
export class BlockTalk {
  readonly session: WorldSession;
  readonly #channels: BlockChannels;
  readonly #noise: DrawNoise;
  readonly #prompts: SayPrompts;
  lanes = 0;

  constructor(session: WorldSession, channels: BlockChannels, noise: DrawNoise, prompts: SayPrompts) {
    this.session = session;
    this.#channels = channels;
    this.#noise = noise;
    this.#prompts = prompts;
  }

  /** @param first pictures of these lanes */
  async reset(starts: readonly Start[], first: Images, signal?: AbortSignal): Promise<Shown> {
    this.lanes = starts.length;
    const { images, beginsWith } = this.#channels;
    const request = {
      op: "reset",
      ...plainStarts(starts),
      ...(images === undefined ? {} : { show: images.map(({ name }) => name) }),
      ...(beginsWith.length === 0 ? {} : { pictures: pictureArrays(beginsWith, first, 0, starts.length) }),
      ...this.#told(0),
    };
    return this.shown(await this.session.ask(request, signal));
  }

  /** @param sequence actions of the coming control steps, one after the other; more than one for a chunked model. */
  async step(
    sequence: readonly Columns[],
    { active, step }: Pick<BlockRequest, "active" | "step">,
    signal?: AbortSignal,
  ): Promise<WorldAnswer> {
    const { chunk, noise } = this.session.served;
    const request: Record<string, WireMap | string | NdArray> & { op: string } = {
      op: "step",
      actions: this.#actions(sequence, chunk),
      active: new NdArray("|b1", [this.lanes], active.slice()),
      ...this.#told(step),
    };
    if (noise.length > 0) {
      request["noise"] = Object.fromEntries(
        noise.map(({ name, shape }) => {
          const size = shape.reduce((product, length) => product * length, 1);
          return [name, NdArray.from("<f4", [this.lanes, ...shape], this.#noise(name, size, step))];
        }),
      );
    }
    return this.session.ask(request, signal);
  }

  shown({ observation = {} }: WorldAnswer, lead: readonly number[] = []): Shown {
    const { url, images = [] } = this.#channels;
    return {
      observation: this.#columns(observation, this.#channels.observation, "all", lead),
      pictures: fromServer(url, () => picturesFrom(observation, images, this.lanes, lead)),
    };
  }

  rest(answer: WorldAnswer): Omit<BlockStep, keyof Shown> {
    const { action, observation } = this.#channels;
    return {
      applied: this.#columns(answer.applied_action ?? {}, action, "some"),
      uncertainty: this.#columns(answer.uncertainty ?? {}, observation, "some"),
      faults: answer.faults,
    };
  }

  #told(step: number): WireMap {
    const prompts = this.#prompts(step);
    return prompts === undefined ? {} : { prompts };
  }

  /** `[lanes, …shape]`, or `[lanes, chunk, …shape]`. */
  #actions(sequence: readonly Columns[], chunk: number): WireMap {
    return Object.fromEntries(
      this.#channels.action.map(({ name, shape, size }) => {
        const lead = chunk === 1 ? [] : [chunk];
        const values = new Float64Array(this.lanes * sequence.length * size);
        sequence.forEach((columns, k) => {
          for (let lane = 0; lane < this.lanes; lane++) {
            const from = columns[name]!.subarray(lane * size, (lane + 1) * size);
            values.set(from, (lane * sequence.length + k) * size);
          }
        });
        return [name, NdArray.from("<f8", [this.lanes, ...lead, ...shape], values)];
      }),
    );
  }

  #columns(
    values: Readonly<Record<string, unknown>>,
    channels: readonly ChannelSpec[],
    which: "all" | "some",
    lead: readonly number[] = [],
  ): Columns {
    return fromServer(this.#channels.url, () =>
      Object.fromEntries(
        channels.flatMap((channel) =>
          which === "some" && values[channel.name] === undefined
            ? []
            : [[channel.name, columnFrom(values[channel.name], channel, this.lanes, lead)]],
        ),
      ),
    );
  }
}

/** A model that is asked every control step. */
export class SteppedBlock implements LaneBlock {
  readonly #talk: BlockTalk;

  constructor(talk: BlockTalk) {
    this.#talk = talk;
  }

  reset(starts: readonly Start[], first: Images, signal?: AbortSignal): Promise<Shown> {
    return this.#talk.reset(starts, first, signal);
  }

  async step(request: BlockRequest, signal?: AbortSignal): Promise<BlockStep> {
    const answer = await this.#talk.step([request.actions], request, signal);
    return { ...this.#talk.shown(answer), ...this.#talk.rest(answer) };
  }

  async save(): Promise<unknown> {
    return { id: await savedId(this.#talk), lanes: this.#talk.lanes };
  }

  async restore(saved: unknown): Promise<void> {
    const { id, lanes } = saved as { id: number | string; lanes: number };
    await this.#talk.session.ask({ op: "restore", id });
    this.#talk.lanes = lanes;
  }
}

export async function savedId({ session }: BlockTalk): Promise<number | string> {
  const { id } = await session.ask({ op: "save" });
  if (id === undefined) throw runtimeError("the world server answers save without an id");
  return id;
}
