import type { Box } from "../core/box.ts";
import type { Batch, ChannelSpec } from "../core/channels.ts";
import type { HandOver } from "../core/hand-over.ts";
import type { Images, ImageSpec } from "../core/picture.ts";
import type { LaneFault, Start } from "../core/trace.ts";

/** What a world is, known before it runs. */
export interface WorldSpec {
  readonly name: string;
  readonly observation: readonly ChannelSpec[];
  readonly action: readonly ChannelSpec[];
  readonly controlPeriodSec: number;
  /** False for a recording or a clip: it plays the same whatever is commanded. */
  readonly respondsToActions: boolean;
  /** True if different seeds give different futures. */
  readonly stochastic: boolean;
  /** Names of the scenario's objects that this world represents. */
  readonly objects: readonly string[];
  /** True for a {@link RestorableWorld}. */
  readonly restorable: boolean;
  /** Most lanes it can roll at once; absent: as many as are asked for. */
  readonly lanes?: number;
  /** Pictures it can be asked for; absent: none. Not empty: an {@link ImagingWorld}. */
  readonly images?: readonly ImageSpec[];
  /** Pictures it goes on from: those that the scenario's camera draws where it begins, or its own too. Absent: none. */
  readonly sees?: "first" | "all";
  /** Observation channels that can be set between two steps; absent: none. Not empty: a {@link SettableWorld}. */
  readonly settable?: readonly string[];
  /** Whether lanes can be shown what really happened: an {@link InformableWorld}. Absent: no. */
  readonly informable?: true;
  /** Where one call predicts several control steps: how many, and how the calls are driven. Absent: each step is a call. */
  readonly chunk?: Chunking;
  /** Boxes around objects, by the scenario's names: corners in the object's own frame, m, at nominal parameters. */
  readonly bounds?: Readonly<Record<string, Box>>;
  /** What the far side of a wire says of itself: model, version, claim. Part of what a result rests on. */
  readonly peer?: Readonly<Record<string, string>>;
  /** Said only of a world whose model runs on a GPU: that answers one thread of a process. */
  readonly onGpu?: true;
}

/** `replay`: predicted anew each step from where the chunk began; `hold`: the first action held for the whole chunk. */
export interface Chunking {
  readonly steps: number;
  readonly mode: "replay" | "hold";
}

/** What one control step did to every lane. */
export interface Transition {
  /** Values of faulted and inactive lanes are the last good ones. */
  readonly observation: Batch;
  /** The action after limits: what was applied, not what was asked. */
  readonly appliedAction: Batch;
  /** Lanes that broke in this step. They stay broken until the next reset. */
  readonly faults: readonly LaneFault[];
  /** What the world says about its own error: one standard deviation per observation channel it has an opinion on. */
  readonly uncertainty?: Batch;
  /** Lanes for which another part of the world made this step than the one before; absent: there are none. */
  readonly handOvers?: readonly HandOver[];
}

/**
 * SEAM 1. Anything that turns actions into observations. Lanes are independent: what happens in one, or how many
 * there are, never changes another. Returned batches belong to the caller until the next call.
 */
export interface World {
  readonly spec: WorldSpec;
  /** Begins one lane per start and returns their first observations (step 0). */
  reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch>;
  /** One control period for every active lane (`actions.active`). @throws SimgateError before the first reset. */
  step(actions: Batch, signal?: AbortSignal): Promise<Transition>;
  close(): Promise<void>;
}

/** The complete state of every lane; opaque, reusable, and valid for the world that made it. */
export interface Snapshot {
  readonly lanes: number;
  readonly step: number;
  readonly state: unknown;
}

/** A world that can go back: `restore(save())` continues bit for bit as if nothing had happened between. */
export interface RestorableWorld extends World {
  save(): Promise<Snapshot>;
  /** Returns the observation at the moment of saving. */
  restore(snapshot: Snapshot): Promise<Batch>;
}

/** A world where somebody may move things by hand, between two steps. */
export interface SettableWorld extends World {
  /**
   * Sets channels of `spec.settable` in one lane: channel → a value a component. Everything else stays as it is.
   * @returns the observation it now shows, at the same step.
   */
  set(lane: number, values: Readonly<Record<string, readonly number[]>>): Promise<Batch>;
}

/**
 * A world with a memory that can be kept up with truth: one lane is shown, step by step, what really happened, and any other
 * can be put where that one is.
 */
export interface InformableWorld extends World {
  /** What was really observed at this step, every channel: the lane shows it, and takes it into its memory with the next step. */
  inform(lane: number, observed: Readonly<Record<string, readonly number[]>>): Promise<Batch>;
  /** Lane `to` shows and remembers what lane `from` does. Their parameters and noise stay their own. */
  copyLane(from: number, to: number): Promise<Batch>;
}

/** A world that carries a state of its own beside what it shows, and lets it be read and changed. */
export interface LatentWorld extends World {
  /** The state that goes into the next step: name → `lanes × width` values. Belongs to the caller. */
  latent(): Batch;
  /** Replaces it. @throws SimgateError unless it is as {@link latent} gave it. */
  setLatent(latent: Batch): void;
}

/** A world that shows pictures beside its channels, if asked. */
export interface ImagingWorld extends World {
  /**
   * What it shows now of every lane, broken ones as they were last; belongs to the caller.
   * @param only the channels that are wanted; absent: all
   */
  images(only?: readonly string[]): Images;
}

/** A world moved to a thread of its own shows none, whatever it says of itself. */
export function isImaging(world: World): world is ImagingWorld {
  return (world.spec.images ?? []).length > 0 && "images" in world;
}

export function isRestorable(world: World): world is RestorableWorld {
  return world.spec.restorable;
}

export function isInformable(world: World): world is InformableWorld {
  return world.spec.informable === true && "inform" in world;
}

export function isSettable(world: World): world is SettableWorld {
  return (world.spec.settable ?? []).length > 0 && "set" in world;
}
