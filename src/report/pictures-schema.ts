import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** The candidate's own pictures beside truth's: how alike they look, which decides nothing, and what is seen in them. */

const likeness = z.strictObject({
  /** Peak signal-to-noise ratio over all pictures compared, dB; null where nothing differs, or nothing is compared. */
  psnrDb: number.nullable(),
  /** Mean structural similarity; null where nothing is compared. */
  ssim: number.nullable(),
});

/** A PNG as base64. */
const png = z.base64();

export const picturesSchema = z.strictObject({
  image: z.string(),
  /** [height, width] in pixels. */
  size: z.tuple([count, count]),
  rollouts: count,
  /** Part of no axis. */
  quality: z.strictObject({
    ...likeness.shape,
    /** Pictures compared. */
    pictures: count,
    /** What truth's first picture would have, shown all the time. */
    still: likeness,
  }),
  /** What that says beside the verdict. */
  sentence: z.string(),
  /** How often the probe errs on truth's own pictures: what it says of the candidate's can be no better. */
  probe: z.strictObject({
    missed: measureSchema,
    misnamed: measureSchema,
    phantom: measureSchema,
    /** Of the objects found, m; null where none is. */
    /** How it looks, in words. */
    how: z.string().optional(),
    medianErrorM: number.nullable(),
  }),
  /** Share of the changes from one picture to the next in which the whole picture changes in brightness. */
  flicker: z.strictObject({ candidate: measureSchema, truth: measureSchema }),
  /** Share of the pictures with something in them that truth does not have. */
  spontaneous: z.strictObject({ candidate: measureSchema, truth: measureSchema }),
  contact: z.strictObject({
    /** Of objects at rest that begin to move: those that nothing touches. */
    uncaused: z.strictObject({ candidate: measureSchema, truth: measureSchema }),
    /** Of the (object, step)s at which something touches it: those at which that is deep inside of it. */
    pierced: z.strictObject({ candidate: measureSchema, truth: measureSchema }),
    /** Of the objects that a rollout of truth leaves where they are: those that the candidate's leaves, too. */
    missesKept: measureSchema,
  }),
  /** Where an object is first gone, double or another in any of the rollouts; null: nowhere. */
  firstBreak: z
    .strictObject({
      policy: z.string(),
      start: count,
      step: count,
      atSec: number,
      object: z.string(),
      kind: z.string(),
      truth: png,
      candidate: png,
      /** Absolute, of every colour. */
      difference: png,
    })
    .nullable(),
});

export type Pictures = z.output<typeof picturesSchema>;
