import type { Batch } from "../core/channels.ts";
import { inputError, runtimeError, throwIfAborted } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { whereItRuns } from "../tensor/card-file.ts";
import { OnnxSession } from "../tensor/session.ts";
import { firstObservation } from "./first-observation.ts";
import { LaneGuard, type GuardState } from "./guard.ts";
import { LaneColumns } from "./lane-columns.ts";
import { loadWorldCard } from "./onnx/card.ts";
import { Episode, type EpisodeMemory } from "./onnx/episode.ts";
import { compilePlan, type OnnxPlan } from "./onnx/plan.ts";
import { Uncertainty } from "./onnx/uncertainty.ts";
import { warmUp } from "./onnx/warm-up.ts";
import type {
  InformableWorld,
  LatentWorld,
  RestorableWorld,
  Snapshot,
  Transition,
  WorldSpec,
} from "./world.ts";

export interface OnnxWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model card, `*.world.yaml`. */
  readonly cardPath: string;
}

/** All that determines the future of the lanes of one reset. */
interface Lanes {
  readonly columns: LaneColumns;
  readonly episode: Episode;
  readonly uncertainty: Uncertainty;
}

interface Saved {
  readonly lanes: Lanes;
  readonly guard: GuardState;
  readonly memory: EpisodeMemory;
}

/**
 * A learned model in ONNX as a world: one call of the graph a step, for all lanes that still run. Its uncertainty is
 * that of the next observation given the present one; it does not add up over the rollout. A step that is aborted
 * leaves the lanes undefined until the next reset or restore.
 */
export class OnnxWorld implements RestorableWorld, InformableWorld, LatentWorld {
  readonly spec: WorldSpec;
  readonly #scenario: Scenario;
  readonly #session: OnnxSession;
  readonly #plan: OnnxPlan;
  readonly #guard: LaneGuard;
  #lanes: Lanes | undefined;
  #closed = false;

  private constructor(spec: WorldSpec, scenario: Scenario, session: OnnxSession, plan: OnnxPlan) {
    this.spec = spec;
    this.#scenario = scenario;
    this.#session = session;
    this.#plan = plan;
    this.#guard = new LaneGuard(spec);
  }

  /** @throws SimgateError `input` for a card, model or graph that does not fit. */
  static async open({ name, scenario, cardPath }: OnnxWorldOptions): Promise<OnnxWorld> {
    const { card, document, model, modelFile } = await loadWorldCard(cardPath);
    const session = await OnnxSession.open(model, modelFile, card.device);
    try {
      const plan = compilePlan(document, session, scenario);
      const spec: WorldSpec = {
        name,
        observation: scenario.observation,
        action: scenario.action,
        controlPeriodSec: scenario.controlPeriodSec,
        respondsToActions: plan.inputs.some((input) => input.features.usesActions),
        stochastic: plan.noise.length > 0,
        objects: card.objects,
        restorable: true,
        informable: true,
        ...whereItRuns(card),
      };
      return new OnnxWorld(spec, scenario, session, plan);
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    const names = this.#scenario.parameters.map((parameter) => parameter.name);
    const columns = new LaneColumns(starts, firstObservation(this.#scenario, starts), names);
    const episode = new Episode(this.#session, this.#plan, starts);
    await warmUp(episode, starts, columns, this.spec, this.#plan.state.length > 0, signal);
    this.#lanes = { columns, episode, uncertainty: new Uncertainty(this.#plan.uncertain, starts.length) };
    return this.#guard.reset(columns.show(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const guard = this.#guard;
    const { applied, runs } = guard.begin(actions);
    const { columns, episode, uncertainty } = this.#lanes!;
    const { observation, parameters, next } = columns;
    columns.open(runs);
    uncertainty.clear();
    episode.remember({ observation, action: applied.columns, parameters });
    const { variance } = uncertainty;
    const into = { previous: observation, next, variance, memberOfLane: episode.memberOfLane };
    await guard.compute(columns.rows, () => episode.predict(guard.step, columns.rows, into, signal));
    const step = guard.step + 1;
    const transition = guard.settle(
      columns.showNext(step),
      uncertainty.empty ? undefined : uncertainty.show(step),
    );
    columns.take(transition.observation);
    return transition;
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const saved = this.#guard.save();
    const lanes = this.#lanes!;
    const state: Saved = { lanes, guard: saved, memory: lanes.episode.save() };
    return { lanes: lanes.columns.lanes, step: saved.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { lanes, guard, memory } = snapshot.state as Saved;
    const observation = this.#guard.restore(guard);
    lanes.columns.take(observation);
    lanes.episode.restore(memory);
    this.#lanes = lanes;
    return observation;
  }

  async inform(lane: number, observed: Readonly<Record<string, readonly number[]>>): Promise<Batch> {
    const { columns } = this.#ready();
    const missing = this.spec.observation.find(({ name, size }) => observed[name]?.length !== size);
    if (missing !== undefined) {
      throw inputError(`world ${this.spec.name} is not shown all that was observed`, {
        expected: `${missing.size} values of ${missing.name}`,
        got: `${observed[missing.name]?.length ?? 0}`,
      });
    }
    for (const { name, size } of this.spec.observation) {
      columns.observation[name]!.set(observed[name]!, lane * size);
    }
    return this.#guard.amend(lane, columns.show(this.#guard.step));
  }

  async copyLane(from: number, to: number): Promise<Batch> {
    const { columns, episode } = this.#ready();
    const observation = this.#guard.copyLane(from, to);
    columns.take(observation);
    episode.copyLane(from, to);
    return observation;
  }

  /** The recurrent state of the graph; no column where it carries none. */
  latent(): Batch {
    const { columns, episode } = this.#ready();
    return { lanes: columns.lanes, step: this.#guard.step, columns: episode.latent() };
  }

  setLatent(latent: Batch): void {
    this.#ready().episode.setLatent(latent.columns);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lanes = undefined;
    await this.#session.close();
  }

  #ready(): Lanes {
    this.#assertOpen();
    this.#guard.requireReady();
    return this.#lanes!;
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}
