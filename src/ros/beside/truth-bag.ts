import type { BagMessage } from "../../record/bag-messages.ts";
import type { TopicLayout } from "../../record/topic-layout.ts";
import { ClockPublisher } from "../clock.ts";
import { commandReader } from "../command-reader.ts";
import { RELIABLE, type RosHandle, type RosNode, type RosPublisher } from "../node.ts";
import type { TruthGrid } from "./truth-grid.ts";

export interface TruthBagOptions {
  readonly node: RosNode;
  readonly grid: TruthGrid;
  readonly messages: readonly BagMessage[];
  /** Recorded seconds a second on the wall clock; 0: as fast as {@link keepUp} allows. */
  readonly rate: number;
  /** Settles when the candidate has worked off what it was given. */
  readonly keepUp: () => Promise<void>;
  readonly onHeard: () => void;
  readonly onProblem: (where: string, thrown: unknown) => void;
  /** Told once, when all of it was played. */
  readonly onEnd: () => void;
}

/**
 * Truth read straight from a recording. Its observations and its time are published again, so that whoever looks on
 * sees truth beside the candidate; its commands are not: they were given long ago.
 */
export class TruthBag implements RosHandle {
  readonly #options: TruthBagOptions;
  readonly #clock: ClockPublisher;
  readonly #readers = new Map<TopicLayout, ReturnType<typeof commandReader>>();
  readonly #publishers = new Map<TopicLayout, RosPublisher>();
  readonly #stop = new AbortController();

  constructor(options: TruthBagOptions) {
    this.#options = options;
    const { node, messages } = options;
    this.#clock = new ClockPublisher(node);
    for (const layout of new Set(messages.map((one) => one.layout))) {
      this.#readers.set(layout, commandReader(layout));
      if (layout.role !== "observation") continue;
      this.#publishers.set(layout, node.topics.advertise(layout.topic, layout.type.name, RELIABLE));
    }
    void this.#play();
  }

  get nowNs(): bigint {
    return this.#options.grid.newestNs ?? this.#options.messages[0]?.logNs ?? 0n;
  }

  close(): void {
    this.#stop.abort();
    this.#clock.close();
    for (const publisher of this.#publishers.values()) publisher.close();
  }

  async #play(): Promise<void> {
    const { messages, rate, keepUp, onEnd } = this.#options;
    const { signal } = this.#stop;
    const firstNs = messages[0]?.logNs ?? 0n;
    const began = performance.now();
    for (const message of messages) {
      if (rate === 0) await keepUp();
      else {
        const dueMs = Number(message.logNs - firstNs) / 1e6 / rate;
        const early = dueMs - (performance.now() - began);
        if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
      }
      if (signal.aborted) return;
      this.#hand(message);
    }
    await keepUp();
    if (!signal.aborted) onEnd();
  }

  #hand({ layout, logNs, bytes }: BagMessage): void {
    const { grid, onHeard, onProblem } = this.#options;
    try {
      const heardMs = performance.now();
      const { values, stampNs } = this.#readers.get(layout)!(bytes);
      if (layout.role === "observation") {
        this.#clock.publish(stampNs ?? logNs);
        this.#publishers.get(layout)!.publish(bytes);
        onHeard();
      }
      const columns = Object.fromEntries(
        Object.entries(values).map(([name, row]) => [name, Float64Array.from(row)]),
      );
      grid.add(layout, stampNs ?? logNs, columns, heardMs);
    } catch (thrown) {
      onProblem(`topic ${layout.topic}`, thrown);
    }
  }
}
