import { encode } from "fast-png";
import type { Picture } from "./picture.ts";

/** The same picture gives the same bytes, on every machine: nothing of it is left to the platform's own zlib. */
export function encodePng({ width, height, rgb }: Picture): Uint8Array {
  return encode({ width, height, data: rgb, channels: 3, depth: 8 }, { zlib: { level: 6 } });
}
