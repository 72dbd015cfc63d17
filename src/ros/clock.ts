import { toNs, toStamp } from "../core/time.ts";
import { CLOCK_TYPE, encodeMessage, messageDecoder } from "./messages.ts";
import { BEST_EFFORT, RELIABLE, type RosHandle, type RosNode, type RosPublisher } from "./node.ts";

const TOPIC = "/clock";

/** The one publisher of `/clock`: reliable, so that reliable and best-effort listeners both hear it. */
export class ClockPublisher {
  readonly #publisher: RosPublisher;
  readonly #leastNs: bigint;
  #lastNs: bigint | undefined;

  /** @param leastSec shortest time between two messages; 0 in lockstep, where each tick counts. */
  constructor(node: RosNode, leastSec = 0) {
    this.#publisher = node.topics.advertise(TOPIC, CLOCK_TYPE, { ...RELIABLE, depth: 1 });
    this.#leastNs = toNs(leastSec);
  }

  publish(timeNs: bigint): void {
    const since = this.#lastNs === undefined ? undefined : timeNs - this.#lastNs;
    if (since !== undefined && since >= 0n && since < this.#leastNs) return;
    this.#lastNs = timeNs;
    this.#publisher.publish(encodeMessage(CLOCK_TYPE, { clock: toStamp(timeNs) }));
  }

  close(): void {
    this.#publisher.close();
  }
}

/** A step of somebody else's clock. `jumpedBack`: time is earlier than it was, so what was kept by time is void. */
export interface ClockTick {
  readonly timeNs: bigint;
  readonly jumpedBack: boolean;
}

/** Listens to a foreign `/clock`, best effort: `ros2 bag play --clock` and some simulators publish it that way. */
export function followClock(node: RosNode, onTick: (tick: ClockTick) => void): RosHandle {
  const decode = messageDecoder<{ clock: { sec: number; nanosec: number } }>(CLOCK_TYPE);
  let lastNs: bigint | undefined;
  return node.topics.subscribe(TOPIC, CLOCK_TYPE, BEST_EFFORT, (bytes) => {
    const { clock } = decode(bytes);
    const timeNs = BigInt(clock.sec) * 1_000_000_000n + BigInt(clock.nanosec);
    const jumpedBack = lastNs !== undefined && timeNs < lastNs;
    lastNs = timeNs;
    onTick({ timeNs, jumpedBack });
  });
}

/** Everyone else who publishes `/clock`: with two clocks on one network time means nothing. */
export function otherClocks(node: RosNode): readonly string[] {
  return node.topics
    .publishersOf(TOPIC)
    .map((endpoint) => endpoint.node)
    .filter((name) => name !== node.name);
}
