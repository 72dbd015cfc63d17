import { encodeCdr, PRIMITIVE_SIZE, putNumber } from "./cdr.ts";
import { fieldsOf } from "./message-type.ts";
import type { TopicLayout } from "./topic-layout.ts";

/** One number of one channel in the encoded message. */
interface Slot {
  readonly offset: number;
  /** `yaw`: an angle, as the z and w of a quaternion. */
  readonly type: string;
}

/** The numbers of one channel: all float64 in most messages, which spares a branch a value. */
interface ChannelSlots {
  readonly name: string;
  readonly size: number;
  readonly slots: readonly Slot[];
  readonly allFloat64: boolean;
}

/**
 * Encodes the messages of one topic. The form is fixed (names, lengths), so the message is encoded once and then only
 * its numbers and its stamp are overwritten: a microsecond or less a message.
 */
export class TopicEncoder {
  readonly layout: TopicLayout;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #channels: readonly ChannelSlots[];
  readonly #stampOffset: number | undefined;

  constructor(layout: TopicLayout) {
    this.layout = layout;
    const { bytes, fields } = encodeCdr(layout.type, layout.skeleton);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#channels = layout.channels.map(({ channel, paths }) => {
      const slots = paths.map((path) => {
        const yaw = fields.get(`${path}.z`);
        if (yaw !== undefined) return { offset: yaw.offset, type: "yaw" };
        const element = fields.get(path);
        if (element !== undefined) return { offset: element.offset, type: element.type };
        const [, array = "", index = "0"] = /^(.*)\[(\d+)\]$/.exec(path) ?? [];
        const { offset, type } = fields.get(array)!;
        return { offset: offset + Number(index) * (PRIMITIVE_SIZE[type] ?? 1), type };
      });
      const allFloat64 = slots.every((slot) => slot.type === "float64");
      return { name: channel.name, size: channel.size, slots, allFloat64 };
    });
    const stamped = fieldsOf(layout.type).some((field) => field.name === "header");
    this.#stampOffset = stamped ? fields.get("header.stamp")?.offset : undefined;
  }

  /**
   * The message with row `row` of each column (`rows × size`: lanes of a batch, or time steps of a trace).
   * The bytes are valid until the next call.
   */
  encode(columns: Readonly<Record<string, Float64Array>>, row: number, stampNs: bigint): Uint8Array {
    const view = this.#view;
    for (const { name, size, slots, allFloat64 } of this.#channels) {
      const column = columns[name]!;
      const from = row * size;
      if (allFloat64) {
        for (let i = 0; i < size; i++) view.setFloat64(slots[i]!.offset, column[from + i]!, true);
      } else {
        for (let i = 0; i < size; i++) {
          const { offset, type } = slots[i]!;
          if (type === "yaw") putYaw(view, offset, column[from + i]!);
          else putNumber(view, offset, type, column[from + i]!);
        }
      }
    }
    if (this.#stampOffset !== undefined) {
      view.setInt32(this.#stampOffset, Number(stampNs / NS_PER_SEC), true);
      view.setUint32(this.#stampOffset + 4, Number(stampNs % NS_PER_SEC), true);
    }
    return this.#bytes;
  }
}

/** z and w of the quaternion; x and y stay 0. */
function putYaw(view: DataView, offset: number, yawRad: number): void {
  view.setFloat64(offset, Math.sin(yawRad / 2), true);
  view.setFloat64(offset + 8, Math.cos(yawRad / 2), true);
}

const NS_PER_SEC = 1_000_000_000n;
