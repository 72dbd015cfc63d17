import type { RecordingSummary } from "./describe-recording.ts";
import { isImageType } from "./image-message.ts";

/** Topics of a recording that a session could be made of: pictures, and what may have been done. */
export interface SessionTopics {
  readonly frames: readonly string[];
  readonly actions: readonly string[];
}

/** The messages in which robots and simulators are usually told what to do. */
const COMMANDS = new RegExp(
  [
    "geometry_msgs/msg/Twist(Stamped)?",
    "sensor_msgs/msg/Joy",
    "std_msgs/msg/\\w+MultiArray",
    "trajectory_msgs/msg/JointTrajectory",
    "ackermann_msgs/msg/AckermannDrive(Stamped)?",
  ]
    .map((name) => `^${name}$`)
    .join("|"),
);

/** Undefined: there are no pictures, or nothing that looks like an action. What simgate wrote says itself what its actions are. */
export function sessionTopics({ topics, infos }: RecordingSummary): SessionTopics | undefined {
  const used = topics.filter(({ messages }) => messages > 0);
  const frames = used.filter(({ type }) => isImageType(type)).map(({ topic }) => topic);
  const own = infos.flatMap(({ prefix, action }) =>
    action.map(({ name, ros }) => `${prefix}${ros?.topic ?? `/${name}`}`),
  );
  const acts = (topic: string, type: string): boolean =>
    infos.length > 0 ? own.includes(topic) : COMMANDS.test(type);
  const actions = used.filter(({ topic, type }) => acts(topic, type)).map(({ topic }) => topic);
  return frames.length === 0 || actions.length === 0 ? undefined : { frames, actions };
}
