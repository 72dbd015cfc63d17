import { messageOf, runtimeError, throwIfAborted } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { addTensor } from "../../tensor/add-tensor.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { TensorPlan } from "../../tensor/graph-fit.ts";
import { HistoryWindow } from "../../tensor/history.ts";
import type { FloatArray, OnnxSession, OnnxTensor } from "../../tensor/session.ts";
import { PictureHistory } from "../../tensor/picture-history.ts";
import type { Making, PictureMaker } from "../frames/picture-maker.ts";
import { batchFor, createFeeds } from "../onnx/feeds.ts";
import { LaneNoise } from "../onnx/noise.ts";
import { guided } from "../onnx/samplers/guided.ts";
import type { Denoiser } from "../onnx/samplers/sampler.ts";
import type { DiffusionPlan } from "./plan.ts";

/** What the lanes of one reset remember, as plain arrays. */
export interface ImaginationMemory {
  readonly pictures: Uint8Array;
  readonly windows: readonly (readonly FloatArray[])[];
}

/** Tensors for a call of `batch` rows, and the arrays behind them. */
interface Call {
  readonly batch: number;
  readonly inputs: readonly FloatArray[];
  readonly context: FloatArray;
  /** What is added to the context. */
  readonly contextNoise: FloatArray | undefined;
  readonly denoiser: Denoiser;
  /** What is being sampled. */
  readonly sample: FloatArray;
}

/** The lanes of one reset: the pictures they have seen, what was done, and the sampling of the next picture. */
export class Imagination implements PictureMaker {
  readonly pictures: PictureHistory;
  readonly made: Uint8Array;
  readonly #session: OnnxSession;
  readonly #plan: DiffusionPlan;
  readonly #windows: readonly HistoryWindow[];
  readonly #noise: LaneNoise;
  readonly #contextNoise: LaneNoise | undefined;
  #call: Call | undefined;
  #signal: AbortSignal | undefined;

  /** @param oldest what is before the first step known */
  constructor(plan: DiffusionPlan, session: OnnxSession, starts: readonly Start[], oldest: FeatureColumns) {
    const { layout, context, noisy, inputs } = plan;
    this.#session = session;
    this.#plan = plan;
    this.pictures = new PictureHistory(starts.length, Math.max(...context.steps), layout.size);
    this.made = new Uint8Array(starts.length * layout.size);
    this.#windows = inputs.map(
      ({ features, history, type }) => new HistoryWindow(features, history, type, starts.length),
    );
    const noiseFor = (name: string, { tensor, type, dims }: TensorPlan, inner: number): LaneNoise =>
      new LaneNoise({ input: tensor, type, shape: dims, outer: 1, inner }, starts, name);
    this.#noise = noiseFor("picture", noisy, layout.size);
    if (context.noiseStd > 0) {
      this.#contextNoise = noiseFor("context", context, context.steps.length * layout.size);
    }
    for (const window of this.#windows) window.fillWith(oldest);
  }

  async recall(step: number, _: Int32Array, columns: FeatureColumns): Promise<void> {
    if (step < 0) this.#remember(columns);
  }

  /**
   * Samples the next picture of these lanes: all in one call of the graph for each noise level (several where its batch size
   * is fixed).
   */
  async make({ step, rows, columns, spoilt }: Making, signal?: AbortSignal): Promise<void> {
    this.#remember(columns);
    if (rows.length === 0) return;
    const { layout, sampler } = this.#plan;
    const batch = batchFor(this.#plan, rows.length);
    if (this.#call?.batch !== batch) this.#call = this.#prepare(batch);
    const call = this.#call;
    this.#signal = signal;
    for (let from = 0; from < rows.length; from += batch) {
      const to = Math.min(rows.length, from + batch);
      this.#condition(call, step, rows, from, to);
      const { sample } = call;
      this.#noise.draw(step, rows, from, to, batch, sample);
      const drawn = (to - from) * layout.size;
      for (let i = 0; i < drawn; i++) sample[i] = sampler.startStd * sample[i]!;
      sample.fill(0, drawn);
      await sampler.sample(sample, call.denoiser);
      for (let row = from; row < to; row++) {
        const lane = rows[row]!;
        if (!layout.read(sample, (row - from) * layout.size, this.made, lane * layout.size)) spoilt(lane);
      }
    }
  }

  async keep({ rows }: Pick<Making, "rows">): Promise<void> {
    this.pictures.take(rows, this.made);
  }

  save(): ImaginationMemory {
    return { pictures: this.pictures.save(), windows: this.#windows.map((window) => window.save()) };
  }

  restore({ pictures, windows }: ImaginationMemory): void {
    this.pictures.restore(pictures);
    this.#windows.forEach((window, i) => window.restore(windows[i]!));
  }

  /** An observation and the action that follows it. */
  #remember(columns: FeatureColumns): void {
    for (const window of this.#windows) window.push(columns);
  }

  /** Everything that stays the same while noise falls. */
  #condition(
    { batch, inputs, context, contextNoise }: Call,
    step: number,
    rows: Int32Array,
    from: number,
    to: number,
  ): void {
    const { layout } = this.#plan;
    const { steps, noiseStd } = this.#plan.context;
    this.#windows.forEach((window, i) => window.gather(rows, from, to, inputs[i]!));
    for (let row = from; row < to; row++) {
      steps.forEach((back, k) => {
        const at = ((row - from) * steps.length + k) * layout.size;
        layout.write(this.pictures.at(rows[row]!, this.pictures.length - back), context, at);
      });
    }
    if (contextNoise === undefined) return;
    this.#contextNoise!.draw(step, rows, from, to, batch, contextNoise);
    const drawn = (to - from) * steps.length * layout.size;
    for (let i = 0; i < drawn; i++) context[i] = context[i]! + noiseStd * contextNoise[i]!;
  }

  #prepare(batch: number): Call {
    const { inputs, noisy, level, context, guidance } = this.#plan;
    const feeds = createFeeds(this.#session, { inputs, state: [], noise: [] }, batch);
    const tensors: Record<string, OnnxTensor> = { ...feeds.tensors };
    const allocate = (tensor: TensorPlan): FloatArray => addTensor(this.#session, tensors, tensor, batch);
    const levels = allocate(level);
    const plain: Denoiser = {
      noisy: allocate(noisy),
      run: (at) => {
        levels.fill(at);
        return this.#run(tensors);
      },
    };
    if (context.toldNoise !== undefined) allocate(context.toldNoise).fill(context.noiseStd);
    const given = guidance === undefined ? undefined : allocate(guidance);
    const seen = allocate(context);
    return {
      batch,
      inputs: feeds.inputs,
      context: seen,
      contextNoise: context.noiseStd > 0 ? seen.slice() : undefined,
      denoiser:
        guidance === undefined ? plain : guided(plain, guidance.scale, (on) => given!.fill(on ? 1 : 0)),
      sample: plain.noisy.slice(),
    };
  }

  async #run(tensors: Readonly<Record<string, OnnxTensor>>): Promise<FloatArray> {
    throwIfAborted(this.#signal);
    const { output } = this.#plan;
    try {
      return (await this.#session.run(tensors, [output]))[output]!.data as FloatArray;
    } catch (cause) {
      throw runtimeError("the denoiser failed", { got: messageOf(cause), cause });
    }
  }
}
