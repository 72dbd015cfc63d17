import { runtimeError, messageOf, throwIfAborted } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import { HistoryWindow } from "../../tensor/history.ts";
import type { FloatArray, OnnxSession } from "../../tensor/session.ts";
import { batchFor, createFeeds, type Feeds } from "./feeds.ts";
import { LaneNoise } from "./noise.ts";
import { readOutput, type Predictions } from "./outputs.ts";
import type { OnnxPlan } from "./plan.ts";
import { RecurrentState } from "../../tensor/recurrent-state.ts";

/** The model's memory of every lane, as plain arrays. */
export interface EpisodeMemory {
  readonly windows: readonly (readonly FloatArray[])[];
  readonly state: readonly FloatArray[];
}

/** What the model carries from step to step for the lanes of one reset: history, recurrent state, noise streams. */
export class Episode {
  readonly memberOfLane: Int32Array | undefined;
  readonly #session: OnnxSession;
  readonly #plan: OnnxPlan;
  readonly #outputNames: readonly string[];
  readonly #windows: readonly HistoryWindow[];
  readonly #state: readonly RecurrentState[];
  readonly #noise: readonly LaneNoise[];
  #feeds: Feeds | undefined;

  constructor(session: OnnxSession, plan: OnnxPlan, starts: readonly Start[]) {
    const lanes = starts.length;
    const { memberPerLane } = plan;
    this.#session = session;
    this.#plan = plan;
    this.#windows = plan.inputs.map(
      (input) => new HistoryWindow(input.features, input.history, input.type, lanes),
    );
    this.#state = plan.state.map((spec) => new RecurrentState(spec, lanes));
    this.#noise = plan.noise.map((spec) => new LaneNoise(spec, starts));
    this.memberOfLane =
      memberPerLane === undefined
        ? undefined
        : Int32Array.from(starts, (start) => start.index % memberPerLane);
    this.#outputNames = [
      ...new Set([...plan.outputs.map((output) => output.tensor), ...plan.state.map((spec) => spec.output)]),
    ];
  }

  /** History as if these values had been there always. */
  begin(columns: FeatureColumns): void {
    for (const window of this.#windows) window.fillWith(columns);
  }

  /** The newest observation and the action that follows it. */
  remember(columns: FeatureColumns): void {
    for (const window of this.#windows) window.push(columns);
  }

  /**
   * One call of the model for these lanes (several where the graph's batch size is fixed): advances their recurrent
   * state and, unless the answer is not wanted, writes the predictions.
   * @throws SimgateError `runtime` if the graph fails.
   */
  async predict(
    step: number,
    rows: Int32Array,
    into: Predictions | undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    const batch = batchFor(this.#plan, rows.length);
    if (this.#feeds?.batch !== batch) this.#feeds = createFeeds(this.#session, this.#plan, batch);
    const feeds = this.#feeds;
    for (let from = 0; from < rows.length; from += batch) {
      throwIfAborted(signal);
      const to = Math.min(rows.length, from + batch);
      this.#windows.forEach((window, i) => window.gather(rows, from, to, feeds.inputs[i]!));
      this.#state.forEach((state, i) => state.gather(rows, from, to, batch, feeds.state[i]!));
      this.#noise.forEach((noise, i) => noise.draw(step, rows, from, to, batch, feeds.noise[i]!));
      const answer = await this.#run(feeds);
      for (const state of this.#state) {
        state.scatter(rows, from, to, batch, answer(state.spec.output));
      }
      if (into === undefined) continue;
      for (const layout of this.#plan.outputs) {
        readOutput(layout, answer(layout.tensor), batch, rows, from, to, into);
      }
    }
  }

  /** The recurrent state: input tensor → lanes × width values. */
  latent(): Record<string, Float64Array> {
    return Object.fromEntries(this.#state.map((state) => [state.spec.input, state.show()]));
  }

  /** @throws SimgateError `input` unless it has the tensors and sizes of {@link latent}. */
  setLatent(columns: Readonly<Record<string, Float64Array>>): void {
    for (const state of this.#state) state.replace(columns);
  }

  /** Lane `to` remembers what lane `from` does; its noise stays its own. */
  copyLane(from: number, to: number): void {
    for (const window of this.#windows) window.copyLane(from, to);
    for (const state of this.#state) state.copyLane(from, to);
  }

  save(): EpisodeMemory {
    return {
      windows: this.#windows.map((window) => window.save()),
      state: this.#state.map((state) => state.save()),
    };
  }

  restore(memory: EpisodeMemory): void {
    this.#windows.forEach((window, i) => window.restore(memory.windows[i]!));
    this.#state.forEach((state, i) => state.restore(memory.state[i]!));
  }

  async #run(feeds: Feeds): Promise<(name: string) => FloatArray> {
    try {
      const tensors = await this.#session.run(feeds.tensors, this.#outputNames);
      return (name) => tensors[name]!.data as FloatArray;
    } catch (cause) {
      throw runtimeError("the model failed", { got: messageOf(cause), cause });
    }
  }
}
