import type { Batch } from "../core/channels.ts";
import { toStamp, type TimeNs } from "../core/time.ts";
import { frameOf, type Entity } from "./entities.ts";
import { poseOf } from "./entity-state.ts";
import { encodeMessage } from "./messages.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "./node.ts";

const TOPIC = "/tf";
const TYPE = "tf2_msgs/msg/TFMessage";
/** Parent of what names no frame. */
const WORLD_FRAME = "world";

/**
 * Where the robot and the objects are, on `/tf`: one message an observation. Of what is out of sight nothing is said, so
 * that its last transform grows old. Without anything that has a place there is no topic.
 */
export class TransformPublisher {
  readonly #entities: readonly Entity[];
  readonly #publisher: RosPublisher | undefined;

  constructor(node: RosNode, entities: readonly Entity[]) {
    this.#entities = entities.filter(({ place }) => place !== undefined);
    this.#publisher =
      this.#entities.length === 0
        ? undefined
        : node.topics.advertise(TOPIC, TYPE, { ...RELIABLE, depth: 100 });
  }

  publish(observation: Batch, timeNs: TimeNs): void {
    if (this.#publisher === undefined) return;
    const stamp = toStamp(timeNs);
    const { columns } = observation;
    const transforms = this.#entities.flatMap((entity) => {
      const { visible } = entity.place!;
      if (visible !== undefined && columns[visible.name]![0]! < 0.5) return [];
      const { position, orientation } = poseOf(entity.place!, columns);
      return [
        {
          header: { stamp, frame_id: frameOf(entity) || WORLD_FRAME },
          child_frame_id: entity.ownFrame,
          transform: { translation: position, rotation: orientation },
        },
      ];
    });
    if (transforms.length > 0) this.#publisher.publish(encodeMessage(TYPE, { transforms }));
  }

  close(): void {
    this.#publisher?.close();
  }
}
