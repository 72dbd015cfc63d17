import { parse } from "@foxglove/rosmsg";

/** One field of a message; `type` is a ROS primitive (`float64`, `string`, `time`, …) or a complex type's name. */
export interface MessageField {
  readonly type: string;
  readonly name: string;
  readonly isComplex?: boolean;
  readonly isArray?: boolean;
  /** Of an array of fixed length. */
  readonly arrayLength?: number | undefined;
  readonly isConstant?: boolean;
  readonly defaultValue?: unknown;
}

/** A message type with everything it is made of. */
export interface MessageType {
  /** `sensor_msgs/msg/JointState` */
  readonly name: string;
  /** The definition as rosbag2 embeds it (`ros2msg`): dependencies follow, each after a line of 80 `=`. */
  readonly text: string;
  /** The parse of {@link text}; the first is the message itself. */
  readonly parsed: ReturnType<typeof parse>;
}

/** Parses an embedded `ros2msg` definition. */
export function parseMessageType(name: string, text: string): MessageType {
  return { name, text, parsed: parse(text, { ros2: true }) };
}

/** The fields of the message itself, or of the complex type `name` within it; constants left out. */
export function fieldsOf(type: MessageType, name?: string): readonly MessageField[] {
  const found =
    name === undefined
      ? type.parsed.find((one) => one.definitions.length === 0 || !one.definitions.every((f) => f.isConstant))
      : type.parsed.find((one) => one.name === name);
  return (found?.definitions ?? []).filter((field) => field.isConstant !== true);
}
