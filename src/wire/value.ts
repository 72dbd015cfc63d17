import type { NdArray } from "./ndarray.ts";

/** What a message can hold. Integers beyond 2^53 are bigint. */
export type WireValue =
  null | boolean | number | bigint | string | Uint8Array | NdArray | readonly WireValue[] | WireMap;

export interface WireMap {
  readonly [key: string]: WireValue;
}

/**
 * How an array is wrapped in a map. `bin`: openpi and RoboArena, keys as bytes; `string`: vla-eval, the same keys as
 * text; `npy`: GR00T, a whole .npy file under `as_npy`.
 */
export type ArrayForm = "bin" | "string" | "npy";
