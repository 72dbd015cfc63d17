import type { Picture } from "../core/picture.ts";

/** Something found in one frame. */
export interface Seen {
  /** Name of the object it is taken for, or {@link UNKNOWN}. */
  readonly identity: string;
  /** In pixels from the top left corner of the frame: x to the right, y down. */
  readonly position: readonly [x: number, y: number];
  /** In pixels. */
  readonly area: number;
  /** Length ÷ breadth, at least 1. */
  readonly elongation: number;
  /** Direction of its length: 0 along x, growing towards y (down). */
  readonly turnRad: number;
  /** 0 … 1: how well colour and size fit. */
  readonly confidence: number;
}

/** What is there, but is none of the objects that are looked for. */
export const UNKNOWN = "unknown";

/** What looks for objects in frames. The same frame gives the same answer: what was seen before does not matter. */
export interface Probe {
  find(picture: Picture): readonly Seen[] | Promise<readonly Seen[]>;
}
