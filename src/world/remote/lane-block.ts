import type { ChannelSpec } from "../../core/channels.ts";
import { runtimeError } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { fromServer } from "../../wire/from-server.ts";
import { NdArray } from "../../wire/ndarray.ts";
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

export interface BlockStep {
  readonly observation: Columns;
  /** As far as the server says what it applied. */
  readonly applied: Columns;
  readonly uncertainty: Columns;
  /** Lane, counted within the block, and why it broke. */
  readonly faults: readonly { readonly lane: number; readonly reason: string }[];
}

/** The lanes that one connection carries. */
export interface LaneBlock {
  reset(starts: readonly Start[], signal?: AbortSignal): Promise<Columns>;
  step(request: BlockRequest, signal?: AbortSignal): Promise<BlockStep>;
  /** @returns what {@link LaneBlock.restore} needs */
  save(): Promise<unknown>;
  restore(saved: unknown): Promise<void>;
}

export interface BlockChannels {
  readonly url: string;
  readonly observation: readonly ChannelSpec[];
  readonly action: readonly ChannelSpec[];
}

/** The noise that a server asks for: the values of one input at one control step, lane by lane. */
export type DrawNoise = (name: string, size: number, step: number) => Float64Array;

/** Questions about some lanes, and the columns of what is answered. */
export class BlockTalk {
  readonly session: WorldSession;
  readonly #channels: BlockChannels;
  readonly #noise: DrawNoise;
  lanes = 0;

  constructor(session: WorldSession, channels: BlockChannels, noise: DrawNoise) {
    this.session = session;
    this.#channels = channels;
    this.#noise = noise;
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Columns> {
    this.lanes = starts.length;
    return this.observation(await this.session.ask({ op: "reset", ...plainStarts(starts) }, signal));
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

  observation(answer: WorldAnswer, lead: readonly number[] = []): Columns {
    return this.#columns(answer.observation ?? {}, this.#channels.observation, "all", lead);
  }

  rest(answer: WorldAnswer): Omit<BlockStep, "observation"> {
    const { action, observation } = this.#channels;
    return {
      applied: this.#columns(answer.applied_action ?? {}, action, "some"),
      uncertainty: this.#columns(answer.uncertainty ?? {}, observation, "some"),
      faults: answer.faults,
    };
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

  reset(starts: readonly Start[], signal?: AbortSignal): Promise<Columns> {
    return this.#talk.reset(starts, signal);
  }

  async step(request: BlockRequest, signal?: AbortSignal): Promise<BlockStep> {
    const answer = await this.#talk.step([request.actions], request, signal);
    return { observation: this.#talk.observation(answer), ...this.#talk.rest(answer) };
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
