import { type Batch, columnOf, emptyBatch, picturesOf } from "../core/channels.ts";
import { messageOf, runtimeError } from "../core/errors.ts";
import { addTensor } from "../tensor/add-tensor.ts";
import { whereItRuns } from "../tensor/card-file.ts";
import { HistoryWindow } from "../tensor/history.ts";
import { PictureHistory } from "../tensor/picture-history.ts";
import { RecurrentState } from "../tensor/recurrent-state.ts";
import { type FloatArray, OnnxSession, type OnnxTensor } from "../tensor/session.ts";
import { Episode } from "./episode.ts";
import { compilePolicyPlan, type PolicyPlan, type PolicyScenario } from "./onnx-plan.ts";
import { loadPolicyCard, type PolicyCard } from "./policy-card.ts";
import type { ActionChunk, Policy, PolicySpec } from "./policy.ts";

export interface OnnxPolicyOptions {
  readonly name: string;
  readonly scenario: PolicyScenario;
  /** `*.policy.yaml`. */
  readonly cardPath: string;
}

/** A network that answers for all running lanes in one call. Before there is a past, the first observation stands in for it. */
export class OnnxPolicy implements Policy {
  readonly spec: PolicySpec;
  readonly card: PolicyCard;
  readonly #episode: Episode;
  readonly #session: OnnxSession;
  readonly #plan: PolicyPlan;
  /** One an input. */
  #windows: readonly HistoryWindow[] = [];
  /** One a picture input. */
  #seen: readonly PictureHistory[] = [];
  #state: readonly RecurrentState[] = [];
  #actions: readonly Batch[] = [];
  #rows = new Int32Array(0);
  #lastStep: number | undefined;

