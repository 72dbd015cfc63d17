import type { Batch } from "../../core/channels.ts";
import { inputError } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { isRestorable, type RestorableWorld, type Snapshot, type Transition, type World } from "../world.ts";

/** What happens to a command on its way to the world. The world is reset before the first command. */
export interface ActionChange<State> {
  /** A new episode in every lane. */
  begin(starts: readonly Start[]): State;
  /** What the world is given at this control step (0 is the first since reset), and the state after it. Changes nothing else. */
  change(actions: Batch, step: number, state: State): { readonly actions: Batch; readonly state: State };
}

/**
 * A world whose commands are changed before it gets them. What it reports as applied is what it then did. A world that
 * can go back still can: its snapshots carry the state of the change.
 */
export function withChangedActions<State>(
  world: World,
  change: ActionChange<State>,
  spec: Partial<World["spec"]> = {},
): World {
  return isRestorable(world)
    ? new RestorableChangedActions(world, change, spec)
    : new ChangedActions(world, change, spec);
}

interface Episode<State> {
  readonly lanes: number;
  /** Control step of the last observation. */
  readonly step: number;
  readonly state: State;
}

class ChangedActions<State, Inner extends World = World> implements World {
  readonly spec: World["spec"];
  protected readonly world: Inner;
  protected episode: Episode<State> | undefined;
  readonly #change: ActionChange<State>;

  constructor(world: Inner, change: ActionChange<State>, spec: Partial<World["spec"]>) {
    this.spec = { ...world.spec, ...spec };
    this.world = world;
    this.#change = change;
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    const first = await this.world.reset(starts, signal);
    this.episode = { lanes: starts.length, step: 0, state: this.#change.begin(starts) };
    return first;
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    const { episode } = this;
    // The world says what is wrong with a step before the first reset.
    if (episode === undefined) return this.world.step(actions, signal);
    if (actions.lanes !== episode.lanes) {
      throw inputError(`world ${this.spec.name}: the actions are for another number of lanes`, {
        expected: `${episode.lanes} lanes, as reset was given`,
        got: `${actions.lanes}`,
      });
    }
    const changed = this.#change.change(actions, episode.step, episode.state);
    const transition = await this.world.step(changed.actions, signal);
    this.episode = { lanes: episode.lanes, step: transition.observation.step, state: changed.state };
    return transition;
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** What a snapshot's `state` is. */
interface SavedState<State> {
  readonly world: Snapshot;
  readonly episode: Episode<State>;
}

class RestorableChangedActions<State>
  extends ChangedActions<State, RestorableWorld>
  implements RestorableWorld
{
  async save(): Promise<Snapshot> {
    const world = await this.world.save();
    const state: SavedState<State> = { world, episode: this.episode! };
    return { lanes: world.lanes, step: world.step, state };
  }

  async restore({ state }: Snapshot): Promise<Batch> {
    const { world, episode } = state as SavedState<State>;
    const observation = await this.world.restore(world);
    this.episode = episode;
    return observation;
  }
}
