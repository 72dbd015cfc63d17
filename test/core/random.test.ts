import { describe, expect, it } from "vitest";
import { RandomStream, philox4x32 } from "../../src/core/random.ts";

const COUNT = 100_000;

describe("Philox4x32-10", () => {
  // kat_vectors of Random123 1.14 (D. E. Shaw Research).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("turns counter %j under key %j into the published block", (counter, [low, high], block) => {
    expect([...philox4x32(Uint32Array.from(counter), low!, high!)]).toEqual(block);
  });
});

describe("a random stream", () => {
  it("draws uniform numbers with the mean, variance and evenness of the uniform distribution", () => {
    const stream = new RandomStream(1n, "uniform");
    const bins = new Float64Array(20);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < COUNT; i++) {
      const x = stream.uniform(i);
      sum += x;
      squares += x * x;
      bins[Math.floor(x * 20)]! += 1;
    }
    const mean = sum / COUNT;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / COUNT));
    expect(squares / COUNT - mean * mean).toBeCloseTo(1 / 12, 3);
    const chiSquare = bins.reduce((total, n) => total + (n - COUNT / 20) ** 2 / (COUNT / 20), 0);
    expect(chiSquare).toBeLessThan(43.8); // 99.9 % quantile of χ² with 19 degrees of freedom
  });

  it("draws normal numbers with the moments and tails of the normal distribution", () => {
    const stream = new RandomStream(2n, "normal");
    const sums = [0, 0, 0, 0];
    let beyondTwo = 0;
    for (let i = 0; i < COUNT; i++) {
      const x = stream.normal(i, 3);
      for (let power = 0; power < 4; power++) sums[power]! += x ** (power + 1);
      if (Math.abs(x) > 1.959963984540054) beyondTwo++;
    }
    const [mean, second, third, fourth] = sums.map((sum) => sum / COUNT);
    expect(Math.abs(mean!)).toBeLessThan(5 / Math.sqrt(COUNT));
    expect(second).toBeCloseTo(1, 1);
    expect(Math.abs(third!)).toBeLessThan(5 * Math.sqrt(15 / COUNT));
    expect(Math.abs(fourth! - 3)).toBeLessThan(5 * Math.sqrt(96 / COUNT));
    expect(beyondTwo / COUNT).toBeCloseTo(0.05, 2);
  });

  it("gives the same number at a position whatever was drawn before", () => {
    const stream = new RandomStream(3n, "a");
    const first = stream.uniform(7, 2);
    for (let i = 0; i < 100; i++) stream.normal(i);
    expect(stream.uniform(7, 2)).toBe(first);
    expect(new RandomStream(3n, "a").uniform(7, 2)).toBe(first);
  });

  it.each([0, 159, -1, -8, 2 ** 32 - 1, 2 ** 32 + 3])(
    "gives many normal numbers at counter %d as it gives them one by one, and writes nothing beside them",
    (counter) => {
      const stream = new RandomStream(9n, "a");
      const [from, at, count] = [70, 5, 1500];
      for (const into of [new Float64Array(at + count + 2), new Float32Array(at + count + 2)]) {
        stream.normals(counter, from, into, at, count);
        const apart = into.map((_, i) =>
          i < at || i >= at + count ? 0 : stream.normal(counter, from + i - at),
        );
        expect(into).toEqual(apart);
      }
    },
  );

  it.each([
    ["another seed", new RandomStream(5n, "a")],
    ["another name", new RandomStream(4n, "b")],
    ["a further name", new RandomStream(4n, "a", "b")],
    ["a seed that differs in its upper half only", new RandomStream(4n + (1n << 40n), "a")],
  ])("is uncorrelated with the stream of %s", (_, other) => {
    const stream = new RandomStream(4n, "a");
    let product = 0;
    for (let i = 0; i < COUNT; i++) product += (stream.uniform(i) - 0.5) * (other.uniform(i) - 0.5);
    expect(Math.abs((12 * product) / COUNT)).toBeLessThan(5 / Math.sqrt(COUNT));
  });

  it("has unrelated neighbours along counter and index", () => {
    const stream = new RandomStream(6n, "a");
    let [alongCounter, alongIndex] = [0, 0];
    for (let i = 0; i < COUNT; i++) {
      const x = stream.uniform(i) - 0.5;
      alongCounter += x * (stream.uniform(i + 1) - 0.5);
      alongIndex += x * (stream.uniform(i, 1) - 0.5);
    }
    expect(Math.abs((12 * alongCounter) / COUNT)).toBeLessThan(5 / Math.sqrt(COUNT));
    expect(Math.abs((12 * alongIndex) / COUNT)).toBeLessThan(5 / Math.sqrt(COUNT));
  });

  it("gives child seeds that differ, and whole numbers in range", () => {
    const stream = new RandomStream(8n);
    const seeds = new Set(Array.from({ length: 1000 }, (_, i) => stream.seed(i)));
    expect(seeds.size).toBe(1000);
    const numbers = Array.from({ length: 1000 }, (_, i) => stream.integer(3, i));
    expect(new Set(numbers)).toEqual(new Set([0, 1, 2]));
  });
});
