import { z } from "zod";
import { RandomStream } from "../core/random.ts";

const ms = z.number().nonnegative().max(3_600_000);

/** How much simulated time passes while a policy thinks. */
export const latencySchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("free").describe("none: the world stands still meanwhile") }),
    z.strictObject({ kind: z.literal("measured").describe("what it took on the wall clock") }),
    z.strictObject({
      kind: z.literal("fixed").describe("always the same"),
      ms: ms.default(0).describe("thinking time charged to each answer"),
    }),
    z.strictObject({
      kind: z.literal("distribution").describe("drawn from a normal distribution, never below its least"),
      meanMs: ms.default(0).describe("its mean"),
      stdMs: ms.default(0).describe("its standard deviation"),
      leastMs: ms.default(0).describe("never less than this"),
      seed: z.int().nonnegative().default(0).describe("of the draws"),
    }),
    z.strictObject({
      kind: z.literal("recorded").describe("as it was recorded, from the beginning again at the end"),
      listMs: z.array(ms).min(1).describe("thinking times, one an answer"),
    }),
  ])
  .prefault({ kind: "free" });

export type LatencyConfig = z.output<typeof latencySchema>;

/**
 * What is charged for each answer, in ms of simulated time. All but `measured` depend on the number of the answer alone,
 * so that a rollout can be repeated.
 * @returns given the answer's number, from 0, and what it took on the wall clock.
 */
export function latencyModel(config: LatencyConfig): (answer: number, tookMs: number) => number {
  switch (config.kind) {
    case "free":
      return () => 0;
    case "measured":
      return (_, tookMs) => tookMs;
    case "fixed":
      return () => config.ms;
    case "distribution": {
      const stream = new RandomStream(BigInt(config.seed), "thinking time");
      return (answer) => Math.max(config.leastMs, config.meanMs + config.stdMs * stream.normal(answer));
    }
    case "recorded":
      return (answer) => config.listMs[answer % config.listMs.length]!;
  }
}

/** Control steps that begin before the answer is there: a command takes effect at the next one. */
export function stepsOf(latencyMs: number, periodSec: number): number {
  return Math.max(0, Math.ceil(latencyMs / 1000 / periodSec - 1e-9));
}
