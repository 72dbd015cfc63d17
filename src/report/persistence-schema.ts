import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** Object persistence: is every object there, once, with its identity? */

/** Steps of one object by what is wrong with it; `lost`: the rollout broke. */
const broken = z.strictObject({
  vanished: count,
  "reappeared-as-another": count,
  swapped: count,
  duplicated: count,
  spawned: count,
  lost: count,
});

const kind = broken.keyof();

/** What is wrong with an object, in words that go on from its name. */
export const BREAK_WORDS = {
  vanished: "vanished",
  "reappeared-as-another": "reappeared as another",
  swapped: "swapped",
  duplicated: "there twice",
  spawned: "shown where truth shows none",
  lost: "lost to a fault",
} as const satisfies Record<z.output<typeof kind>, string>;

export const persistenceSchema = z.strictObject({
  /** Share of the (object, step)s truth sees at which the candidate has the object, once, with its identity. */
  persistenceRate: measureSchema,
  /** Share of the occlusions of truth after which the object is back. */
  afterOcclusion: measureSchema,
  /** The earliest of any rollout. */
  firstBreakStep: count.nullable(),
  /** Rollouts looked at: every policy from every start, and truth's commands open loop. */
  rollouts: z.strictObject({ closedLoop: count, openLoop: count }),
  /** Share of the (object, step)s left out because the object had drifted off truth's place without a break. */
  strayed: measureSchema,
  objects: z.array(
    z.strictObject({
      id: z.string(),
      label: z.string().nullable(),
      persistenceRate: measureSchema,
      firstBreakStep: count.nullable(),
      afterOcclusion: measureSchema,
      strayed: measureSchema,
      broken,
    }),
  ),
  overTime: z.strictObject({ atSec: z.array(number), rate: z.array(number.nullable()), n: z.array(count) }),
  /** How many there are of each kind. */
  eventCounts: broken,
  /** Those that last longest, at most one of a kind, object and policy. */
  events: z.array(
    z.strictObject({
      kind,
      object: z.string(),
      /** What it is called from then on; null where it keeps its name. */
      as: z.string().nullable(),
      drive: z.enum(["closedLoop", "openLoop"]),
      policy: z.string(),
      start: count,
      step: count,
      atSec: number,
      steps: count,
    }),
  ),
});

export type Persistence = z.output<typeof persistenceSchema>;
