import type { Batch, ChannelSpec } from "../core/channels.ts";
import { emptyBatch } from "../core/channels.ts";
import { inputError, messageOf, runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";
import type { Images } from "../core/picture.ts";
import { saidAt } from "../core/prompt-drift.ts";
import { RandomStream } from "../core/random.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { RemoteWorldConfig } from "../scenario/schema.ts";
import { WireDeadlineError } from "../wire/deadline-error.ts";
import type { ServedWorld } from "../wire/world-protocol.ts";
import { LaneGuard, type GuardState } from "./guard.ts";
import { ChunkedBlock, type ChunkMode } from "./remote/chunked-block.ts";
import { BlockTalk, type LaneBlock, SteppedBlock } from "./remote/lane-block.ts";
import { cut, put } from "./remote/lane-columns.ts";
import { type ServedChannels, servedChannels } from "./remote/served-channels.ts";
import { cutPictures, type PicturesState, ServedPictures } from "./remote/served-pictures.ts";
import { digest, openSession, otherServer, type WorldSession } from "./remote/session.ts";
import type { ImagingWorld, RestorableWorld, Snapshot, Transition, WorldSpec } from "./world.ts";

export interface RemoteWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  readonly config: RemoteWorldConfig;
  /** `peer.sha256` of the server that is meant; any other is a failure. Absent: whoever answers. */
  readonly expect?: string | undefined;
}

const CHUNKS_TOLD: Readonly<Record<ChunkMode, string>> = {
  replay: "predicted anew each step from where the chunk began",
  hold: "its first action held",
};

/** Some lanes, the connection that carries them, and whether it is still good. */
interface Part {
  readonly session: WorldSession;
  readonly talk: BlockTalk;
  readonly block: LaneBlock;
  from: number;
  to: number;
  failed: boolean;
}

interface Saved {
  readonly guard: GuardState;
  readonly starts: readonly Start[];
  readonly pictures: PicturesState;
  readonly parts: readonly {
    readonly part: Part;
    readonly from: number;
    readonly to: number;
    readonly state: unknown;
  }[];
}

/**
 * A world behind a server (docs/remote.md). Lanes are spread over as many connections as the server's `max_lanes`
 * asks for. What a server that makes pictures does not tell is read from them. A connection that hangs, breaks, or does not answer as its first frame says, breaks its own lanes; the next
 * reset connects anew.
 */
export class RemoteWorld implements RestorableWorld, ImagingWorld {
  readonly spec: WorldSpec;
  readonly #served: ServedWorld;
  readonly #config: RemoteWorldConfig;
  readonly #drift: Scenario["promptDrift"];
  readonly #guard: LaneGuard;
  readonly #channels: ServedChannels;
  readonly #pictures: ServedPictures;
  readonly #sessions: WorldSession[];
  readonly #mode: ChunkMode;
  /** What was made for a connection serves as long as it lasts: snapshots are bound to it. */
  readonly #known = new WeakMap<WorldSession, Part>();
  #parts: Part[] = [];
  #starts: readonly Start[] = [];
  #closed = false;

  private constructor(
    spec: WorldSpec,
    { scenario, config }: RemoteWorldOptions,
    session: WorldSession,
    channels: ServedChannels,
    mode: ChunkMode,
  ) {
    this.spec = spec;
    this.#channels = channels;
    this.#pictures = new ServedPictures(config.url, scenario, channels);
    this.#served = session.served;
    this.#config = config;
    this.#drift = scenario.promptDrift?.of === "world" ? scenario.promptDrift : undefined;
    this.#guard = new LaneGuard(spec);
    this.#sessions = [session];
    this.#mode = mode;
  }

