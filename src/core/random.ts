import { MOST_BLOCKS, philoxBlocks } from "./philox-blocks.ts";

/**
 * Counter-based random numbers: one seed, named streams. A draw depends only on (seed, stream name, counter), never
 * on what was drawn before, so the order of lanes and steps, and the number of workers, cannot change it.
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
 */
export class RandomStream {
  readonly #keyLow: number;
  readonly #keyHigh: number;
  readonly #block = new Uint32Array(4);

  /** @param names what the stream is for (`"policy noise"`, a channel name, …); other names give unrelated draws. */
  constructor(seed: bigint, ...names: readonly string[]) {
    const key = names.reduce((hash, name) => hashText(name, hash), mix64(BigInt.asUintN(64, seed)));
    this.#keyLow = Number(key & 0xffffffffn);
    this.#keyHigh = Number(key >> 32n);
  }

  /** A number in [0, 1) with 53 random bits, the one at position (counter, index) of this stream. */
  uniform(counter: number, index = 0): number {
    const block = this.#draw(counter, index);
    return toUnit(block[0]!, block[1]!);
  }

  /** A standard normal number at position (counter, index), by Box–Muller. */
  normal(counter: number, index = 0): number {
    const block = this.#draw(counter, index);
    return boxMuller(block[0]!, block[1]!, block[2]!, block[3]!);
  }

  /** The normal numbers at positions (counter, index), (counter, index + 1), …: those that {@link normal} gives, in less time. */
  normals(
    counter: number,
    index: number,
    into: Float32Array | Float64Array,
    at: number,
    count: number,
  ): void {
    for (let done = 0; done < count; done += MOST_BLOCKS) {
      const blocks = Math.min(MOST_BLOCKS, count - done);
      const { a, b, c, d } = philoxBlocks(counter, index + done, blocks, this.#keyLow, this.#keyHigh);
      for (let i = 0; i < blocks; i++) into[at + done + i] = boxMuller(a[i]!, b[i]!, c[i]!, d[i]!);
    }
  }

  /** An integer in [0, bound). */
  integer(bound: number, counter: number, index = 0): number {
    return Math.floor(this.uniform(counter, index) * bound);
  }

  /** The seed of a child stream, e.g. one per lane. */
  seed(counter: number, index = 0): bigint {
    const block = this.#draw(counter, index);
    return (BigInt(block[1]!) << 32n) | BigInt(block[0]!);
  }

  #draw(counter: number, index: number): Uint32Array {
    this.#block[0] = counter >>> 0;
    this.#block[1] = Math.floor(counter / 0x1_0000_0000) >>> 0;
    this.#block[2] = index >>> 0;
    this.#block[3] = 0;
    return philox4x32(this.#block, this.#keyLow, this.#keyHigh);
  }
}

/** Philox4x32 with ten rounds, in place. */
export function philox4x32(block: Uint32Array, keyLow: number, keyHigh: number): Uint32Array {
  let [a, b, c, d] = [block[0]!, block[1]!, block[2]!, block[3]!];
  let [k0, k1] = [keyLow >>> 0, keyHigh >>> 0];
  for (let round = 0; round < 10; round++) {
    const lowA = Math.imul(0xd2511f53, a) >>> 0;
    const highA = multiplyHigh(0xd2511f53, a);
    const lowC = Math.imul(0xcd9e8d57, c) >>> 0;
    const highC = multiplyHigh(0xcd9e8d57, c);
    a = (highC ^ b ^ k0) >>> 0;
    b = lowC;
    c = (highA ^ d ^ k1) >>> 0;
    d = lowA;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  block[0] = a;
  block[1] = b;
  block[2] = c;
  block[3] = d;
  return block;
}

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(x: number, y: number): number {
  const xl = x & 0xffff;
  const xh = x >>> 16;
  const yl = y & 0xffff;
  const yh = y >>> 16;
  const low = xl * yl;
  const middle = xh * yl + (low >>> 16);
  const cross = xl * yh + (middle & 0xffff);
  return (xh * yh + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

function boxMuller(a: number, b: number, c: number, d: number): number {
  return Math.sqrt(-2 * Math.log(1 - toUnit(a, b))) * Math.cos(2 * Math.PI * toUnit(c, d));
}

/** 53 bits of two 32-bit words as a number in [0, 1). */
function toUnit(low: number, high: number): number {
  return ((low >>> 5) * 67108864 + (high >>> 6)) / 9007199254740992;
}

/** FNV-1a over UTF-16 code units, 64 bits, finished with a mix so that similar names differ everywhere. */
function hashText(text: string, start: bigint): bigint {
  let hash = start ^ 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  }
  return mix64(hash);
}

/** The finaliser of SplitMix64 (Steele, Lea & Flood 2014). */
function mix64(value: bigint): bigint {
  let z = BigInt.asUintN(64, value + 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
