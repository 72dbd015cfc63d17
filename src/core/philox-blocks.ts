/** The four words of many blocks: one array for each word. */
interface Words {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly c: Uint32Array;
  readonly d: Uint32Array;
}

/** Blocks a call: few enough to stay in the processor's nearest cache. */
export const MOST_BLOCKS = 512;

const words: Words = {
  a: new Uint32Array(MOST_BLOCKS),
  b: new Uint32Array(MOST_BLOCKS),
  c: new Uint32Array(MOST_BLOCKS),
  d: new Uint32Array(MOST_BLOCKS),
};

/**
 * Philox4x32-10 at the positions (counter, index), (counter, index + 1), …: round by round over all of them, because within one
 * block every multiplication waits for the one before.
 * @param count at most {@link MOST_BLOCKS}
 * @returns arrays that the next call overwrites
 */
export function philoxBlocks(
  counter: number,
  index: number,
  count: number,
  keyLow: number,
  keyHigh: number,
): Words {
  const { a, b, c, d } = words;
  const counterHigh = Math.floor(counter / 0x1_0000_0000);
  for (let i = 0; i < count; i++) {
    a[i] = counter;
    b[i] = counterHigh;
    c[i] = index + i;
    d[i] = 0;
  }
  for (let round = 0; round < 10; round++) {
    const k0 = keyLow + Math.imul(round, 0x9e3779b9);
    const k1 = keyHigh + Math.imul(round, 0xbb67ae85);
    philoxRound(words, count, k0, k1);
  }
  return words;
}

function philoxRound({ a, b, c, d }: Words, count: number, k0: number, k1: number): void {
  for (let i = 0; i < count; i++) {
    const lowA = Math.imul(0xd2511f53, a[i]!) >>> 0;
    const lowC = Math.imul(0xcd9e8d57, c[i]!) >>> 0;
    const highA = upperWord(0xd2511f53 * a[i]!, lowA);
    const highC = upperWord(0xcd9e8d57 * c[i]!, lowC);
    a[i] = highC ^ b[i]! ^ k0;
    b[i] = lowC;
    c[i] = highA ^ d[i]! ^ k1;
    d[i] = lowA;
  }
}

/**
 * Of a product below 2^64 that a float holds to within 2^10: without its lower word it is a multiple of 2^32 to within 2^12.
 * @param low its lower word, exact
 */
function upperWord(product: number, low: number): number {
  return (product - low) / 0x1_0000_0000 + 0.5;
}
