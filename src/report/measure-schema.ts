import { z } from "zod";

/** What the numbers of a result are made of. */

export const count = z.int().nonnegative();
export const number = z.number();

/** Confidence interval; the level is `contract.confidence`. */
export const intervalSchema = z.tuple([number, number]);

/** A statistic with its n and interval, or the reason why it has no value (an empty set, a constant vector). */
export const measureSchema = z.union([
  z.strictObject({
    value: number,
    interval: intervalSchema.nullable(),
    n: count,
  }),
  z.strictObject({ undefined: z.string() }),
]);

export type Interval = z.output<typeof intervalSchema>;
export type Measure = z.output<typeof measureSchema>;
