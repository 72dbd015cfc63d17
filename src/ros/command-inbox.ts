import { emptyBatch, type Batch } from "../core/channels.ts";
import { topicLayouts, type TopicLayout } from "../record/topic-layout.ts";
import type { RecordedChannel } from "../record/recorded-channel.ts";
import { commandReader, type ReadMessage } from "./command-reader.ts";
import { RELIABLE, type RosHandle, type RosNode } from "./node.ts";

interface Topic {
  readonly layout: TopicLayout;
  /** The latest message; undefined: none since {@link CommandInbox.forget}. */
  latest: ReadMessage | undefined;
  /** Whether it answers the observation of the last {@link CommandInbox.expect}. */
  fresh: boolean;
  /** Answers to earlier observations that are still to come: only counts where commands carry no stamp. */
  owed: number;
  /** Whether a command has come since the last {@link CommandInbox.expect}. */
  arrived: boolean;
}

/**
 * The commands that arrive on the scenario's action topics. A command answers an observation if its header is stamped at
 * or after it. One without a stamp answers it if it arrives after the observation was published and no earlier
 * observation is still owed an answer: whoever commands is taken to answer one observation after the other, so the first
 * command after a missed deadline is the late one. If a second deadline is missed though a command came in between, that
 * command was the answer after all (to the one observation that was seen of several), and nothing is owed any more.
 * Whoever always needs longer than the deadline cannot be told from that: stamp the commands, or raise the deadline.
 */
export class CommandInbox {
  readonly #node: RosNode;
  readonly #action: readonly RecordedChannel[];
  readonly #topics: readonly Topic[];
  readonly #handles: readonly RosHandle[];
  #expectedNs = 0n;
  #received = 0;
  #late = 0;
  #wake: (() => void) | undefined;

  constructor(node: RosNode, action: readonly RecordedChannel[]) {
    this.#node = node;
    this.#action = action;
    this.#topics = topicLayouts({ observation: [], action })
      .filter(({ role }) => role === "applied")
      .map((layout) => ({ layout, latest: undefined, fresh: false, owed: 0, arrived: false }));
    this.#handles = this.#topics.map((topic) => {
      const read = commandReader(topic.layout);
      return node.topics.subscribe(topic.layout.topic, topic.layout.type.name, RELIABLE, (bytes) => {
        const message = read(bytes);
        this.#received++;
        topic.latest = message;
        topic.arrived = true;
        if (message.stampNs === undefined && topic.owed > 0) {
          topic.owed--;
          this.#late++;
          return;
        }
        topic.fresh = message.stampNs === undefined || message.stampNs >= this.#expectedNs;
        if (!topic.fresh) this.#late++;
        if (this.fresh) this.#wake?.();
      });
    });
  }

  get layouts(): readonly TopicLayout[] {
    return this.#topics.map(({ layout }) => layout);
  }

  /** Messages that could be read, since the beginning. */
  get received(): number {
    return this.#received;
  }

  /** Of those, the ones that answered an observation which had been gone on from. */
  get late(): number {
    return this.#late;
  }

  /** Whether there is an answer on every topic. */
  get fresh(): boolean {
    return this.#topics.every((topic) => topic.fresh);
  }

  /** Whether somebody publishes on every topic. */
  get isCommanded(): boolean {
    return this.#topics.every(({ layout }) => this.#node.topics.publishersOf(layout.topic).length > 0);
  }

  /** From now on only what answers the observation of `timeNs` is fresh: call it right before publishing that. */
  expect(timeNs: bigint): void {
    this.#expectedNs = timeNs;
    for (const topic of this.#topics) topic.fresh = topic.arrived = false;
  }

  /** A deadline has passed: the answer that is missing may still come. */
  missed(): void {
    for (const topic of this.#topics) {
      if (!topic.fresh) topic.owed = topic.arrived ? 0 : topic.owed + 1;
    }
  }

  /** The observation is gone on from without waiting for its answer, which is going to come. */
  goOn(): void {
    for (const topic of this.#topics) if (!topic.fresh) topic.owed++;
  }

  /** Waits for an answer on every topic. @returns false if there is none in time, or the signal says to stop. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.fresh) return Promise.resolve(true);
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve(this.fresh);
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener("abort", done, { once: true });
      this.#wake = done;
    });
  }

  /** The latest value of each action channel for one lane; channels nobody has commanded are zero. */
  action(step: number): Batch {
    const batch = emptyBatch(this.#action, 1, step);
    for (const { latest } of this.#topics) {
      for (const [name, values] of Object.entries(latest?.values ?? {})) batch.columns[name]!.set(values);
    }
    return batch;
  }

  /** The actions of the latest commands, one a control step: more than one where a trajectory was commanded. */
  chunk(step: number): readonly Batch[] {
    const length = Math.max(1, ...this.#topics.map(({ latest }) => latest?.points.length ?? 1));
    return Array.from({ length }, (_, k) => {
      const batch = emptyBatch(this.#action, 1, step + k);
      for (const { latest } of this.#topics) {
        const point = latest?.points[Math.min(k, latest.points.length - 1)] ?? {};
        for (const [name, values] of Object.entries(point)) batch.columns[name]!.set(values);
      }
      return batch;
    });
  }

  /** Commands of the past no longer count: a new episode begins. */
  forget(): void {
    for (const topic of this.#topics) {
      topic.latest = undefined;
      topic.fresh = false;
    }
  }

  close(): void {
    for (const handle of this.#handles) handle.close();
  }
}
