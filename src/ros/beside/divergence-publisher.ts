import type { ChannelSpec } from "../../core/channels.ts";
import { toSec, type TimeNs } from "../../core/time.ts";
import { LabelledRow, MULTI_ARRAY_TYPE } from "../messages.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "../node.ts";

/** What stands before the channels in each row of `~/divergence`. */
const LEADING = ["time", "step", "steps_alone", "worst"];

/** `~/divergence`: one row a control step, its columns named in the layout: scaled errors by channel, in tolerances. */
export class DivergencePublisher {
  readonly #row: LabelledRow;
  readonly #publisher: RosPublisher;

  constructor(node: RosNode, channels: readonly ChannelSpec[]) {
    this.#row = new LabelledRow([...LEADING, ...channels.map(({ name }) => name)]);
    this.#publisher = node.topics.advertise("~/divergence", MULTI_ARRAY_TYPE, { ...RELIABLE, depth: 100 });
  }

  publish(timeNs: TimeNs, step: number, stepsAlone: number, worst: number, errors: Float64Array): void {
    this.#publisher.publish(this.#row.encode([toSec(timeNs), step, stepsAlone, worst, ...errors]));
  }

  close(): void {
    this.#publisher.close();
  }
}
