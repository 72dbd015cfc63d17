import { type Batch, columnOf } from "../../core/channels.ts";
import type { LaneFault } from "../../core/trace.ts";
import type { Past } from "../../rollout/past.ts";
import { isInformable, type World } from "../../world/world.ts";

const OWN = 0;
const INFORMED = 1;

/** What came of one step. */
export interface CompanionStep {
  /** One lane, the caller's own. */
  readonly observation: Batch;
  /** One standard deviation by its own estimate, of the channels that it has one of. */
  readonly uncertainty: Batch | undefined;
  readonly fault: LaneFault | undefined;
}

/**
 * A candidate that is put where truth is and goes on by itself. One that can be informed runs a second lane, which is shown
 * truth at every step: putting the candidate there is then a copy, in which it knows all that truth has shown. Any other
 * is reset, and shown the last steps of truth's past.
 */
export class Companion {
  readonly #world: World;
  readonly #lanes: number;
  /** Whether the second lane has seen every step of truth. */
  #isInformed = false;

  constructor(world: World) {
    this.#world = world;
    this.#lanes = isInformable(world) ? 2 : 1;
  }

  /** Truth went on without it: what it was shown is no longer all. */
  forget(): void {
    this.#isInformed = false;
  }

  /** @returns what it shows where truth is: one lane, the caller's own. */
  async put(past: Past): Promise<Batch> {
    const world = this.#world;
    if (this.#isInformed && isInformable(world)) return this.#own(await world.copyLane(INFORMED, OWN));
    const [start] = past.starts();
    const first = await world.reset(Array.from({ length: this.#lanes }, () => start!));
    this.#isInformed = this.#lanes > 1;
    return this.#own(first);
  }

  /** @param action one lane. @param step control steps since {@link put}. */
  async step(action: Batch["columns"], step: number): Promise<CompanionStep> {
    const columns = Object.fromEntries(
      Object.entries(action).map(([name, values]) => [name, repeated(values, this.#lanes)]),
    );
    const { observation, uncertainty, faults } = await this.#world.step({
      lanes: this.#lanes,
      step,
      columns,
    });
    if (faults.some(({ lane }) => lane === INFORMED)) this.#isInformed = false;
    return {
      observation: this.#own(observation),
      uncertainty: uncertainty && this.#own(uncertainty),
      fault: faults.find(({ lane }) => lane === OWN),
    };
  }

  /** What truth showed at this step, which is complete. */
  async inform(observed: Batch["columns"]): Promise<void> {
    const world = this.#world;
    if (!this.#isInformed || !isInformable(world)) return;
    const values = Object.entries(observed).map(([name, column]) => [name, Array.from(column)]);
    await world.inform(INFORMED, Object.fromEntries(values) as Record<string, number[]>);
  }

  #own(batch: Batch): Batch {
    const columns = this.#world.spec.observation
      .filter(({ name }) => name in batch.columns)
      .map((channel) => [channel.name, columnOf(batch, channel).slice(0, channel.size)]);
    return { lanes: 1, step: batch.step, columns: Object.fromEntries(columns) as Batch["columns"] };
  }
}

function repeated(values: Float64Array, times: number): Float64Array {
  if (times === 1) return values;
  const all = new Float64Array(times * values.length);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
