import { type Batch, copyBatch, emptyBatch } from "../core/channels.ts";
import { inputError, runtimeError, throwIfAborted } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { MujocoEdit } from "../scenario/schema.ts";
import { type GuardState, LaneGuard } from "./guard.ts";
import { isState, mapChannels } from "./mujoco/channel-map.ts";
import { loadMujoco } from "./mujoco/engine.ts";
import { LaneStepper } from "./mujoco/lane-stepper.ts";
import { objectBounds } from "./mujoco/object-bounds.ts";
import { ModelBank } from "./mujoco/model-bank.ts";
import type { ModelPatch } from "./mujoco/patch.ts";
import type { StepWarning } from "./mujoco/warnings.ts";
import { Turn, type TurnTaken } from "./turn.ts";
import type { RestorableWorld, SettableWorld, Snapshot, Transition, WorldSpec } from "./world.ts";

export interface MujocoWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Absolute path of the MJCF. */
  readonly modelPath: string;
  /** Edits of the MJCF that make this world; they come after those of the scenario's parameters. */
  readonly set?: readonly MujocoEdit[];
  readonly signal?: AbortSignal;
}

interface MujocoState {
  readonly sha256: string;
  readonly rows: Float64Array;
  /** Each patch once; `patchOf` says which is a lane's. */
  readonly patches: readonly ModelPatch[];
  readonly patchOf: Uint32Array;
  readonly guard: GuardState;
}

/**
 * MuJoCo physics for many lanes. There is one model and one mjData; a lane is a row of state that is loaded, stepped
 * and stored, so ten thousand of them take a few megabytes and cannot touch each other.
 *
 * Rest is the model's first keyframe, or its reference pose if it has none. A start's values for channels that are
 * computed (sensors, positions of bodies and sites) are not used: they follow from the joints.
 */
export class MujocoWorld implements RestorableWorld, SettableWorld {
  readonly spec: WorldSpec & { readonly settable: readonly string[] };
  readonly #bank: ModelBank;
  readonly #stepper: LaneStepper;
  readonly #guard: LaneGuard;
  readonly #turn = new Turn();
  /** By lane. */
  #patches: ModelPatch[] = [];
  /** lanes × stride */
  #rows = new Float64Array(0);
  /** What they were before the step under way. */
  #before = new Float64Array(0);
  /** What is computed for the lanes that run; the guard takes over what is good. Channels that are held stay in it. */
  #next: Batch = { lanes: 0, step: 0, columns: {} };
  #closed = false;

  private constructor(spec: MujocoWorld["spec"], bank: ModelBank, stepper: LaneStepper) {
    this.spec = spec;
    this.#bank = bank;
    this.#stepper = stepper;
    this.#guard = new LaneGuard(spec);
  }

