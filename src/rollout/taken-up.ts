import { type Batch, isActive } from "../core/channels.ts";
import { messageOf, runtimeError, SimgateError } from "../core/errors.ts";
import type { LaneFault, Start } from "../core/trace.ts";
import type { LatentWorld, Transition, World, WorldSpec } from "../world/world.ts";
import { Past } from "./past.ts";

export interface TakenUpOptions {
  /** Steps of its own past that a world is shown each time. */
  readonly contextSteps: number;
  /** Takes over these channels of each next observation. Absent: the world goes on by itself. */
  readonly transition?: { readonly of: World; readonly channels: readonly string[] };
}

/**
 * A world that is taken up anew at every step from what it has shown: whatever it carried beside that (latent state,
 * history, hidden variables) is forgotten and built again. With `transition`, another world is taken up at the same
 * place and given the same command, and some channels of what comes next are that one's; there, a latent state that
 * can be read is kept, so that the transition alone is replaced.
 */
export class TakenUpWorld implements World {
  readonly spec: WorldSpec;
  readonly #world: World;
  readonly #options: TakenUpOptions;
  #past: Past | undefined;
  /** The world's own latent state after its last step, where it is kept. */
  #latent: Batch | undefined;

  constructor(world: World, options: TakenUpOptions) {
    this.spec = { ...world.spec, restorable: false };
    this.#world = world;
    this.#options = options;
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    const first = await this.#world.reset(starts, signal);
    this.#latent = undefined;
    this.#past = new Past(this.spec, starts, first, this.#options.contextSteps);
    return this.#past.present;
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    const past = this.#past;
    if (past === undefined) throw runtimeError(`world ${this.spec.name} has not been reset`);
    const { transition } = this.#options;
    const latent = this.#latent;
    const command: Batch = { ...actions, step: 0 };
    const own = await oneStep(
      this.#world,
      past.starts({ context: latent === undefined }),
      command,
      latent,
      signal,
    );
    if (transition !== undefined) this.#latent = latentOf(this.#world);
    const other = transition && (await oneStep(transition.of, past.starts(), command, undefined, signal));
    const columns: Record<string, Float64Array> = {};
    for (const { name, size } of this.spec.observation) {
      const from = other !== undefined && transition!.channels.includes(name) ? other : own;
      const column = past.present.columns[name]!.slice();
      for (let lane = 0; lane < actions.lanes; lane++) {
        if (!isActive(actions, lane)) continue;
        const at = lane * size;
        column.set(from.observation.columns[name]!.subarray(at, at + size), at);
      }
      columns[name] = column;
    }
    const faults = firstOfEachLane([...own.faults, ...(other?.faults ?? [])], past.step);
    past.push({ lanes: actions.lanes, step: past.step + 1, columns }, own.appliedAction);
    return { observation: past.present, appliedAction: own.appliedAction, faults };
  }

  async close(): Promise<void> {
    await this.#world.close();
    await this.#options.transition?.of.close();
  }
}

/** @throws SimgateError `runtime` also where the world cannot be taken up here: the lanes break, not the exam. */
async function oneStep(
  world: World,
  starts: readonly Start[],
  command: Batch,
  latent: Batch | undefined,
  signal: AbortSignal | undefined,
): Promise<Transition> {
  try {
    await world.reset(starts, signal);
    if (latent !== undefined && showsLatent(world)) world.setLatent(latent);
  } catch (thrown) {
    if (!(thrown instanceof SimgateError) || thrown.code !== "input") throw thrown;
    throw runtimeError(`world ${world.spec.name} cannot be taken up here`, {
      got: messageOf(thrown),
      cause: thrown,
    });
  }
  return world.step(command, signal);
}

/** Undefined where it carries none, or does not let it be read. */
function latentOf(world: World): Batch | undefined {
  if (!showsLatent(world)) return undefined;
  const latent = world.latent();
  return Object.keys(latent.columns).length === 0 ? undefined : latent;
}

function showsLatent(world: World): world is LatentWorld {
  return "latent" in world && "setLatent" in world;
}

function firstOfEachLane(faults: readonly LaneFault[], step: number): LaneFault[] {
  const found = new Map<number, LaneFault>();
  for (const fault of faults) if (!found.has(fault.lane)) found.set(fault.lane, { ...fault, step });
  return [...found.values()].sort((a, b) => a.lane - b.lane);
}
