import { MessageReader } from "@foxglove/rosmsg2-serialization";
import type { LaneHandOver } from "../core/hand-over.ts";
import { encodeCdr } from "./cdr.ts";
import { parseMessageType } from "./message-type.ts";

/**
 * Where a recording says which part of a switched world takes over when, below the world's prefix: a JSON text each, at the
 * time of the observation before the step.
 */
export const HAND_OVER_TOPIC = "/hand_over";

/** Written out: the browser reads them too. */
export const HAND_OVER_TYPE = parseMessageType("std_msgs/msg/String", "string data\n");

export function encodeHandOver({ step, ...rest }: LaneHandOver): Uint8Array {
  return encodeCdr(HAND_OVER_TYPE, { data: JSON.stringify({ step, ...rest }) }).bytes;
}

/** @throws Error for a message that {@link encodeHandOver} did not make. */
export function decodeHandOver(message: Uint8Array): LaneHandOver {
  const { data } = new MessageReader<{ readonly data: string }>(HAND_OVER_TYPE.parsed).readMessage(message);
  return JSON.parse(data) as LaneHandOver;
}
