import { messageOf, runtimeError, throwIfAborted } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { addTensor } from "../../tensor/add-tensor.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import { HistoryWindow } from "../../tensor/history.ts";
import type { FloatArray, OnnxSession } from "../../tensor/session.ts";
import { batchFor, createFeeds, type Feeds } from "../onnx/feeds.ts";
import { LaneNoise } from "../onnx/noise.ts";
import type { RecurrentState } from "../../tensor/recurrent-state.ts";
import type { GraphPlan } from "./graph-plan.ts";

/** Rows `[from … to)` of a call of `batch` rows: row r of every tensor is lane `rows[from + r]`. */
export interface Span {
  readonly rows: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly batch: number;
}

export interface Call {
  /** Control step of the noise; negative before the start, in a recording. */
  readonly step: number;
  readonly rows: Int32Array;
  readonly columns: FeatureColumns;
  /** Writes the picture that goes in. */
  readonly show?: (picture: FloatArray, span: Span) => void;
  /** Reads what comes out beside the state. */
  readonly take?: (answer: (tensor: string) => FloatArray, span: Span) => void;
}

interface PicturedFeeds extends Feeds {
  /** Values of the picture that goes in. */
  readonly picture: FloatArray | undefined;
}

/** One graph of a latent world and all that goes into it for the lanes of one reset. */
export class GraphCall {
  readonly #session: OnnxSession;
  readonly #plan: GraphPlan;
  readonly #takes: readonly RecurrentState[];
  readonly #gives: readonly RecurrentState[];
  readonly #windows: readonly HistoryWindow[];
  readonly #noise: readonly LaneNoise[];
  readonly #outputs: readonly string[];
  #feeds: PicturedFeeds | undefined;

  /** @param outputs names of the outputs that are read beside the state */
  constructor(
    session: OnnxSession,
    plan: GraphPlan,
    state: readonly RecurrentState[],
    starts: readonly Start[],
    outputs: readonly string[] = [],
  ) {
    this.#session = session;
    this.#plan = plan;
    this.#takes = plan.takes.map((i) => state[i]!);
    this.#gives = plan.gives.map((i) => state[i]!);
    this.#windows = plan.inputs.map(
      ({ features, type }) => new HistoryWindow(features, 1, type, starts.length),
    );
    // One name may stand for noise of several graphs.
    this.#noise = plan.noise.map((spec) => new LaneNoise(spec, starts, `${plan.name} ${spec.input}`));
    this.#outputs = [...outputs, ...this.#gives.map(({ spec }) => spec.output)];
  }

  /**
   * Calls the graph once for these lanes (several times where its batch size is fixed) and takes over the state it gives.
   * @throws SimgateError `runtime` if the graph fails.
   */
  async run({ step, rows, columns, show, take }: Call, signal?: AbortSignal): Promise<void> {
    if (rows.length === 0) return;
    for (const window of this.#windows) window.push(columns);
    const batch = batchFor(this.#plan, rows.length);
    const feeds = this.#feedsOf(batch);
    for (let from = 0; from < rows.length; from += batch) {
      throwIfAborted(signal);
      const to = Math.min(rows.length, from + batch);
      const span = { rows, from, to, batch };
      this.#windows.forEach((window, i) => window.gather(rows, from, to, feeds.inputs[i]!));
      this.#takes.forEach((state, i) => state.gather(rows, from, to, batch, feeds.state[i]!));
      this.#noise.forEach((noise, i) => noise.draw(step, rows, from, to, batch, feeds.noise[i]!));
      if (feeds.picture !== undefined) show?.(feeds.picture, span);
      const answer = await this.#answer(feeds);
      for (const state of this.#gives) state.scatter(rows, from, to, batch, answer(state.spec.output));
      take?.(answer, span);
    }
  }

  /** Tensors are allocated once for a number of rows, and filled anew at each call. */
  #feedsOf(batch: number): PicturedFeeds {
    if (this.#feeds?.batch === batch) return this.#feeds;
    const { inputs, noise, picture, name } = this.#plan;
    const feeds = createFeeds(
      this.#session,
      { inputs, noise, state: this.#takes.map(({ spec }) => spec) },
      batch,
    );
    if (picture === undefined || name === "decode") return (this.#feeds = { ...feeds, picture: undefined });
    const tensors = { ...feeds.tensors };
    const values = addTensor(this.#session, tensors, picture, batch);
    return (this.#feeds = { ...feeds, tensors, picture: values });
  }

  async #answer({ tensors }: Feeds): Promise<(name: string) => FloatArray> {
    try {
      const found = await this.#session.run(tensors, this.#outputs);
      return (name) => found[name]!.data as FloatArray;
    } catch (cause) {
      throw runtimeError(`the model failed in ${this.#plan.name}`, { got: messageOf(cause), cause });
    }
  }
}
