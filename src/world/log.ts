import { emptyBatch, type Batch } from "../core/channels.ts";
import { inputError, runtimeError, throwIfAborted } from "../core/errors.ts";
import { bytesOf, type Images } from "../core/picture.ts";
import type { Start, Trace } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { LaneGuard, type GuardState } from "./guard.ts";
import type { ImagingWorld, RestorableWorld, Snapshot, Transition, WorldSpec } from "./world.ts";

export interface LogWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Recordings, one an episode. */
  readonly traces: readonly Trace[];
}

interface Saved {
  readonly traces: readonly Trace[];
  readonly guard: GuardState;
}

/**
 * A recording as a world: it plays the same whatever is commanded. A start plays the trace of its own index; where
 * there is only one trace, every start plays that one. Initial values, parameters and seeds of the starts are not
 * looked at: what was recorded is what comes. A lane whose recording is over faults as `ended`.
 */
export class LogWorld implements RestorableWorld, ImagingWorld {
  readonly spec: WorldSpec;
  readonly #traces: readonly Trace[];
  readonly #guard: LaneGuard;
  #playing: readonly Trace[] = [];
  #closed = false;

  private constructor(spec: WorldSpec, traces: readonly Trace[]) {
    this.spec = spec;
    this.#traces = traces;
    this.#guard = new LaneGuard(spec);
  }

  /** @throws SimgateError `input` for recordings that are missing, of another control period, or lack a channel. */
  static async open({ name, scenario, traces }: LogWorldOptions): Promise<LogWorld> {
    if (traces.length === 0) {
      throw inputError(`world ${name} has no recording to play`, { hint: "give at least one trace" });
    }
    for (const trace of traces) checkTrace(name, scenario, trace);
    const spec: WorldSpec = {
      name,
      observation: scenario.observation,
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      respondsToActions: false,
      stochastic: false,
      objects: scenario.objects.map((object) => object.name),
      restorable: true,
      ...imagesOf(scenario, traces),
    };
    return new LogWorld(spec, traces);
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    this.#playing = starts.map((start) => this.#traceOf(start));
    return this.#guard.reset(this.#recorded(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    this.#guard.begin(actions);
    const { step } = this.#guard;
    this.#playing.forEach((trace, lane) => {
      if (step >= trace.steps)
        this.#guard.fault(lane, "ended", `the recording ends after ${trace.steps} steps`);
    });
    return this.#guard.settle(this.#recorded(step + 1));
  }

  images(only?: readonly string[]): Images {
    const { step } = this.#guard;
    const asked = (this.spec.images ?? []).filter(({ name }) => only?.includes(name) ?? true);
    return Object.fromEntries(
      asked.map((image): [string, Uint8Array] => {
        const size = bytesOf(image);
        const pictures = new Uint8Array(this.#playing.length * size);
        this.#playing.forEach((trace, lane) => {
          const row = Math.min(step, trace.steps);
          pictures.set(trace.images![image.name]!.subarray(row * size, (row + 1) * size), lane * size);
        });
        return [image.name, pictures];
      }),
    );
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const state: Saved = { traces: this.#playing, guard };
    return { lanes: this.#playing.length, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { traces, guard } = snapshot.state as Saved;
    this.#playing = traces;
    return this.#guard.restore(guard);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#playing = [];
  }

  /** What was recorded at this step; the last sample where a recording is shorter. */
  #recorded(step: number): Batch {
    const batch = emptyBatch(this.spec.observation, this.#playing.length, step);
    for (const { name, size } of this.spec.observation) {
      const column = batch.columns[name]!;
      this.#playing.forEach((trace, lane) => {
        const row = Math.min(step, trace.steps);
        column.set(trace.observation[name]!.subarray(row * size, (row + 1) * size), lane * size);
      });
    }
    return batch;
  }

  #traceOf(start: Start): Trace {
    const own = this.#traces.find((trace) => trace.start.index === start.index);
    const trace = own ?? (this.#traces.length === 1 ? this.#traces[0] : undefined);
    if (trace !== undefined) return trace;
    const known = this.#traces.map((one) => `#${one.start.index}`);
    throw inputError(`world ${this.spec.name} has no recording of start #${start.index}`, {
      expected: known.length > 12 ? `${known.slice(0, 12).join(", ")}, …` : known.join(", "),
    });
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}

/** The image channels that every recording carries. */
function imagesOf({ images = [] }: Scenario, traces: readonly Trace[]): Pick<WorldSpec, "images"> {
  const carried = images.filter(({ name }) => traces.every((trace) => trace.images?.[name] !== undefined));
  return carried.length === 0 ? {} : { images: carried.map(({ name, size }) => ({ name, size })) };
}

function checkTrace(name: string, scenario: Scenario, trace: Trace): void {
  const where = `world ${name}, recording #${trace.start.index}`;
  if (Math.abs(trace.controlPeriodSec - scenario.controlPeriodSec) > 1e-9 * scenario.controlPeriodSec) {
    throw inputError("the recording has another control period than the scenario", {
      where,
      expected: `${scenario.controlPeriodSec} s`,
      got: `${trace.controlPeriodSec} s`,
    });
  }
  for (const channel of scenario.observation) {
    const column = trace.observation[channel.name];
    const wanted = (trace.steps + 1) * channel.size;
    if (column?.length === wanted) continue;
    throw inputError(`the recording does not carry channel "${channel.name}" as declared`, {
      where,
      expected: `${trace.steps + 1} observations × ${channel.size} values`,
      got: column === undefined ? "no such channel" : `${column.length} values`,
    });
  }
}
