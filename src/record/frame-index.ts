import type { TimeNs } from "../core/time.ts";
import type { ImageMessage } from "./image-message.ts";
import type { MessageRecord } from "./mcap-scanner.ts";
import { headerStamp, MessageTimes } from "./message-times.ts";

/** When the pictures of a topic were, and which of them are frames. */
export class FrameIndex {
  readonly kept: TimeNs[] = [];
  /** One a picture: whether it is later than all before. */
  readonly verdicts: boolean[] = [];
  readonly #times: MessageTimes<undefined>;

  /** @param received the time at which they were recorded counts */
  constructor(received: boolean) {
    this.#times = new MessageTimes((timeNs, { logTime }) => this.#put(received ? logTime : timeNs));
  }

  /** @param own of a recording by simgate, where `logTime` may be moved by nanoseconds */
  add(sent: MessageRecord, message: ImageMessage, own: boolean): void {
    const { publishTime } = sent;
    const logTime = own ? publishTime : sent.logTime;
    this.#times.add({ logTime, publishTime, value: undefined }, headerStamp(message), own);
  }

  finish(): void {
    this.#times.finish();
  }

  #put(timeNs: TimeNs): void {
    const last = this.kept.at(-1);
    const later = last === undefined || timeNs > last;
    if (later) this.kept.push(timeNs);
    this.verdicts.push(later);
  }
}
