import { type Batch, emptyBatch } from "../core/channels.ts";
import { runtimeError, throwIfAborted } from "../core/errors.ts";
import type { Images } from "../core/picture.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { OnnxSession } from "../tensor/session.ts";
import { SceneCamera } from "./camera/scene-camera.ts";
import { firstObservation } from "./first-observation.ts";
import { PictureObservation } from "./frames/picture-observation.ts";
import type { ReaderState } from "./frames/frame-reader.ts";
import { type GuardState, LaneGuard } from "./guard.ts";
import { LaneColumns } from "./lane-columns.ts";
import { dreamUpToStart } from "./latent/before-start.ts";
import { GRAPHS, type GraphName, loadLatentCard } from "./latent/card.ts";
import { Dream, type DreamMemory } from "./latent/dream.ts";
import { compileLatentPlan, type LatentPlan } from "./latent/plan.ts";
import { Uncertainty } from "./onnx/uncertainty.ts";
import type { ImagingWorld, LatentWorld, RestorableWorld, Snapshot, Transition, WorldSpec } from "./world.ts";

export interface LatentModelWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model card, `*.world.yaml`. */
  readonly cardPath: string;
}

type Sessions = Readonly<Record<GraphName, OnnxSession>>;

/** All that determines the future of the lanes of one reset. */
interface Lanes {
  readonly columns: LaneColumns;
  readonly dream: Dream;
  readonly reading: PictureObservation;
  readonly uncertainty: Uncertainty;
}

interface Saved {
  readonly lanes: Lanes;
  readonly guard: GuardState;
  readonly memory: DreamMemory;
  readonly reading: ReaderState | undefined;
}

/**
 * A latent recurrent model (World Models, Dreamer) as a world: it encodes one picture, steps in a state of its own, and
 * decodes what that looks like. The scenario's camera draws the picture it begins with; what is observed from then on is
 * read from its own pictures, save the channels that it tells itself. Each graph is called once a step for all lanes that
 * still run. A step that is aborted leaves the lanes undefined until the next reset or restore.
 */
export class LatentModelWorld implements RestorableWorld, LatentWorld, ImagingWorld {
  readonly spec: WorldSpec;
  readonly #scenario: Scenario;
  readonly #sessions: Sessions;
  readonly #plan: LatentPlan;
  readonly #camera: SceneCamera;
  readonly #guard: LaneGuard;
  #lanes: Lanes | undefined;
  #closed = false;

  private constructor(spec: WorldSpec, scenario: Scenario, sessions: Sessions, plan: LatentPlan) {
    this.spec = spec;
    this.#scenario = scenario;
    this.#sessions = sessions;
    this.#plan = plan;
    this.#camera = new SceneCamera(plan.layout.image, scenario.observation);
    this.#guard = new LaneGuard(spec);
  }

  /** @throws SimgateError `input` for a card, model or graph that does not fit. */
  static async open({ name, scenario, cardPath }: LatentModelWorldOptions): Promise<LatentModelWorld> {
    const { card, document, models } = await loadLatentCard(cardPath);
    const opened: Partial<Record<GraphName, OnnxSession>> = {};
    try {
      for (const graph of GRAPHS) {
        opened[graph] = await OnnxSession.open(models[graph].model, models[graph].modelFile);
      }
      const sessions = opened as Sessions;
      const plan = compileLatentPlan(document, sessions, scenario);
      const { name: channel, size } = plan.layout.image;
      const spec: WorldSpec = {
        name,
        observation: scenario.observation,
        action: scenario.action,
        controlPeriodSec: scenario.controlPeriodSec,
        respondsToActions: plan.step.inputs.some(({ features }) => features.usesActions),
        stochastic: [plan.encode, plan.step].some(({ noise }) => noise.length > 0),
        objects: card.objects,
        restorable: true,
        images: [{ name: channel, size }],
      };
      // Says at once if the pictures do not show all that is observed.
      new PictureObservation(scenario, plan, emptyBatch(scenario.observation, 0));
      return new LatentModelWorld(spec, scenario, sessions, plan);
    } catch (thrown) {
      for (const session of Object.values(opened)) await session.close();
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    const scenario = this.#scenario;
    const names = scenario.parameters.map((parameter) => parameter.name);
    const columns = new LaneColumns(starts, firstObservation(scenario, starts), names);
    const dream = new Dream(this.#plan, this.#sessions, starts);
    const reading = new PictureObservation(scenario, this.#plan, columns.show(0));
    await dreamUpToStart(dream, this.#plan.corrects, this.#camera, starts, columns, scenario, signal);
    this.#lanes = {
      columns,
      dream,
      reading,
      uncertainty: new Uncertainty(this.#plan.uncertain, starts.length),
    };
    return this.#guard.reset(columns.show(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const guard = this.#guard;
    const { applied, runs } = guard.begin(actions);
    const { columns, dream, reading, uncertainty } = this.#lanes!;
    const { reencodeEvery } = this.#plan;
    columns.open(runs);
    uncertainty.clear();
    const step = guard.step + 1;
    const { observation, next, parameters, rows } = columns;
    const spoilt = (lane: number): void => guard.fault(lane, "not-finite", "a pixel is not a number");
    await guard.compute(rows, async () => {
      await dream.advance(step - 1, rows, { observation, action: applied.columns, parameters }, signal);
      const into = { previous: observation, next, variance: uncertainty.variance, memberOfLane: undefined };
      await dream.decode(rows, into, spoilt, signal);
      reading.read(dream.decoded, { ...applied, active: runs }, next);
      const good = rows.filter((lane) => runs[lane] === 1);
      for (const lane of good) dream.keep(lane);
      if (reencodeEvery === 0 || step % reencodeEvery !== 0) return;
      await dream.encode(step, good, { observation: next, action: applied.columns, parameters }, signal);
    });
    const transition = guard.settle(
      columns.showNext(step),
      uncertainty.empty ? undefined : uncertainty.show(step),
    );
    columns.take(transition.observation);
    return transition;
  }

  images(): Images {
    this.#guard.requireReady();
    return { [this.#plan.layout.image.name]: this.#lanes!.dream.pictures.newest() };
  }

  /** The model's own state, as the next step takes it. */
  latent(): Batch {
    this.#guard.requireReady();
    const { columns, dream } = this.#lanes!;
    return { lanes: columns.lanes, step: this.#guard.step, columns: dream.latent() };
  }

  setLatent(latent: Batch): void {
    this.#guard.requireReady();
    this.#lanes!.dream.setLatent(latent.columns);
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const lanes = this.#lanes!;
    const state: Saved = { lanes, guard, memory: lanes.dream.save(), reading: lanes.reading.save() };
    return { lanes: lanes.columns.lanes, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { lanes, guard, memory, reading } = snapshot.state as Saved;
    const observation = this.#guard.restore(guard);
    lanes.columns.take(observation);
    lanes.dream.restore(memory);
    lanes.reading.restore(reading);
    this.#lanes = lanes;
    return observation;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lanes = undefined;
    for (const graph of GRAPHS) await this.#sessions[graph].close();
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}
