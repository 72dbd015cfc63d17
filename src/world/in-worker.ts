import { Worker } from "node:worker_threads";
import type { Batch } from "../core/channels.ts";
import { messageOf, runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import { workerEntry } from "../core/worker-entry.ts";
import { type Answers, type FromWorker, portable, type Request, type ToWorker } from "./worker-protocol.ts";
import type { RestorableWorld, Snapshot, Transition, World, WorldSpec } from "./world.ts";

export interface InWorkerOptions {
  /** A module that exports `openWorld(recipe): Promise<World>`. */
  readonly module: URL;
  /** What its `openWorld` is given: plain data, it is cloned into the thread. */
  readonly recipe: unknown;
  /** Longest wait for one answer; past it the thread is ended and the world with it. Default 30 s. */
  readonly stepDeadlineMs?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_DEADLINE_MS = 30_000;
/** How long a world may take to notice an abort, or to close, before its thread is ended. */
const GRACE_MS = 2_000;
/** A world that runs for days allocates little at a time; V8 would let this grow to 32 MB all the same. */
const NURSERY_MB = 4;

/** Opens a world in a thread of its own. A restorable world stays restorable if its snapshots are plain data. */
export async function openInWorker(options: InWorkerOptions): Promise<World | RestorableWorld> {
  throwIfAborted(options.signal);
  const thread = new Thread(options.stepDeadlineMs ?? DEFAULT_DEADLINE_MS);
  try {
    const module = workerEntry(options.module).href;
    const spec = await thread.ask({ op: "open", module, recipe: options.recipe }, { signal: options.signal });
    return spec.restorable ? new RestorableInWorkerWorld(spec, thread) : new InWorkerWorld(spec, thread);
  } catch (thrown) {
    await thread.end("it could not be opened");
    throw thrown;
  }
}

class InWorkerWorld implements World {
  readonly spec: WorldSpec;
  protected readonly thread: Thread;
  #closing: Promise<void> | undefined;

  constructor(spec: WorldSpec, thread: Thread) {
    this.spec = spec;
    this.thread = thread;
    thread.name = `world ${spec.name}`;
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    return this.thread.ask({ op: "reset", starts }, { signal });
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    const { batch, buffers } = portable(actions);
    return this.thread.ask({ op: "step", actions: batch }, { signal, buffers });
  }

  /** Only where `spec.settable` says so: see `isSettable`. */
  async set(lane: number, values: Readonly<Record<string, readonly number[]>>): Promise<Batch> {
    return this.thread.ask({ op: "set", lane, values });
  }

  /** Only where `spec.informable` says so: see `isInformable`. */
  async inform(lane: number, observed: Readonly<Record<string, readonly number[]>>): Promise<Batch> {
    return this.thread.ask({ op: "inform", lane, observed });
  }

  /** As {@link inform}. */
  async copyLane(from: number, to: number): Promise<Batch> {
    return this.thread.ask({ op: "copyLane", from, to });
  }

  close(): Promise<void> {
    this.#closing ??= this.thread.close();
    return this.#closing;
  }
}

class RestorableInWorkerWorld extends InWorkerWorld implements RestorableWorld {
  async save(): Promise<Snapshot> {
    return this.thread.ask({ op: "save" });
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    return this.thread.ask({ op: "restore", snapshot });
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SimgateError) => void;
}

/** Questions and answers across the thread's border. Once it has ended, every question fails with the reason. */
class Thread {
  name = "the world";
  readonly #worker: Worker;
  readonly #deadlineMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ended: string | undefined;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
    this.#worker = new Worker(workerEntry(new URL("./in-worker-entry.js", import.meta.url)), {
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
    });
    this.#worker.unref();
    this.#worker.on("message", (message: FromWorker) => this.#settle(message));
    this.#worker.on(
      "messageerror",
      (thrown) => void this.end(`an answer was unreadable: ${messageOf(thrown)}`),
    );
    this.#worker.on("error", (thrown) => void this.end(`its worker thread died: ${messageOf(thrown)}`));
    this.#worker.on("exit", (code) => void this.end(`its worker thread exited with code ${code}`));
  }

  async ask<R extends Request>(
    request: R,
    { signal, buffers = [] }: { signal?: AbortSignal | undefined; buffers?: ArrayBuffer[] } = {},
  ): Promise<Answers[R["op"]]> {
    throwIfAborted(signal);
    if (this.#ended !== undefined) throw this.#failure();
    const id = ++this.#asked;
    const deadline = setTimeout(
      () => void this.end(`it gave no answer to ${request.op} within ${this.#deadlineMs} ms`),
      this.#deadlineMs,
    );
    let grace: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      this.#post({ abort: id });
      grace = setTimeout(() => {
        this.#waiting
          .get(id)
          ?.reject(new SimgateError("aborted", "stopped on request", { cause: signal?.reason }));
        void this.end("it did not stop on request");
      }, GRACE_MS);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#worker.ref();
    try {
      return (await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#post({ id, request }, buffers);
      })) as Answers[R["op"]];
    } finally {
      clearTimeout(deadline);
      clearTimeout(grace);
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#worker.unref();
    }
  }

  /** Lets the world close, for a while; then the thread ends whatever it does. */
  async close(): Promise<void> {
    if (this.#ended === undefined) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, GRACE_MS);
      });
      await Promise.race([this.ask({ op: "close" }).catch(() => undefined), patience]);
      clearTimeout(timer);
    }
    await this.end("it is closed");
  }

  async end(why: string): Promise<void> {
    this.#ended ??= why;
    for (const { reject } of this.#waiting.values()) reject(this.#failure());
    await this.#worker.terminate();
  }

  #failure(): SimgateError {
    return runtimeError(`${this.name} cannot go on: ${this.#ended}`);
  }

  #settle(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id);
    if ("error" in message) {
      const { code, what, details } = message.error;
      waiting?.reject(new SimgateError(code, what, details));
    } else {
      waiting?.resolve(message.value);
    }
  }

  #post(message: ToWorker, buffers: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, buffers);
  }
}
