import { type Batch, type ChannelSpec } from "../core/channels.ts";
import { RandomStream } from "../core/random.ts";
import type { Start, StartContext } from "../core/trace.ts";
import type { WorldSpec } from "../world/world.ts";

type Columns = Record<string, Float64Array>;

/** What was shown and commanded in the last steps of every lane: enough to take a rollout up again from here. */
export class Past {
  readonly #spec: WorldSpec;
  readonly #starts: readonly Start[];
  readonly #contextSteps: number;
  /** Oldest first; each with the action that followed it. */
  readonly #steps: { readonly observation: Columns; readonly action: Columns }[] = [];
  #present: Columns;
  #step = 0;

  /** @param first what the world showed at step 0. */
  constructor(spec: WorldSpec, starts: readonly Start[], first: Batch, contextSteps: number) {
    this.#spec = spec;
    this.#starts = starts;
    this.#contextSteps = contextSteps;
    this.#present = copied(spec.observation, first);
  }

  get step(): number {
    return this.#step;
  }

  /** The present of every lane, values of lanes that stopped included. Its own: not to be changed. */
  get present(): Batch {
    return { lanes: this.#starts.length, step: this.#step, columns: this.#present };
  }

  push(observation: Batch, applied: Batch): void {
    if (this.#contextSteps > 0) {
      this.#steps.push({ observation: this.#present, action: copied(this.#spec.action, applied) });
      if (this.#steps.length > this.#contextSteps) this.#steps.shift();
    }
    this.#present = copied(this.#spec.observation, observation);
    this.#step++;
  }

  /**
   * Every lane as a start: what it shows now, and, unless not wanted, what it showed before. Noise is drawn anew from a seed of the lane
   * and the step, because a world that is taken up counts its steps from 0.
   */
  starts({ context = true }: { readonly context?: boolean } = {}): readonly Start[] {
    if (this.#step === 0) return this.#starts;
    return this.#starts.map((start, lane) => ({
      index: start.index,
      initial: laneOf(this.#spec.observation, [this.#present], lane),
      parameters: start.parameters,
      seed: new RandomStream(start.seed, "taken up").seed(this.#step),
      ...(!context || this.#steps.length === 0 ? {} : { context: this.#context(lane) }),
    }));
  }

  #context(lane: number): StartContext {
    return {
      steps: this.#steps.length,
      observation: laneOf(
        this.#spec.observation,
        this.#steps.map(({ observation }) => observation),
        lane,
      ),
      action: laneOf(
        this.#spec.action,
        this.#steps.map(({ action }) => action),
        lane,
      ),
    };
  }
}

/** The values of one lane, row after row. */
function laneOf(
  channels: readonly ChannelSpec[],
  rows: readonly Columns[],
  lane: number,
): Record<string, number[]> {
  const values: Record<string, number[]> = {};
  for (const { name, size } of channels) {
    const all: number[] = [];
    for (const row of rows) for (let i = lane * size; i < (lane + 1) * size; i++) all.push(row[name]![i]!);
    values[name] = all;
  }
  return values;
}

function copied(channels: readonly ChannelSpec[], batch: Batch): Columns {
  return Object.fromEntries(channels.map(({ name }) => [name, batch.columns[name]!.slice()]));
}
