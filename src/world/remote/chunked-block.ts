import type { Images } from "../../core/picture.ts";
import type { Start } from "../../core/trace.ts";
import {
  BlockTalk,
  type BlockRequest,
  type BlockStep,
  type Columns,
  type LaneBlock,
  savedId,
  type Shown,
} from "./lane-block.ts";

/** How a model that predicts several control steps a call is driven one step at a time. */
export type ChunkMode = "replay" | "hold";

interface ChunkState {
  /** Control steps into the chunk; 0: the next step begins one. */
  readonly at: number;
  readonly began: number;
  /** Actions so far. */
  readonly actions: readonly Columns[];
  /** `replay`: where the chunk began. */
  readonly base: number | string | undefined;
  /** `hold`: what the model said of the whole chunk, `lanes × chunk × size`. */
  readonly ahead: (Shown & Pick<BlockStep, "faults">) | undefined;
}

const FRESH: ChunkState = { at: 0, began: 0, actions: [], base: undefined, ahead: undefined };

/**
 * A model with `chunk` actions in and as many observations out. Only the present action is known, so either the chunk
 * is predicted anew each step from where it began, with the actions so far and the last of them held (`replay`: exact
 * for a model that does not look ahead, at `chunk` times the calls), or the first action is held for the whole chunk
 * (`hold`: what is commanded in between has no effect, and the applied action says so).
 */
export class ChunkedBlock implements LaneBlock {
  readonly #talk: BlockTalk;
  readonly #mode: ChunkMode;
  readonly #chunk: number;
  #state = FRESH;

  constructor(talk: BlockTalk, mode: ChunkMode) {
    this.#talk = talk;
    this.#mode = mode;
    this.#chunk = talk.session.served.chunk;
  }

  reset(starts: readonly Start[], first: Images, signal?: AbortSignal): Promise<Shown> {
    this.#state = FRESH;
    return this.#talk.reset(starts, first, signal);
  }

  async step(request: BlockRequest, signal?: AbortSignal): Promise<BlockStep> {
    const begins = this.#state.at === 0;
    const began = begins ? request.step : this.#state.began;
    const own = copyColumns(request.actions);
    const actions =
      begins || this.#mode === "replay" ? [...(begins ? [] : this.#state.actions), own] : this.#state.actions;
    let { base, ahead } = this.#state;
    if (this.#mode === "replay") {
      if (begins) base = await savedId(this.#talk);
      else await this.#talk.session.ask({ op: "restore", id: base! }, signal);
    }
    if (begins || this.#mode === "replay") {
      const held = Array.from({ length: this.#chunk }, (_, k) => actions[Math.min(k, actions.length - 1)]!);
      const answer = await this.#talk.step(held, { active: request.active, step: began }, signal);
      ahead = { ...this.#talk.shown(answer, [this.#chunk]), faults: answer.faults };
    }
    const { at } = this.#state;
    this.#state = { at: (at + 1) % this.#chunk, began, actions, base, ahead };
    return {
      observation: this.#slice(ahead!.observation, at, (length) => new Float64Array(length)),
      pictures: this.#slice(ahead!.pictures, at, (length) => new Uint8Array(length)),
      applied: actions.at(-1)!,
      uncertainty: {},
      faults: ahead!.faults,
    };
  }

  async save(): Promise<unknown> {
    return { id: await savedId(this.#talk), lanes: this.#talk.lanes, state: this.#state };
  }

  async restore(saved: unknown): Promise<void> {
    const { id, lanes, state } = saved as { id: number | string; lanes: number; state: ChunkState };
    await this.#talk.session.ask({ op: "restore", id });
    this.#talk.lanes = lanes;
    this.#state = state;
  }

  /** One control step out of `lanes × chunk × size`. */
  #slice<T extends Float64Array | Uint8Array>(
    columns: Readonly<Record<string, T>>,
    at: number,
    create: (length: number) => T,
  ): Record<string, T> {
    const { lanes } = this.#talk;
    return Object.fromEntries(
      Object.entries(columns).map(([name, whole]) => {
        const size = whole.length / (lanes * this.#chunk);
        const column = create(lanes * size);
        for (let lane = 0; lane < lanes; lane++) {
          const from = (lane * this.#chunk + at) * size;
          column.set(whole.subarray(from, from + size), lane * size);
        }
        return [name, column];
      }),
    );
  }
}

function copyColumns(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()]));
}
