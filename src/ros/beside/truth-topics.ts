import type { TimeNs } from "../../core/time.ts";
import type { TopicLayout } from "../../record/topic-layout.ts";
import { followClock } from "../clock.ts";
import { commandReader, isStamped } from "../command-reader.ts";
import { messageDecoder } from "../messages.ts";
import { LATCHED, type RosHandle, type RosNode } from "../node.ts";
import { subscribeAsOffered } from "../subscribe-as-offered.ts";
import { wallNs } from "../wall-clock.ts";
import type { TruthGrid } from "./truth-grid.ts";

export interface TruthTopicsOptions {
  readonly node: RosNode;
  readonly grid: TruthGrid;
  readonly layouts: readonly TopicLayout[];
  /** Topic (std_msgs/UInt64) on which truth counts its episodes, if it does. */
  readonly epoch?: string | undefined;
  /** Told of each message of truth before it is used. */
  readonly onHeard?: () => void;
}

/** `ros2 bag play --clock` is ahead of the first message it plays. */
const BEGINNING_NS = 1_000_000_000n;

/**
 * Truth that runs elsewhere, by its topics. A message without a stamp of its own, or mapped `stamp: receive`, is of the
 * latest time that truth has shown, on `/clock` or in a header; where it shows none, of the wall clock.
 */
export class TruthTopics implements RosHandle {
  readonly #grid: TruthGrid;
  readonly #handles: RosHandle[] = [];
  #clockNs: TimeNs | undefined;
  #epoch: bigint | undefined;

  constructor({ node, grid, layouts, epoch, onHeard }: TruthTopicsOptions) {
    this.#grid = grid;
    // Where several wait, they are taken in this order: a command before the observation that it led to.
    for (const layout of layouts.filter(({ role }) => role === "applied")) {
      this.#listen(node, layout, () => undefined);
    }
    this.#handles.push(
      followClock(node, ({ timeNs, jumpedBack }) => {
        this.#clockNs = timeNs;
        if (jumpedBack) grid.restart("/clock jumped back");
      }),
    );
    if (epoch !== undefined) this.#handles.push(this.#followEpoch(node, epoch));
    for (const layout of layouts.filter(({ role }) => role === "observation")) {
      this.#listen(node, layout, () => onHeard?.());
    }
  }

  /** The present, as truth counts it; undefined: it has not shown any time. */
  get nowNs(): TimeNs | undefined {
    const { newestNs } = this.#grid;
    if (this.#clockNs === undefined || newestNs === undefined) return this.#clockNs ?? newestNs;
    return newestNs > this.#clockNs ? newestNs : this.#clockNs;
  }

  close(): void {
    for (const handle of this.#handles) handle.close();
  }

  #listen(node: RosNode, layout: TopicLayout, onHeard: () => void): void {
    const read = commandReader(layout);
    this.#handles.push(
      subscribeAsOffered(node, layout.topic, layout.type.name, (bytes) => {
        const heardMs = performance.now();
        onHeard();
        const { values, stampNs } = read(bytes);
        const columns = Object.fromEntries(
          Object.entries(values).map(([name, row]) => [name, Float64Array.from(row)]),
        );
        this.#grid.add(layout, stampNs ?? this.#received(node, layout), columns, heardMs);
      }),
    );
  }

  /** A command that came before truth showed any time is in force from the beginning. */
  #received(node: RosNode, layout: TopicLayout): TimeNs {
    if (layout.role !== "observation") return this.nowNs ?? 0n;
    // Zero is when simulated time begins; later, or without a /clock, it is a stamp that nobody filled in.
    const simulated = this.#clockNs !== undefined || node.topics.publishersOf("/clock").length > 0;
    const begins = simulated && (this.#clockNs ?? 0n) < BEGINNING_NS;
    return begins && isStamped(layout) ? 0n : (this.#clockNs ?? wallNs());
  }

  #followEpoch(node: RosNode, topic: string): RosHandle {
    const decode = messageDecoder<{ data: bigint }>("std_msgs/msg/UInt64");
    return node.topics.subscribe(topic, "std_msgs/msg/UInt64", LATCHED, (bytes) => {
      const { data } = decode(bytes);
      if (this.#epoch !== undefined && data !== this.#epoch)
        this.#grid.restart(`truth began episode ${data}`);
      this.#epoch = data;
    });
  }
}
