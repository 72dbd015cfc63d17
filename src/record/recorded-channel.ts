import type { ChannelSpec } from "../core/channels.ts";

/** Where a channel goes to, or comes from, in ROS 2. */
export interface RosMapping {
  readonly topic: string;
  /** `sensor_msgs/msg/JointState` */
  readonly type: string;
  /** Field selector(s): one per component, or one that covers all of them (`position`, `data`, `pose.position`). */
  readonly field: string | readonly string[];
  /** How a sample is chosen for a control step: see `align.ts`. Default hold. */
  readonly align?: "hold" | "asof" | "drop";
  /** Which time counts: the message's own header, or when it was received. Default header. */
  readonly stamp?: "header" | "receive";
  /** Fields that say the same in every message: `child_frame_id`, `angle_min`. */
  readonly fixed?: Readonly<Record<string, number | string | boolean>> | undefined;
}

/** What the recordings need to know of a channel: a scenario's observation and action channels fit. */
export interface RecordedChannel extends ChannelSpec {
  readonly ros?: RosMapping;
}

/** The channels of a recording. */
export interface RecordedChannels {
  readonly observation: readonly RecordedChannel[];
  readonly action: readonly RecordedChannel[];
}

/** What carries a channel that has no ROS message of its own, on `/<channel>`. */
export const MULTI_ARRAY = "std_msgs/msg/Float64MultiArray";

/** Beside the topic with the action that was applied lies the one with what the policy asked for. */
export const REQUESTED_SUFFIX = "/requested";

/** And the one with what a world says of its own error: one standard deviation a value. */
export const UNCERTAINTY_SUFFIX = "/uncertainty";

/** Beside a message that rounds what it is given (float32, a flag, a yaw as a quaternion) lie the numbers themselves. */
export const EXACT_SUFFIX = "/exact";
