import type { TimeNs } from "../core/time.ts";

/** A message, or what is wanted of it, and when it was sent and recorded. */
export interface SentMessage<T> {
  readonly logTime: TimeNs;
  readonly publishTime: TimeNs;
  readonly value: T;
}

/**
 * When each message of a topic was true: at the stamp of its header, or where it has none when it was published. They are
 * handed on in the order they come.
 */
export class MessageTimes<T> {
  readonly #take: (timeNs: TimeNs, message: SentMessage<T>) => void;
  /** The messages so far, if all of them are stamped zero; undefined: one was not. */
  #unsettled: SentMessage<T>[] | undefined = [];

  constructor(take: (timeNs: TimeNs, message: SentMessage<T>) => void) {
    this.#take = take;
  }

  /** @param own true for what simgate wrote, where `publishTime` is the true time and a stamp of zero is one. */
  add(message: SentMessage<T>, stamp: TimeNs | undefined, own: boolean): void {
    if (stamp === 0n && !own && this.#unsettled !== undefined) {
      this.#unsettled.push(message);
      return;
    }
    if (stamp !== undefined && stamp !== 0n) this.#settle(stamp);
    this.#take(stamp === 0n || stamp === undefined ? message.publishTime : stamp, message);
  }

  /** To be called after the last message. */
  finish(): void {
    this.#settle(undefined);
  }

  /**
   * A stamp of zero is a header that nobody filled in, or the very beginning of simulated time. In the second case the
   * stamps that follow are small too, while on a header that was filled in late they are near the time of publishing.
   */
  #settle(next: TimeNs | undefined): void {
    for (const message of this.#unsettled ?? []) {
      const simulated = next !== undefined && next < message.publishTime / 2n;
      this.#take(simulated ? 0n : message.publishTime, message);
    }
    this.#unsettled = undefined;
  }
}

/** A decoded message that may have a `std_msgs/Header`. */
export interface MaybeStamped {
  readonly header?: { readonly stamp?: { readonly sec: number; readonly nanosec: number } };
}

export function headerStamp({ header }: MaybeStamped): TimeNs | undefined {
  const stamp = header?.stamp;
  if (stamp === undefined) return undefined;
  return BigInt(stamp.sec) * 1_000_000_000n + BigInt(stamp.nanosec);
}
