import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { guided } from "../../../src/world/onnx/samplers/guided.ts";
import type { Denoiser } from "../../../src/world/onnx/samplers/sampler.ts";
import { createSampler, samplerSchema } from "../../../src/world/onnx/samplers/sampler-schema.ts";

/** What make-samplers.py computed in numpy: two rows, a small network F(x, level) = tanh(W x + u level + b). */
const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, "../fixtures/samplers.json"), "utf8"),
) as Fixture;

interface Fixture {
  readonly width: number;
  readonly w: readonly (readonly number[])[];
  readonly u: readonly number[];
  readonly b: readonly number[];
  readonly noise: readonly number[];
  readonly steps: number;
  readonly cases: readonly { name: string; sampler: Record<string, unknown>; samples: number[] }[];
  readonly guidance: { readonly scale: number; readonly samples: number[] };
}

/** @param gain of the level, which is the condition that guidance switches. */
function network(levelScale: number, gain = (): number => 1): Denoiser & { levels: number[] } {
  const { width, w, u, b } = fixture;
  const noisy = new Float32Array(fixture.noise.length);
  const levels: number[] = [];
  return {
    noisy,
    levels,
    run: (level) => {
      levels.push(level);
      const answer = noisy.map((_, j) => {
        const row = noisy.subarray(j - (j % width), j - (j % width) + width);
        const sum = w[j % width]!.reduce((all, weight, i) => all + weight * row[i]!, b[j % width]!);
        return Math.tanh(sum + (gain() * u[j % width]! * level) / levelScale);
      });
      return Promise.resolve(answer);
    },
  };
}

/** Beyond 1: by that share of the value, which float32 carries to seven digits. */
function expectClose(actual: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    const off = Math.abs(actual[i]! - value) / Math.max(1, Math.abs(value));
    expect(off, `value ${i}`).toBeLessThan(tolerance);
  });
}

const sampler = (changes: Record<string, unknown>) => createSampler(samplerSchema.parse(changes));

describe("a sampler gives over ten steps what numpy gives from the papers' formulas", () => {
  it.each(fixture.cases)("$name", async ({ sampler: config, samples }) => {
    const under = sampler(config);
    const levelScale = config["kind"] === "ddim" ? 1000 : Number(config["levelScale"] ?? 1);
    const denoiser = network(levelScale);
    const x = Float32Array.from(fixture.noise, (value) => under.startStd * value);
    await under.sample(x, denoiser);
    expectClose(x, samples, 1e-5);
    expect(denoiser.levels).toHaveLength(under.calls);
  });

  it("with guidance", async () => {
    let condition = true;
    const denoiser = network(1, () => (condition ? 1 : 0));
    const { scale, samples } = fixture.guidance;
    const x = Float32Array.from(fixture.noise);
    await sampler({ kind: "flow", steps: fixture.steps }).sample(
      x,
      guided(denoiser, scale, (on) => (condition = on)),
    );
    expectClose(x, samples, 1e-5);
    expect(denoiser.levels).toHaveLength(2 * fixture.steps);
  });
});

describe("where the answer is known in closed form", () => {
  it("noise on a normal distribution shrinks to it, and Heun's error is of second order", async () => {
    // With F = 0 the preconditioning is the best denoiser of N(0, sigmaData²); its flow ends at x · sigmaData / √(sigmaData² + sigmaMax²).
    const nothing = { noisy: new Float64Array(1), run: () => Promise.resolve(new Float64Array(1)) };
    const error = async (method: string, steps: number): Promise<number> => {
      const under = sampler({ kind: "edm", method, steps, sigmaMin: 1e-4, sigmaMax: 5, sigmaData: 0.5 });
      const x = Float64Array.of(5);
      await under.sample(x, nothing);
      return Math.abs(x[0]! - (5 * 0.5) / Math.hypot(0.5, 5));
    };
    expect(await error("heun", 40)).toBeLessThan(3e-3);
    expect((await error("heun", 20)) / (await error("heun", 40))).toBeGreaterThan(3);
    expect((await error("euler", 20)) / (await error("euler", 40))).toBeLessThan(2.5);
  });

  it("one step of flow matching along a straight velocity arrives", async () => {
    const target = [0.25, -0.5];
    const noise = Float64Array.of(1.5, -2);
    const velocity = Float64Array.from(noise, (value, i) => value - target[i]!);
    const denoiser = { noisy: new Float64Array(2), run: () => Promise.resolve(velocity) };
    await sampler({ kind: "flow", steps: 1 }).sample(noise, denoiser);
    expectClose(noise, target, 1e-12);
  });
});

describe("a card's sampler that cannot be meant", () => {
  it.each([
    [{ kind: "edm", steps: 3, sigmaMin: 5, sigmaMax: 2 }, "sigmaMin must be smaller than sigmaMax"],
    [
      { kind: "ddim", steps: 20, trainSteps: 10, schedule: "cosine", predicts: "v" },
      "more steps than the model was trained on",
    ],
  ])("%j", (config, message) => {
    expect(samplerSchema.safeParse(config).error?.message).toContain(message);
  });
});