  /** @throws SimgateError `runtime` if nobody answers, `input` if what is served is not of this scenario. */
  static async open(options: RemoteWorldOptions): Promise<RemoteWorld> {
    const { name, scenario, config, expect } = options;
    const session = await openSession(config);
    try {
      const { served } = session;
      if (expect !== undefined && digest(served) !== expect) throw otherServer(config.url);
      const channels = servedChannels(config.url, served, scenario);
      const mode = config.chunk ?? (served.restorable ? "replay" : "hold");
      if (mode === "replay" && served.chunk > 1 && !served.restorable) {
        throw inputError(`${config.url} cannot go back to where a chunk began`, {
          expected: "restorable: true in its first frame, for chunk: replay",
          hint: "chunk: hold",
        });
      }
      const spec: WorldSpec = {
        name,
        observation: scenario.observation,
        action: scenario.action,
        controlPeriodSec: scenario.controlPeriodSec,
        respondsToActions: served.responds_to_actions,
        stochastic: served.stochastic || served.noise.length > 0,
        objects: served.objects,
        restorable: served.restorable,
        ...(served.chunk === 1 ? {} : { chunk: { steps: served.chunk, mode } }),
        ...(channels.images.length === 0
          ? {}
          : { images: channels.images.map((image) => ({ name: image.name, size: image.size })) }),
        peer: { sha256: digest(served), title: titleOf(served, config.url, mode) },
      };
      return new RemoteWorld(spec, options, session, channels, mode);
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    this.#starts = starts;
    this.#parts = await this.#partition(starts, signal);
    const first = emptyBatch(this.spec.observation, starts.length);
    const pictures = this.#pictures;
    pictures.begin(starts, first);
    const given = pictures.first(starts);
    await settled(
      this.#parts.map(async ({ block, from, to }) => {
        const own = cutPictures(given, this.#channels.beginsWith, from, to);
        const shown = await block.reset(starts.slice(from, to), own, signal);
        put(first.columns, this.#channels.told, shown.observation, from);
        pictures.put(shown.pictures, from);
      }),
    );
    pictures.keep(new Uint8Array(starts.length).fill(1));
    return this.#guard.reset(first);
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const { spec } = this;
    const { applied, runs } = this.#guard.begin(actions);
    const step = this.#guard.step;
    const next = emptyBatch(spec.observation, actions.lanes, step + 1);
    const uncertain: Record<string, Float64Array> = {};
    const uncertainty = (channel: ChannelSpec): Float64Array =>
      (uncertain[channel.name] ??= new Float64Array(actions.lanes * channel.size).fill(NaN));
    await settled(
      this.#parts.map(async (part) => {
        const { block, from, to } = part;
        const active = runs.slice(from, to);
        if (part.failed || !active.includes(1)) return;
        try {
          const answer = await block.step(
            { actions: cut(applied.columns, spec.action, from, to), active, step },
            signal,
          );
          put(next.columns, this.#channels.told, answer.observation, from);
          this.#pictures.put(answer.pictures, from);
          put(applied.columns, spec.action, answer.applied, from);
          for (const channel of spec.observation)
            if (answer.uncertainty[channel.name] !== undefined)
              uncertainty(channel).set(answer.uncertainty[channel.name]!, from * channel.size);
          for (const { lane, reason } of answer.faults)
            if (lane < to - from) this.#guard.fault(from + lane, "threw", reason);
        } catch (thrown) {
          if (thrown instanceof SimgateError && thrown.code === "aborted") throw thrown;
          part.failed = true;
          const kind = thrown instanceof WireDeadlineError ? "deadline" : "threw";
          for (let lane = from; lane < to; lane++) this.#guard.fault(lane, kind, messageOf(thrown));
        }
      }),
    ).catch((thrown: unknown) => {
      this.#guard.interrupt();
      throw thrown;
    });
    this.#pictures.read({ ...applied, active: runs }, next.columns);
    const said = Object.keys(uncertain).length > 0;
    const transition = this.#guard.settle(
      next,
      said ? { lanes: next.lanes, step: next.step, columns: uncertain } : undefined,
    );
    this.#pictures.keep(runs);
    return transition;
  }

  images(only?: readonly string[]): Images {
    this.#guard.requireReady();
    return this.#pictures.show(only);
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const parts = await Promise.all(
      this.#parts.map(async (part) => ({
        part,
        from: part.from,
        to: part.to,
        state: part.failed ? undefined : await part.block.save(),
      })),
    );
    const state: Saved = { guard, starts: this.#starts, pictures: this.#pictures.save(), parts };
    return { lanes: guard.broken.length, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { guard, starts, pictures, parts } = snapshot.state as Saved;
    await settled(
      parts.flatMap(({ part, state }) => (state === undefined ? [] : [part.block.restore(state)])),
    );
    this.#starts = starts;
    this.#parts = parts.map(({ part, from, to, state }) => {
      part.talk.lanes = to - from;
      return Object.assign(part, { from, to, failed: state === undefined });
    });
    const observation = this.#guard.restore(guard);
    this.#pictures.restore(pictures, observation);
    return observation;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  /** One connection for so many lanes as one can take, opened anew where it was lost. */
  async #partition(starts: readonly Start[], signal: AbortSignal | undefined): Promise<Part[]> {
    const most = this.#served.max_lanes ?? Math.max(starts.length, 1);
    const count = Math.ceil(starts.length / most);
    return Promise.all(
      Array.from({ length: count }, async (_, i): Promise<Part> => {
        const session = await this.#sessionAt(i, signal);
        const kept = this.#known.get(session);
        const [from, to] = [i * most, Math.min((i + 1) * most, starts.length)];
        if (kept !== undefined) return Object.assign(kept, { from, to, failed: false });
        const channels = {
          url: this.#config.url,
          observation: this.#channels.told,
          action: this.spec.action,
          images: this.#channels.pictured ? this.#channels.images : undefined,
          beginsWith: this.#channels.beginsWith,
        };
        const talk: BlockTalk = new BlockTalk(
          session,
          channels,
          (name, size, step) => this.#noise(name, size, step, part.from, talk.lanes),
          (step) => this.#prompts(step, part.from, talk.lanes),
        );
        const block = this.#served.chunk > 1 ? new ChunkedBlock(talk, this.#mode) : new SteppedBlock(talk);
        const part: Part = { session, talk, block, from, to, failed: false };
        this.#known.set(session, part);
        return part;
      }),
    );
  }

  async #sessionAt(index: number, signal: AbortSignal | undefined): Promise<WorldSession> {
    const session = this.#sessions[index];
    if (session?.isOpen === true) return session;
    const anew = await openSession(this.#config, signal);
    if (digest(anew.served) !== digest(this.#served)) {
      await anew.close();
      throw otherServer(this.#config.url);
    }
    await session?.close();
    this.#sessions[index] = anew;
    return anew;
  }

  /** Decided by each lane's seed, the input's name and the control step alone. */
  #noise(name: string, size: number, step: number, from: number, lanes: number): Float64Array {
    const values = new Float64Array(lanes * size);
    for (let lane = 0; lane < lanes; lane++) {
      const stream = new RandomStream(this.#starts[from + lane]!.seed, "world noise", name);
      stream.normals(step, 0, values, lane * size, size);
    }
    return values;
  }

  #prompts(step: number, from: number, lanes: number): readonly string[] | undefined {
    const { prompt } = this.#config;
    if (prompt === undefined) return undefined;
    return this.#starts.slice(from, from + lanes).map(({ seed }) => saidAt(prompt, this.#drift, seed, step));
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`);
  }
}

/** In a line: which model answers, where, and how its chunks are driven. */
function titleOf({ name, model, chunk }: ServedWorld, url: string, mode: ChunkMode): string {
  const chunks = chunk > 1 ? `; ${chunk} steps a call, ${CHUNKS_TOLD[mode]}` : "";
  return `${name}${model === undefined ? "" : ` (${model})`} at ${url}${chunks}`;
}

/** Waits for all, then fails with the first failure: no request is left running behind one. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
