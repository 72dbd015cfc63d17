import { type Batch, emptyBatch } from "../core/channels.ts";
import { runtimeError, throwIfAborted } from "../core/errors.ts";
import type { Images } from "../core/picture.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { OnnxSession } from "../tensor/session.ts";
import { SceneCamera } from "./camera/scene-camera.ts";
import { imaginedUpToStart } from "./diffusion/before-start.ts";
import { loadDiffusionCard } from "./diffusion/card.ts";
import { Imagination, type ImaginationMemory } from "./diffusion/imagination.ts";
import { compileDiffusionPlan, type DiffusionPlan } from "./diffusion/plan.ts";
import { firstObservation } from "./first-observation.ts";
import type { ReaderState } from "./frames/frame-reader.ts";
import { PictureObservation } from "./frames/picture-observation.ts";
import { type GuardState, LaneGuard } from "./guard.ts";
import { LaneColumns } from "./lane-columns.ts";
import type { ImagingWorld, RestorableWorld, Snapshot, Transition, WorldSpec } from "./world.ts";

export interface DiffusionWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model card, `*.world.yaml`. */
  readonly cardPath: string;
}

/** All that determines the future of the lanes of one reset. */
interface Lanes {
  readonly columns: LaneColumns;
  readonly imagination: Imagination;
  readonly reading: PictureObservation;
}

interface Saved {
  readonly lanes: Lanes;
  readonly guard: GuardState;
  readonly memory: ImaginationMemory;
  readonly reading: ReaderState | undefined;
}

/**
 * A diffusion model (DIAMOND, GameNGen, Oasis) as a world: the next picture is sampled out of noise, given the pictures
 * before it and what was done. The scenario's camera draws the one it begins with; from then on it sees its own, eight bits
 * a colour, and what is observed is read from them. The noise of a step is drawn from the seed of the lane and the number of
 * the step, so that a step taken again is the same. A step that is aborted leaves the lanes undefined until the next reset or
 * restore.
 */
export class DiffusionWorld implements RestorableWorld, ImagingWorld {
  readonly spec: WorldSpec;
  readonly #scenario: Scenario;
  readonly #session: OnnxSession;
  readonly #plan: DiffusionPlan;
  readonly #camera: SceneCamera;
  readonly #guard: LaneGuard;
  #lanes: Lanes | undefined;
  #closed = false;

  private constructor(spec: WorldSpec, scenario: Scenario, session: OnnxSession, plan: DiffusionPlan) {
    this.spec = spec;
    this.#scenario = scenario;
    this.#session = session;
    this.#plan = plan;
    this.#camera = new SceneCamera(plan.layout.image, scenario.observation);
    this.#guard = new LaneGuard(spec);
  }

  /** @throws SimgateError `input` for a card, model or graph that does not fit. */
  static async open({ name, scenario, cardPath }: DiffusionWorldOptions): Promise<DiffusionWorld> {
    const { card, document, model, modelFile } = await loadDiffusionCard(cardPath);
    const session = await OnnxSession.open(model, modelFile);
    try {
      const plan = compileDiffusionPlan(document, session, scenario);
      const { name: channel, size } = plan.layout.image;
      const spec: WorldSpec = {
        name,
        observation: scenario.observation,
        action: scenario.action,
        controlPeriodSec: scenario.controlPeriodSec,
        respondsToActions: plan.inputs.some(({ features }) => features.usesActions),
        stochastic: true,
        objects: card.objects,
        restorable: true,
        images: [{ name: channel, size }],
      };
      // Says at once if the pictures do not show all that is observed.
      readingOf(scenario, plan, emptyBatch(scenario.observation, 0));
      return new DiffusionWorld(spec, scenario, session, plan);
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    const scenario = this.#scenario;
    const names = scenario.parameters.map((parameter) => parameter.name);
    const columns = new LaneColumns(starts, firstObservation(scenario, starts), names);
    const imagination = new Imagination(this.#plan, this.#session, starts);
    imaginedUpToStart(imagination, this.#camera, starts, columns, scenario);
    this.#lanes = { columns, imagination, reading: readingOf(scenario, this.#plan, columns.show(0)) };
    return this.#guard.reset(columns.show(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const guard = this.#guard;
    const { applied, runs } = guard.begin(actions);
    const { columns, imagination, reading } = this.#lanes!;
    const { observation, next, parameters } = columns;
    columns.open(runs);
    imagination.remember({ observation, action: applied.columns, parameters });
    const spoilt = (lane: number): void => guard.fault(lane, "not-finite", "a pixel is not a number");
    await guard.compute(columns.rows, async () => {
      await imagination.imagine(guard.step, columns.rows, spoilt, signal);
      reading.read(imagination.imagined, { ...applied, active: runs }, next);
      for (const lane of columns.rows) if (runs[lane] === 1) imagination.keep(lane);
    });
    const transition = guard.settle(columns.showNext(guard.step + 1));
    columns.take(transition.observation);
    return transition;
  }

  images(): Images {
    this.#guard.requireReady();
    return { [this.#plan.layout.image.name]: this.#lanes!.imagination.pictures.newest() };
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const lanes = this.#lanes!;
    const state: Saved = {
      lanes,
      guard,
      memory: lanes.imagination.save(),
      reading: lanes.reading.save(),
    };
    return { lanes: lanes.columns.lanes, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { lanes, guard, memory, reading } = snapshot.state as Saved;
    const observation = this.#guard.restore(guard);
    lanes.columns.take(observation);
    lanes.imagination.restore(memory);
    lanes.reading.restore(reading);
    this.#lanes = lanes;
    return observation;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lanes = undefined;
    await this.#session.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}

/** The model tells nothing but pictures. */
function readingOf(scenario: Scenario, { layout }: DiffusionPlan, first: Batch): PictureObservation {
  return new PictureObservation(scenario, { layout, outputs: [] }, first);
}
