import { messageOf, runtimeError, SimgateError } from "../../core/errors.ts";
import { toSec, type TimeNs } from "../../core/time.ts";
import type { TopicLayout } from "../../record/topic-layout.ts";
import { commandReader, isStamped, type ReadMessage } from "../command-reader.ts";
import { BEST_EFFORT, RELIABLE, type RosHandle, type RosNode } from "../node.ts";

interface Slot {
  readonly topic: string;
  readonly stamped: boolean;
  /** The latest message since {@link ObservationInbox.clear}. */
  latest: ReadMessage | undefined;
  /** Why the latest message could not be read. */
  problem: string | undefined;
}

/** Whether these stamps, one a topic (undefined: its messages carry none), are those that are waited for. */
export type StampCheck = (stampsNs: readonly (TimeNs | undefined)[]) => boolean;

/** The observations of somebody else's world, one slot a topic. */
export class ObservationInbox {
  readonly #slots: readonly Slot[];
  readonly #handles: readonly RosHandle[];
  #wake: (() => void) | undefined;

  /** Asks each topic for reliable delivery if all of its publishers offer it. */
  constructor(node: RosNode, layouts: readonly TopicLayout[]) {
    this.#slots = layouts.map((layout) => ({
      topic: layout.topic,
      stamped: isStamped(layout),
      latest: undefined,
      problem: undefined,
    }));
    this.#handles = layouts.map((layout, i) => {
      const slot = this.#slots[i]!;
      const read = commandReader(layout);
      const reliable = node.topics
        .publishersOf(layout.topic)
        .every(({ qos }) => qos.reliability === "reliable");
      const qos = reliable ? RELIABLE : BEST_EFFORT;
      return node.topics.subscribe(layout.topic, layout.type.name, qos, (bytes) => {
        try {
          slot.latest = read(bytes);
          slot.problem = undefined;
        } catch (thrown) {
          slot.problem = messageOf(thrown);
        }
        this.#wake?.();
      });
    });
  }

  /** Whether any topic's messages carry stamps. */
  get stamped(): boolean {
    return this.#slots.some(({ stamped }) => stamped);
  }

  /** The latest stamp among the messages at hand. */
  get latestNs(): TimeNs | undefined {
    return this.#slots
      .map(({ latest }) => latest?.stampNs)
      .reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
  }

  /** Forgets what has come. */
  clear(): void {
    for (const slot of this.#slots) {
      slot.latest = undefined;
      slot.problem = undefined;
    }
  }

  /**
   * Waits until there is a message on every topic and their stamps pass the check.
   * @throws SimgateError `runtime` if that is not so in time, or a message cannot be read.
   */
  async collect(
    passes: StampCheck,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<readonly ReadMessage[]> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const broken = this.#slots.find(({ problem }) => problem !== undefined);
      if (broken !== undefined) {
        throw runtimeError(`a message on ${broken.topic} cannot be read`, { got: broken.problem! });
      }
      if (this.#slots.every(({ latest }) => latest !== undefined)) {
        const messages = this.#slots.map(({ latest }) => latest!);
        if (passes(messages.map(({ stampNs }) => stampNs))) return messages;
      }
      if (!(await this.#next(deadline - performance.now(), signal))) {
        throw runtimeError(`the simulator has not shown its next observation within ${timeoutMs} ms`, {
          got: this.#slots.map(shown).join("; "),
        });
      }
    }
  }

  close(): void {
    for (const handle of this.#handles) handle.close();
  }

  /** Waits for any message. @returns false if none has come in time. */
  #next(timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted === true) return Promise.reject(stopped(signal));
    if (timeoutMs <= 0) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const done = (finish: () => void) => (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#wake = undefined;
        finish();
      };
      const timer = setTimeout(
        done(() => resolve(false)),
        timeoutMs,
      );
      const onAbort = done(() => reject(stopped(signal!)));
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#wake = done(() => resolve(true));
    });
  }
}

function shown({ topic, latest }: Slot): string {
  if (latest === undefined) return `nothing on ${topic}`;
  return latest.stampNs === undefined
    ? `${topic} has come`
    : `${topic} is stamped ${toSec(latest.stampNs)} s`;
}

function stopped(signal: AbortSignal): SimgateError {
  return new SimgateError("aborted", "stopped on request", { cause: signal.reason });
}
