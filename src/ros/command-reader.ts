import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { componentPaths } from "../record/component-paths.ts";
import { fieldReader, type FieldReader } from "../record/field-reader.ts";
import { fieldsOf } from "../record/message-type.ts";
import type { RecordedChannel } from "../record/recorded-channel.ts";
import type { TopicLayout } from "../record/topic-layout.ts";

type ChannelValues = Readonly<Record<string, readonly number[]>>;

/** What one message says of the channels that travel in it. */
export interface ReadMessage {
  /** Channel → its values. */
  readonly values: ChannelValues;
  /** The same for each point of a trajectory, one a control step, {@link values} first; of other messages only that. */
  readonly points: readonly ChannelValues[];
  /** Of the message's header; undefined where there is none, nobody filled it in, or the mapping says `receive`. */
  readonly stampNs: bigint | undefined;
}

/** What reads the messages of one topic. It throws a SimgateError (when called) for a message it cannot use. */
export function commandReader(layout: TopicLayout): (bytes: Uint8Array) => ReadMessage {
  const { type } = layout;
  const reader = new MessageReader<Record<string, unknown>>(type.parsed);
  const partsAt = (point: number) =>
    layout.channels.map(({ channel, paths }) => ({
      name: channel.name,
      fields: readersOf(channel, paths, layout, `channel "${channel.name}"`, point),
    }));
  const parts = [partsAt(0)];
  const stamped = isStamped(layout);
  return (bytes) => {
    const message = reader.readMessage(bytes);
    const points: Record<string, number[]>[] = [];
    const count = type.name === TRAJECTORY ? Math.max(1, (message["points"] as unknown[]).length) : 1;
    for (let point = 0; point < count; point++) {
      const values: Record<string, number[]> = {};
      for (const { name, fields } of (parts[point] ??= partsAt(point))) {
        values[name] = fields.map((field) => field(message));
      }
      points.push(values);
    }
    return { values: points[0]!, points, stampNs: stamped ? stampOf(message) : undefined };
  };
}

/** An action chunk: its first point is the action until the next control step. */
const TRAJECTORY = "trajectory_msgs/msg/JointTrajectory";

/** Whether the topic's messages say when they are of. */
export function isStamped({ type, channels }: TopicLayout): boolean {
  return (
    fieldsOf(type).some((field) => field.name === "header") &&
    channels.every(({ channel }) => channel.ros?.stamp !== "receive")
  );
}

/** By the names in each message where the mapping gives names; by position in the arrays that simgate itself lays out. */
function readersOf(
  channel: RecordedChannel,
  paths: readonly string[],
  { type }: TopicLayout,
  where: string,
  point: number,
): FieldReader[] {
  if (channel.ros?.type === type.name) {
    return componentPaths(channel, channel.ros.field, type).map((path) =>
      fieldReader(
        path.map((step) => (step.name === "points" ? { ...step, index: point } : step)),
        where,
      ),
    );
  }
  return paths.map((_, index) => fieldReader([{ name: "data", index }], where));
}

function stampOf(message: Record<string, unknown>): bigint | undefined {
  const { stamp } = message["header"] as { stamp: { sec: number; nanosec: number } };
  if (stamp.sec === 0 && stamp.nanosec === 0) return undefined;
  return BigInt(stamp.sec) * 1_000_000_000n + BigInt(stamp.nanosec);
}
