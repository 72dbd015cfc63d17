import { describe, expect, it } from "vitest";
import { MOST_BLOCKS, philoxBlocks } from "../../src/core/philox-blocks.ts";
import { philox4x32 } from "../../src/core/random.ts";

const KEYS = [
  [0, 0],
  [0xffffffff, 0xffffffff],
  [0xa4093822, 0x299f31d0],
  [1, 0x80000000],
] as const;
const COUNTERS = [0, 1, 159, -1, -8, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 12345, Number.MAX_SAFE_INTEGER];
const INDICES = [0, 6144, 2 ** 31 - 3, 2 ** 32 - 7];

describe("many blocks of Philox4x32-10 at a time", () => {
  // kat_vectors of Random123 1.14 (D. E. Shaw Research).
  it("begin with the published block of counter 0 under key 0", () => {
    const { a, b, c, d } = philoxBlocks(0, 0, 1, 0, 0);
    expect([a[0], b[0], c[0], d[0]]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it.each(KEYS)("are those that come one by one, under key %i, %i", (low, high) => {
    for (const counter of COUNTERS) {
      for (const index of INDICES) {
        const { a, b, c, d } = philoxBlocks(counter, index, MOST_BLOCKS, low, high);
        const together = Array.from(a, (word, i) => [word, b[i], c[i], d[i]]);
        const apart = Array.from(a, (_, i) => {
          const position = [counter, Math.floor(counter / 2 ** 32), index + i, 0];
          return [...philox4x32(Uint32Array.from(position), low, high)];
        });
        expect(together).toEqual(apart);
      }
    }
  });
});
