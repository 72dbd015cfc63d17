import { type Batch, emptyBatch } from "../../core/channels.ts";
import { runtimeError, throwIfAborted } from "../../core/errors.ts";
import type { Images } from "../../core/picture.ts";
import type { Start } from "../../core/trace.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { SceneCamera } from "../camera/scene-camera.ts";
import { firstObservation } from "../first-observation.ts";
import { type GuardState, LaneGuard } from "../guard.ts";
import { LaneColumns } from "../lane-columns.ts";
import { toldBy } from "../onnx/outputs.ts";
import { Uncertainty } from "../onnx/uncertainty.ts";
import type { ImagingWorld, RestorableWorld, Snapshot, Transition, WorldSpec } from "../world.ts";
import { picturedUpToStart } from "./before-start.ts";
import type { ReaderState } from "./frame-reader.ts";
import type { PictureMaker, PictureModel } from "./picture-maker.ts";
import { PictureObservation } from "./picture-observation.ts";
import { StressedContext } from "./stressed-context.ts";

/** All that determines the future of the lanes of one reset. */
interface Lanes<Maker> {
  readonly columns: LaneColumns;
  readonly maker: Maker;
  /** The pictures they show now: lanes × bytes. */
  readonly shown: Uint8Array;
  readonly context: StressedContext | undefined;
  readonly reading: PictureObservation;
  readonly uncertainty: Uncertainty;
}

interface Saved<Maker> {
  readonly lanes: Lanes<Maker>;
  readonly guard: GuardState;
  readonly memory: unknown;
  readonly shown: Uint8Array;
  readonly reading: ReaderState | undefined;
}

/**
 * A model that makes pictures as a world. The scenario's camera draws the picture it begins with; from then on it sees its
 * own, and what is observed is read from them, save the channels that the model tells itself. A step that is aborted leaves
 * the lanes undefined until the next reset or restore.
 */
export class PictureWorld<Maker extends PictureMaker> implements RestorableWorld, ImagingWorld {
  readonly spec: WorldSpec;
  readonly #scenario: Scenario;
  readonly #model: PictureModel<Maker>;
  readonly #camera: SceneCamera;
  readonly #guard: LaneGuard;
  #lanes: Lanes<Maker> | undefined;
  #closed = false;

  /** @throws SimgateError `input` if the pictures do not show all that is observed. */
  constructor(
    spec: Pick<WorldSpec, "name" | "respondsToActions" | "stochastic" | "objects" | "sees" | "onGpu">,
    scenario: Scenario,
    model: PictureModel<Maker>,
  ) {
    const { observation, action, controlPeriodSec } = scenario;
    const { image } = model.layout;
    const images = [{ name: image.name, size: image.size }];
    this.spec = { ...spec, observation, action, controlPeriodSec, restorable: true, images };
    this.#scenario = scenario;
    this.#model = model;
    this.#camera = new SceneCamera(image, observation);
    this.#guard = new LaneGuard(this.spec);
    readingOf(scenario, model, emptyBatch(observation, 0));
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    const scenario = this.#scenario;
    const names = scenario.parameters.map((parameter) => parameter.name);
    const columns = new LaneColumns(starts, firstObservation(scenario, starts), names);
    const { image, size } = this.#model.layout;
    const shown = new Uint8Array(starts.length * size);
    const context = StressedContext.of(image, starts);
    this.#lanes = {
      ...{ columns, shown, context },
      maker: await picturedUpToStart(
        this.#model,
        this.#camera,
        starts,
        columns,
        scenario,
        shown,
        context,
        signal,
      ),
      reading: readingOf(scenario, this.#model, columns.show(0)),
      uncertainty: new Uncertainty(this.#model.uncertain, starts.length),
    };
    return this.#guard.reset(columns.show(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const guard = this.#guard;
    const { applied, runs } = guard.begin(actions);
    const { columns, maker, shown, context, reading, uncertainty } = this.#lanes!;
    columns.open(runs);
    uncertainty.clear();
    const { observation, next, parameters, rows } = columns;
    const { step } = guard;
    const action = applied.columns;
    const spoilt = (lane: number): void => guard.fault(lane, "not-finite", "a pixel is not a number");
    await guard.compute(rows, async () => {
      const into = { previous: observation, next, variance: uncertainty.variance, memberOfLane: undefined };
      await maker.make({ step, rows, columns: { observation, action, parameters }, into, spoilt }, signal);
      reading.read(maker.made, { ...applied, active: runs }, next);
      const good = rows.filter((lane) => runs[lane] === 1);
      const { size } = maker.pictures;
      for (const lane of good) shown.set(maker.made.subarray(lane * size, (lane + 1) * size), lane * size);
      context?.made(maker.made, good, step + 1);
      const seen = { observation: next, action, parameters };
      await maker.keep({ step: step + 1, rows: good, columns: seen }, signal);
    });
    const transition = guard.settle(
      columns.showNext(step + 1),
      uncertainty.empty ? undefined : uncertainty.show(step + 1),
    );
    columns.take(transition.observation);
    return transition;
  }

  images(only?: readonly string[]): Images {
    this.ready();
    const { name } = this.#model.layout.image;
    return only?.includes(name) === false ? {} : { [name]: this.#lanes!.shown.slice() };
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const lanes = this.#lanes!;
    const state: Saved<Maker> = {
      lanes,
      guard,
      memory: lanes.maker.save(),
      shown: lanes.shown.slice(),
      reading: lanes.reading.save(),
    };
    return { lanes: lanes.columns.lanes, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { lanes, guard, memory, shown, reading } = snapshot.state as Saved<Maker>;
    const observation = this.#guard.restore(guard);
    lanes.columns.take(observation);
    lanes.maker.restore(memory);
    lanes.shown.set(shown);
    lanes.reading.restore(reading);
    this.#lanes = lanes;
    return observation;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lanes = undefined;
    await this.#model.close();
  }

  /** @throws SimgateError before the first reset, and after a step that was interrupted. */
  protected ready(): { readonly maker: Maker; readonly lanes: number; readonly step: number } {
    this.#assertOpen();
    this.#guard.requireReady();
    const { maker, columns } = this.#lanes!;
    return { maker, lanes: columns.lanes, step: this.#guard.step };
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}

function readingOf(
  scenario: Scenario,
  { layout, outputs }: Pick<PictureModel<PictureMaker>, "layout" | "outputs">,
  first: Batch,
): PictureObservation {
  return new PictureObservation(scenario, { image: layout.image.name, told: toldBy(outputs) }, first);
}
