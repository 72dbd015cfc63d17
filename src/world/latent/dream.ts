import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { FloatArray, OnnxSession } from "../../tensor/session.ts";
import { PictureHistory } from "../../tensor/picture-history.ts";
import type { Kept, Making, PictureMaker } from "../frames/picture-maker.ts";
import { type Predictions, readOutput } from "../onnx/outputs.ts";
import { RecurrentState } from "../../tensor/recurrent-state.ts";
import type { GraphName } from "./card.ts";
import { GraphCall } from "./graph-call.ts";
import type { LatentPlan } from "./plan.ts";

/** What the lanes of one reset remember, as plain arrays. */
export interface DreamMemory {
  readonly state: readonly FloatArray[];
  readonly pictures: Uint8Array;
}

/** Decode is fed with state alone. */
const NOTHING: FeatureColumns = { observation: {}, action: {}, parameters: {} };

/** The lanes of one reset: their state, the last pictures, and the three graphs around them. */
export class Dream implements PictureMaker {
  readonly pictures: PictureHistory;
  readonly made: Uint8Array;
  readonly #plan: LatentPlan;
  readonly #state: readonly RecurrentState[];
  readonly #encode: GraphCall;
  readonly #step: GraphCall;
  readonly #decode: GraphCall;

  constructor(
    plan: LatentPlan,
    sessions: Readonly<Record<GraphName, OnnxSession>>,
    starts: readonly Start[],
  ) {
    const { layout, pictures, state, outputs } = plan;
    this.#plan = plan;
    this.#state = state.map((spec) => new RecurrentState(spec, starts.length));
    this.pictures = new PictureHistory(starts.length, pictures, layout.size);
    this.made = new Uint8Array(starts.length * layout.size);
    this.#encode = new GraphCall(sessions.encode, plan.encode, this.#state, starts);
    this.#step = new GraphCall(sessions.step, plan.step, this.#state, starts);
    const told = [plan.decode.picture!.tensor, ...outputs.map(({ tensor }) => tensor)];
    this.#decode = new GraphCall(sessions.decode, plan.decode, this.#state, starts, [...new Set(told)]);
  }

  /** All that is known, with what was done, where encode corrects a state; else as many pictures as encode sees. */
  async recall(
    step: number,
    rows: Int32Array,
    columns: FeatureColumns,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { corrects } = this.#plan;
    if (corrects || step === 0) await this.#see(step, rows, columns, signal);
    if (corrects && step < 0) await this.#step.run({ step, rows, columns }, signal);
  }

  async make({ step, rows, columns, into, spoilt }: Making, signal: AbortSignal | undefined): Promise<void> {
    await this.#step.run({ step, rows, columns }, signal);
    await this.#show(rows, into, spoilt, signal);
  }

  async keep({ step, rows, columns }: Kept, signal: AbortSignal | undefined): Promise<void> {
    const { reencodeEvery } = this.#plan;
    this.pictures.take(rows, this.made);
    if (reencodeEvery > 0 && step % reencodeEvery === 0) await this.#see(step, rows, columns, signal);
  }

  /** From the last pictures to state. */
  async #see(
    step: number,
    rows: Int32Array,
    columns: FeatureColumns,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { layout, pictures } = this.#plan;
    const show = (picture: FloatArray, { from, to }: { from: number; to: number }): void => {
      for (let row = from; row < to; row++) {
        for (let k = 0; k < pictures; k++) {
          layout.write(this.pictures.at(rows[row]!, k), picture, ((row - from) * pictures + k) * layout.size);
        }
      }
    };
    await this.#encode.run({ step, rows, columns, show }, signal);
  }

  /** From state to what it shows. */
  async #show(
    rows: Int32Array,
    into: Predictions,
    spoilt: (lane: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { layout, outputs, decode } = this.#plan;
    const take = (
      answer: (tensor: string) => FloatArray,
      { from, to, batch }: { from: number; to: number; batch: number },
    ): void => {
      const picture = answer(decode.picture!.tensor);
      for (let row = from; row < to; row++) {
        const lane = rows[row]!;
        if (!layout.read(picture, (row - from) * layout.size, this.made, lane * layout.size)) spoilt(lane);
      }
      for (const output of outputs) readOutput(output, answer(output.tensor), batch, rows, from, to, into);
    };
    await this.#decode.run({ step: 0, rows, columns: NOTHING, take }, signal);
  }

  /** The state: input tensor → lanes × width values. */
  latent(): Record<string, Float64Array> {
    return Object.fromEntries(this.#state.map((state) => [state.spec.input, state.show()]));
  }

  /** @throws SimgateError `input` unless it has the tensors and sizes of {@link latent}. */
  setLatent(columns: Readonly<Record<string, Float64Array>>): void {
    for (const state of this.#state) state.replace(columns);
  }

  save(): DreamMemory {
    return { state: this.#state.map((state) => state.save()), pictures: this.pictures.save() };
  }

  restore({ state, pictures }: DreamMemory): void {
    this.#state.forEach((one, i) => one.restore(state[i]!));
    this.pictures.restore(pictures);
  }
}
