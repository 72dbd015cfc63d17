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
}

/**
 * The commands that arrive on the scenario's action topics. A command answers an observation if its header is stamped at
 * or after it; one without a stamp, if it arrives after the observation was published.
 */
export class CommandInbox {
  readonly #node: RosNode;
  readonly #action: readonly RecordedChannel[];
  readonly #topics: readonly Topic[];
  readonly #handles: readonly RosHandle[];
  #expectedNs = 0n;
  #received = 0;
  #wake: (() => void) | undefined;

  constructor(node: RosNode, action: readonly RecordedChannel[]) {
    this.#node = node;
    this.#action = action;
    this.#topics = topicLayouts({ observation: [], action })
      .filter(({ role }) => role === "applied")
      .map((layout) => ({ layout, latest: undefined, fresh: false }));
    this.#handles = this.#topics.map((topic) => {
      const read = commandReader(topic.layout);
      return node.topics.subscribe(topic.layout.topic, topic.layout.type.name, RELIABLE, (bytes) => {
        const message = read(bytes);
        this.#received++;
        topic.latest = message;
        topic.fresh = message.stampNs === undefined || message.stampNs >= this.#expectedNs;
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
    for (const topic of this.#topics) topic.fresh = false;
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
