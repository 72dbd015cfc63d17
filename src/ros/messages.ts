import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { inputError } from "../core/errors.ts";
import { toStamp } from "../core/time.ts";
import { encodeCdr } from "../record/cdr.ts";
import { messageType } from "../record/message-definitions.ts";
import type { MessageType } from "../record/message-type.ts";

export const CLOCK_TYPE = "rosgraph_msgs/msg/Clock";
export const DIAGNOSTICS_TYPE = "diagnostic_msgs/msg/DiagnosticArray";
export const MULTI_ARRAY_TYPE = "std_msgs/msg/Float64MultiArray";
export const STRING_TYPE = "std_msgs/msg/String";

/** @throws SimgateError `input` for a type whose definition simgate does not carry. */
export function knownType(name: string): MessageType {
  const type = messageType(name);
  if (type !== undefined) return type;
  throw inputError(`the message type ${name} is not known`, {
    expected: "a type of ROS 2's common interfaces",
  });
}

/** CDR bytes of one message; fields left out are zero, empty or their default. */
export function encodeMessage(type: string, message: Readonly<Record<string, unknown>>): Uint8Array {
  return encodeCdr(knownType(type), message).bytes;
}

/** What gives the plain form of a type's CDR bytes. @throws (when called) if they are not such a message. */
export function messageDecoder<T>(type: string): (bytes: Uint8Array) => T {
  const reader = new MessageReader<T>(knownType(type).parsed);
  return (bytes) => reader.readMessage(bytes);
}

/** Float64MultiArray with one dimension whose label names its columns: `step,waited_ms`. Made once, then overwritten. */
export class LabelledRow {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offset: number;

  constructor(columns: readonly string[]) {
    const size = columns.length;
    const { bytes, fields } = encodeCdr(knownType(MULTI_ARRAY_TYPE), {
      layout: { dim: [{ label: columns.join(","), size, stride: size }], data_offset: 0 },
      data: new Float64Array(size),
    });
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = fields.get("data")!.offset;
  }

  /** The bytes are valid until the next call. */
  encode(values: readonly number[]): Uint8Array {
    values.forEach((value, i) => this.#view.setFloat64(this.#offset + 8 * i, value, true));
    return this.#bytes;
  }
}

/** One row of `/diagnostics` (REP-107). */
export interface DiagnosticStatus {
  readonly level: "ok" | "warn" | "error" | "stale";
  readonly name: string;
  readonly message: string;
  readonly hardwareId: string;
  readonly values: Readonly<Record<string, string>>;
}

const LEVELS = { ok: 0, warn: 1, error: 2, stale: 3 } as const;

export function encodeDiagnostics(timeNs: bigint, statuses: readonly DiagnosticStatus[]): Uint8Array {
  return encodeMessage(DIAGNOSTICS_TYPE, {
    header: { stamp: toStamp(timeNs) },
    status: statuses.map(({ level, name, message, hardwareId, values }) => ({
      level: LEVELS[level],
      name,
      message,
      hardware_id: hardwareId,
      values: Object.entries(values).map(([key, value]) => ({ key, value })),
    })),
  });
}
