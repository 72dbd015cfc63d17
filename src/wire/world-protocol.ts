import { z } from "zod";
import type { Batch, ChannelSpec } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import { schemaProblems } from "../core/schema-problems.ts";
import type { Start } from "../core/trace.ts";
import { kindOf, isMap } from "./decode.ts";
import { describeShape, NdArray } from "./ndarray.ts";
import type { WireMap, WireValue } from "./value.ts";

/** What a world server and its client say to each other: docs/remote.md has it in full. Names are snake_case. */

export const WORLD_PROTOCOL = "simgate/world@1";

const shape = z.array(z.int().nonnegative());
const channel = z.looseObject({
  name: z.string(),
  shape: shape.default([]),
  unit: z.string().optional(),
  /** `uint8` of a picture `[height, width, 3]`. */
  dtype: z.string().optional(),
  /** A picture that holds no more than the channels: a client that knows the scenario draws it itself. */
  drawn: z.boolean().default(false),
});

/** The first frame. Keys that are not known are let pass: a server may say more of itself. */
export const worldSpecSchema = z.looseObject({
  protocol: z.literal(WORLD_PROTOCOL),
  name: z.string(),
  observation: z.array(channel).min(1),
  action: z.array(channel),
  control_period_sec: z.number().positive(),
  responds_to_actions: z.boolean().default(true),
  stochastic: z.boolean().default(false),
  objects: z.array(z.string()).default([]),
  /** It answers `save` and `restore`. */
  restorable: z.boolean().default(false),
  /** Lanes one connection can take; absent: as many as are asked for. */
  max_lanes: z.int().positive().optional(),
  /** Control steps that one call of the model predicts: actions in and observations out carry that axis after the lanes. */
  chunk: z.int().positive().default(1),
  /** Pictures that it begins with: reset brings the first of each lane. */
  begins_with: z.array(z.string()).default([]),
  /** Standard normal numbers it wants with every step, drawn by the client from the seeds. */
  noise: z.array(z.looseObject({ name: z.string(), shape })).default([]),
  /** Which model answers: a name, a checkpoint, a hash. */
  model: z.string().optional(),
});
export type ServedWorld = z.output<typeof worldSpecSchema>;

const values = z.array(z.number());
const columns = z.record(z.string(), z.unknown());
const startSchema = z.looseObject({
  index: z.int().nonnegative().default(0),
  initial: z.record(z.string(), values).default({}),
  parameters: z.record(z.string(), z.number()).default({}),
  context: z
    .object({
      steps: z.int().nonnegative(),
      observation: z.record(z.string(), values),
      action: z.record(z.string(), values),
    })
    .optional(),
});

export const worldRequestSchema = z.discriminatedUnion("op", [
  z.looseObject({
    op: z.literal("reset"),
    starts: z.array(startSchema),
    seeds: z.array(z.union([z.int().nonnegative(), z.bigint().nonnegative()])),
    /** Pictures that are wanted in every answer; absent: all. */
    show: z.array(z.string()).optional(),
    /** The first picture of every lane, of those in `begins_with`. */
    pictures: columns.optional(),
    /** What each lane is told in words, where the scenario tells the world something; also with every step. */
    prompts: z.array(z.string()).optional(),
  }),
  z.looseObject({
    op: z.literal("step"),
    actions: columns,
    active: z.unknown().optional(),
    noise: columns.optional(),
    prompts: z.array(z.string()).optional(),
  }),
  z.looseObject({ op: z.literal("save") }),
  z.looseObject({ op: z.literal("restore"), id: z.union([z.int(), z.string()]) }),
]);
export type WorldRequest = z.output<typeof worldRequestSchema>;

export const worldAnswerSchema = z.looseObject({
  observation: columns.optional(),
  applied_action: columns.optional(),
  uncertainty: columns.optional(),
  faults: z.array(z.looseObject({ lane: z.int().nonnegative(), reason: z.string() })).default([]),
  id: z.union([z.int(), z.string()]).optional(),
});
export type WorldAnswer = z.output<typeof worldAnswerSchema>;

/** @throws SimgateError `input` that lists what is wrong with it. */
export function parseMessage<S extends z.ZodType>(schema: S, message: WireValue, where: string): z.output<S> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(schema, parsed.error, message);
  throw inputError("a message is not as its protocol says", {
    where,
    got: problems.map(({ path, text }) => `${path.join(".")}: ${text}`).join("; "),
  });
}

export function plainStarts(starts: readonly Start[]): WireMap {
  return {
    starts: starts.map(({ seed: _seed, context, ...start }): WireMap => ({
      ...(start as unknown as WireMap),
      ...(context === undefined ? {} : { context: context as unknown as WireMap }),
    })),
    seeds: starts.map(({ seed }) => seed),
  };
}

/** Columns of these lanes as arrays `[lanes, …shape]`. */
export function arraysOf(
  channels: readonly ChannelSpec[],
  batch: Pick<Batch, "columns">,
  from: number,
  to: number,
): WireMap {
  return Object.fromEntries(
    channels.flatMap(({ name, shape: lengths, size }) => {
      const column = batch.columns[name];
      return column === undefined
        ? []
        : [[name, NdArray.from("<f8", [to - from, ...lengths], column.subarray(from * size, to * size))]];
    }),
  );
}

/**
 * The values of a channel for so many lanes: an array (or nested list) of any numbers, `[lanes, …lead, …shape]`; where
 * the channel is one number, the last axis may be missing or 1.
 * @param lead lengths of axes between the lanes and the channel's own.
 * @throws SimgateError `input` that says which shape was expected and which came.
 */
export function columnFrom(
  value: unknown,
  { name, shape: lengths, size }: Pick<ChannelSpec, "name" | "shape" | "size">,
  lanes: number,
  lead: readonly number[] = [],
): Float64Array {
  const array = asArray(value as WireValue | undefined);
  const expected = [lanes, ...lead, ...lengths];
  const same = (a: readonly number[], b: readonly number[]): boolean =>
    a.length === b.length && a.every((length, i) => length === b[i]);
  const fits =
    array !== undefined &&
    (same(array.shape, expected) ||
      (size === 1 && same(array.shape, [lanes, ...lead, 1])) ||
      (size === 1 && same(array.shape, [lanes, ...lead])));
  if (!fits) {
    throw inputError(`"${name}" has another shape than declared`, {
      expected: `${describeShape(expected)}: lanes first`,
      got: array === undefined ? kindOf(value as WireValue) : describeShape(array.shape),
    });
  }
  return array.toFloat64();
}

/** A nested list as an array; undefined for what is neither. */
function asArray(value: WireValue | undefined): NdArray | undefined {
  if (value instanceof NdArray) return value;
  if (!Array.isArray(value)) return undefined;
  const lengths: number[] = [];
  let level: unknown = value;
  while (Array.isArray(level)) {
    lengths.push(level.length);
    level = (level as readonly unknown[])[0];
  }
  const flat: readonly unknown[] = (value as unknown[]).flat(lengths.length);
  const count = lengths.reduce((product, length) => product * length, 1);
  const isNumber = (item: unknown): boolean => typeof item === "number" || typeof item === "boolean";
  if (flat.length !== count || !flat.every(isNumber)) return undefined;
  return NdArray.from("<f8", lengths, flat.map(Number));
}

export function isWorldSpec(frame: WireValue): boolean {
  return isMap(frame) && frame["protocol"] === WORLD_PROTOCOL;
}
