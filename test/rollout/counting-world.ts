import type { Batch, ChannelSpec } from "../../src/core/channels.ts";
import type { LaneFault, Start } from "../../src/core/trace.ts";
import type { ActionChunk, Policy, PolicySpec } from "../../src/policy/policy.ts";
import type { Transition, World, WorldSpec } from "../../src/world/world.ts";

const POSITION: ChannelSpec = {
  name: "position",
  unit: "m",
  kind: "linear",
  shape: [],
  size: 1,
  tolerance: 0.1,
};
const SPEED: ChannelSpec = {
  name: "speed",
  unit: "m/s",
  kind: "linear",
  shape: [],
  size: 1,
  tolerance: 1,
  limits: [-1, 1],
};

export interface CountingWorldOptions {
  /** Called before each step; may throw, or never answer. */
  readonly onStep?: (step: number) => void | Promise<void>;
  /** Whether the position can be set by hand. */
  readonly settable?: boolean;
  readonly bounds?: WorldSpec["bounds"];
  /** Faults to report at a step. */
  readonly faults?: (step: number) => readonly LaneFault[];
}

const COUNTING: WorldSpec = {
  name: "counting",
  observation: [POSITION],
  action: [SPEED],
  controlPeriodSec: 1,
  respondsToActions: true,
  stochastic: false,
  objects: [],
  restorable: false,
};

/** position += speed × 1 s, speed clipped to ±1: small enough to foretell every number. */
export class CountingWorld implements World {
  readonly spec: WorldSpec;
  readonly #options: CountingWorldOptions;
  #position = new Float64Array(0);
  #step = 0;
  closed = false;

  constructor(options: CountingWorldOptions = {}) {
    this.#options = options;
    this.spec = {
      ...COUNTING,
      ...(options.settable === true ? { settable: ["position"] } : {}),
      ...(options.bounds === undefined ? {} : { bounds: options.bounds }),
    };
  }
  reset(starts: readonly Start[]): Promise<Batch> {
    this.#position = Float64Array.from(starts, (start) => start.initial["position"]?.[0] ?? 0);
    this.#step = 0;
    return Promise.resolve(this.#observe());
  }

  async step(actions: Batch): Promise<Transition> {
    await this.#options.onStep?.(this.#step);
    const faults = this.#options.faults?.(this.#step) ?? [];
    const applied = actions.columns["speed"]!.map((speed) => Math.max(-1, Math.min(1, speed)));
    for (let lane = 0; lane < actions.lanes; lane++) {
      if (actions.active?.[lane] !== 0) this.#position[lane]! += applied[lane]!;
    }
    this.#step++;
    return {
      observation: this.#observe(),
      appliedAction: { lanes: actions.lanes, step: this.#step - 1, columns: { speed: applied } },
      faults,
    };
  }

  set(lane: number, values: Readonly<Record<string, readonly number[]>>): Promise<Batch> {
    this.#position[lane] = values["position"]![0]!;
    return Promise.resolve(this.#observe());
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #observe(): Batch {
    return { lanes: this.#position.length, step: this.#step, columns: { position: this.#position.slice() } };
  }
}

/** Asks for the same speed always, in chunks. */
export class SteadyPolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #speed: number;
  asked = 0;

  constructor(speed: number, chunkLength = 1) {
    this.#speed = speed;
    this.spec = {
      name: "steady",
      observation: [POSITION],
      action: [SPEED],
      controlPeriodSec: 1,
      chunkLength,
      stateful: false,
      deterministic: true,
    };
  }

  reset(): Promise<void> {
    return Promise.resolve();
  }

  act(observation: Batch): Promise<ActionChunk> {
    this.asked++;
    const action: Batch = {
      lanes: observation.lanes,
      step: observation.step,
      columns: { speed: new Float64Array(observation.lanes).fill(this.#speed) },
    };
    return Promise.resolve({ actions: Array.from({ length: this.spec.chunkLength }, () => action) });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One start a position. */
export function startsAt(...positions: number[]): Start[] {
  return positions.map((position, index) => ({
    index,
    initial: { position: [position] },
    parameters: {},
    seed: BigInt(index),
  }));
}