  private constructor(
    name: string,
    scenario: PolicyScenario,
    card: PolicyCard,
    session: OnnxSession,
    plan: PolicyPlan,
  ) {
    this.card = card;
    this.#session = session;
    this.#plan = plan;
    this.#episode = new Episode(name);
    const read = new Set(
      card.inputs.flatMap(({ features }) =>
        features.flatMap((feature) => ("channel" in feature ? [feature.channel.replace(/\[.*$/, "")] : [])),
      ),
    );
    const images = new Map(plan.pictures.map(({ layout: { image } }) => [image.name, image]));
    this.spec = {
      name,
      observation: scenario.observation.filter((channel) => read.has(channel.name)),
      ...(images.size === 0
        ? {}
        : { images: [...images.values()].map((image) => ({ name: image.name, size: image.size })) }),
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      chunkLength: card.chunkLength,
      stateful:
        plan.state.length > 0 || [...plan.inputs, ...plan.pictures].some(({ history }) => history > 1),
      deterministic: true,
      ...whereItRuns(card),
    };
  }

  /** @throws SimgateError `input` for a card or model that is missing, broken, or does not fit the scenario. */
  static async open({ name, scenario, cardPath }: OnnxPolicyOptions): Promise<OnnxPolicy> {
    const { card, document, model, modelFile } = await loadPolicyCard(cardPath);
    const session = await OnnxSession.open(model, modelFile, card.device);
    try {
      return new OnnxPolicy(name, scenario, card, session, compilePolicyPlan(document, session, scenario));
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    this.#episode.begin(lanes, seeds);
    this.#windows = this.#plan.inputs.map(
      ({ features, history, type }) => new HistoryWindow(features, history, type, lanes),
    );
    this.#seen = this.#plan.pictures.map(
      ({ history, layout }) => new PictureHistory(lanes, history, layout.size),
    );
    this.#state = this.#plan.state.map((spec) => new RecurrentState(spec, lanes));
    this.#actions = Array.from({ length: this.spec.chunkLength }, () => emptyBatch(this.spec.action, lanes));
    this.#rows = new Int32Array(lanes);
    this.#lastStep = undefined;
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    this.#episode.check(observation, signal);
    this.#remember(observation);
    let count = 0;
    for (let lane = 0; lane < observation.lanes; lane++) {
      if (observation.active === undefined || observation.active[lane] === 1) this.#rows[count++] = lane;
    }
    const block = this.#plan.fixedBatch ?? count;
    for (let from = 0; from < count; from += block)
      await this.#infer(from, Math.min(from + block, count), block);
    return { actions: this.#actions.map((action, i) => ({ ...action, step: observation.step + i })) };
  }

  async close(): Promise<void> {
    if (this.#episode.close()) await this.#session.close();
  }

  #remember(observation: Batch): void {
    for (const channel of this.spec.observation) columnOf(observation, channel);
    const columns = { observation: observation.columns, action: {}, parameters: {} };
    const first = this.#lastStep === undefined;
    if (!first && this.spec.stateful && observation.step !== this.#lastStep! + 1) {
      throw runtimeError(
        `policy "${this.spec.name}" looks back over several control steps and was not shown all of them`,
        {
          expected: `observation ${this.#lastStep! + 1}`,
          got: `observation ${observation.step}`,
          hint: "ask it every control step: chunk.execute: 1",
        },
      );
    }
    for (const window of this.#windows) {
      if (first) window.fillWith(columns);
      else window.push(columns);
    }
    this.#plan.pictures.forEach(({ layout }, i) => {
      const history = this.#seen[i]!;
      const pictures = picturesOf(observation, layout.image);
      for (let lane = 0; lane < observation.lanes; lane++) {
        const picture = pictures.subarray(lane * layout.size, (lane + 1) * layout.size);
        if (first) history.fill(lane, picture);
        else history.push(lane).set(picture);
      }
    });
    this.#lastStep = observation.step;
  }

  /** Runs the lanes in rows[from … to), in `block` rows: those beyond are zeros whose answers nobody reads. */
  async #infer(from: number, to: number, block: number): Promise<void> {
    const feeds: Record<string, OnnxTensor> = {};
    this.#plan.inputs.forEach((input, i) => {
      const values = addTensor(this.#session, feeds, input, block);
      this.#windows[i]!.gather(this.#rows, from, to, values);
    });
    this.#plan.pictures.forEach((input, i) => {
      const values = addTensor(this.#session, feeds, input, block);
      const { layout, history } = input;
      for (let row = from; row < to; row++) {
        for (let k = 0; k < history; k++) {
          const at = ((row - from) * history + k) * layout.size;
          layout.write(this.#seen[i]!.at(this.#rows[row]!, k), values, at);
        }
      }
    });
    for (const state of this.#state) {
      const { input, type, shape } = state.spec;
      const values = addTensor(this.#session, feeds, { tensor: input, type, dims: shape }, block);
      state.gather(this.#rows, from, to, block, values);
    }
    const names = [
      ...this.#plan.outputs.map(({ tensor }) => tensor),
      ...this.#plan.state.map(({ output }) => output),
    ];
    let results: Readonly<Record<string, OnnxTensor>>;
    try {
      results = await this.#session.run(feeds, names);
    } catch (cause) {
      throw runtimeError(`policy "${this.spec.name}": the model failed`, { got: messageOf(cause), cause });
    }
    for (const state of this.#state) {
      const { output, outer, inner } = state.spec;
      const data = results[output]!.data as FloatArray;
      this.#checkSize(output, data.length, outer * block * inner);
      state.scatter(this.#rows, from, to, block, data);
    }
    for (const { tensor, width, values } of this.#plan.outputs) {
      const data = results[tensor]!.data as FloatArray;
      this.#checkSize(tensor, data.length, block * this.spec.chunkLength * width);
      for (const { channel, size, component, value, mean, std } of values) {
        this.#actions.forEach(({ columns }, k) => {
          const out = columns[channel]!;
          for (let row = from; row < to; row++) {
            const at = ((row - from) * this.spec.chunkLength + k) * width + value;
            out[this.#rows[row]! * size + component] = data[at]! * std + mean;
          }
        });
      }
    }
  }

  /** Dimensions that the graph leaves open are only known now. */
  #checkSize(tensor: string, got: number, expected: number): void {
    if (got === expected) return;
    throw runtimeError(
      `policy "${this.spec.name}": output "${tensor}" has another size than the card implies`,
      {
        expected: `${expected} values`,
        got: String(got),
      },
    );
  }
}