  /** @throws SimgateError for a file that is missing or does not compile, and channels that it does not have. */
  static async open(options: MujocoWorldOptions): Promise<MujocoWorld> {
    const { name, scenario, modelPath, set = [], signal } = options;
    throwIfAborted(signal);
    const mj = await loadMujoco();
    const bank = await ModelBank.open(mj, scenario, modelPath, set);
    try {
      throwIfAborted(signal);
      const channels = mapChannels(scenario, bank.patched.model, modelPath);
      const spec: MujocoWorld["spec"] = {
        name,
        observation: scenario.observation,
        action: scenario.action,
        controlPeriodSec: scenario.controlPeriodSec,
        respondsToActions: true,
        stochastic: false,
        objects: scenario.objects.map((object) => object.name),
        restorable: true,
        settable: channels.observation.filter(isState).map((place) => place.name),
        bounds: objectBounds(scenario, bank.patched.model),
      };
      return new MujocoWorld(spec, bank, new LaneStepper(mj, bank.patched, channels, spec.controlPeriodSec));
    } catch (thrown) {
      bank.delete();
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#requireOpen();
    const turn = this.#turn.take(signal);
    this.#guard.interrupt();
    const lanes = starts.length;
    const { stride } = this.#stepper;
    this.#rows = new Float64Array(lanes * stride);
    this.#before = new Float64Array(lanes * stride);
    this.#patches = [];
    this.#next = emptyBatch(this.spec.observation, lanes);
    for (const [lane, start] of starts.entries()) {
      if (turn.isDue(lane)) await turn.pause();
      const patch = this.#bank.patchFor(start.parameters);
      this.#patches.push(patch);
      this.#stepper.place(start, patch, this.#rows, lane * stride);
      this.#stepper.observe(this.#next.columns, lane, true);
    }
    return this.#guard.reset(this.#next);
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#requireOpen();
    this.#guard.requireReady();
    const turn = this.#turn.take(signal);
    const { applied, runs } = this.#guard.begin(actions);
    try {
      this.#before.set(this.#rows);
      let broken = await this.#stepLanes(applied, runs, turn, false);
      // A broken lane has cleared what the others would have been warned of.
      if (broken.size > 0 || this.#stepper.incomplete() !== undefined) {
        this.#rows.set(this.#before);
        broken = await this.#stepLanes(applied, runs, turn, true);
      }
      for (const [lane, { kind, reason }] of broken) this.#guard.fault(lane, kind, reason);
    } catch (thrown) {
      if (turn.isCurrent) this.#guard.interrupt();
      throw thrown;
    }
    return this.#guard.settle(this.#next);
  }

  /** @returns the lanes that broke. Not `careful`: but for those whose contacts did not fit into memory. */
  async #stepLanes(
    applied: Batch,
    runs: Uint8Array,
    turn: TurnTaken,
    careful: boolean,
  ): Promise<Map<number, StepWarning>> {
    const { stride } = this.#stepper;
    const broken = new Map<number, StepWarning>();
    for (let lane = 0; lane < runs.length; lane++) {
      if (runs[lane] !== 1) continue;
      if (turn.isDue(lane)) await turn.pause();
      const patch = this.#patches[lane]!;
      const warning = this.#stepper.step(patch, this.#rows, lane * stride, lane, applied.columns, careful);
      if (warning === undefined) this.#stepper.observe(this.#next.columns, lane);
      else broken.set(lane, warning);
    }
    return broken;
  }

  async set(lane: number, values: Readonly<Record<string, readonly number[]>>): Promise<Batch> {
    this.#requireOpen();
    this.#guard.requireReady();
    this.#turn.take(undefined);
    const fixed = Object.keys(values).filter((name) => !this.spec.settable.includes(name));
    if (fixed.length > 0) {
      throw inputError(`world ${this.spec.name} computes ${fixed.join(", ")}: they cannot be set`, {
        expected: `channels that are state: ${this.spec.settable.join(", ")}`,
      });
    }
    const patch = this.#patches[lane];
    if (patch === undefined) throw inputError(`world ${this.spec.name} has no lane ${lane}`);
    this.#stepper.set(values, patch, this.#rows, lane * this.#stepper.stride);
    this.#stepper.observe(this.#next.columns, lane);
    return this.#guard.amend(lane, this.#next);
  }

  async save(): Promise<Snapshot> {
    this.#requireOpen();
    const guard = this.#guard.save();
    const patches = [...new Set(this.#patches)];
    const index = new Map(patches.map((patch, i) => [patch, i]));
    const state: MujocoState = {
      sha256: this.#bank.sha256,
      rows: this.#rows.slice(),
      patches,
      patchOf: Uint32Array.from(this.#patches, (patch) => index.get(patch)!),
      guard,
    };
    return { lanes: this.#guard.lanes, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#requireOpen();
    this.#turn.take(undefined);
    const state = snapshot.state as MujocoState;
    if (state.sha256 !== this.#bank.sha256) {
      throw inputError(`the snapshot was not made by world ${this.spec.name}`, {
        expected: `one of the model ${this.#bank.sha256.slice(0, 12)}`,
        got: `one of ${String(state.sha256).slice(0, 12)}`,
      });
    }
    this.#rows = state.rows.slice();
    this.#before = new Float64Array(this.#rows.length);
    this.#patches = Array.from(state.patchOf, (i) => state.patches[i]!);
    const observation = this.#guard.restore(state.guard);
    // What is held goes on from what was observed at the moment of saving.
    this.#next = copyBatch(observation);
    return observation;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#turn.end();
    this.#stepper.delete();
    this.#bank.delete();
  }

  #requireOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`);
  }
}
