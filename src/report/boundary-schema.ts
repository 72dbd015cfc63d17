import { z } from "zod";
import { count, intervalSchema, measureSchema, number } from "./measure-schema.ts";

/** The decision boundary of a result: where the candidate's verdict flips, beside truth's. */

/** Over rollouts of the panel alone, so that the rates are unbiased. Faults are in none of the four counts. */
const region = {
  tp: count,
  /** The candidate passes what fails in truth. */
  fp: count,
  fn: count,
  tn: count,
  /** Success in both ÷ success in either. */
  iou: measureSchema,
  falsePassRate: measureSchema,
  falseDiscoveryRate: measureSchema,
  falseFailRate: measureSchema,
  mcc: measureSchema,
};

const margins = z.strictObject({
  /** Share of margins with the same sign in both worlds. */
  signAgreement: measureSchema,
  /** Spearman's ρ of candidate and truth margins. */
  spearman: measureSchema,
});

/** Between the zero sets of surfaces laid through the margins, in parts of the box. */
const distances = {
  meanSymmetric: measureSchema,
  hausdorff: measureSchema,
  hausdorff95: measureSchema,
  /** Mean displacement along paired rays, in parts of the box; positive: the candidate is optimistic. */
  bias: measureSchema,
};

const band = z.strictObject({
  ...region,
  /** In tolerances. */
  delta: number,
  /** True: too few starts lie within delta, and the nearest margins of either outcome stand in. */
  widened: z.boolean(),
  /** The largest margin of truth in it. */
  farthest: number.nullable(),
  starts: count,
  margins,
});

const rays = z.strictObject({
  /** Rays along which the outcome changes in at least one world. */
  n: count,
  /** Of these, rays on which it does not change in the other world: their displacement is a lower bound. */
  censored: count,
});

const policy = z.strictObject({
  policy: z.string(),
  ...region,
  ...distances,
  rays,
  margins,
  /** Share of its rollouts near the boundary that end as in truth. */
  nearAgreement: measureSchema,
  surface: z.strictObject({
    truthRollouts: count,
    /** Of these, drawn by active sampling, where truth's sign was most open. */
    drawn: count,
    /** Expected share of the box on the wrong side of truth's surface, without the drawn rollouts and with them. */
    unsettledBefore: number,
    unsettledAfter: number,
  }),
});

const flips = z.strictObject({
  both: count,
  truthOnly: count,
  candidateOnly: count,
  neither: count,
  agreement: measureSchema,
  /** Share of truth's flips that the candidate shows, and of the candidate's that truth shows. */
  found: measureSchema,
  real: measureSchema,
});

const parameter = z.strictObject({
  parameter: z.string(),
  unit: z.string(),
  /** In the parameter's unit; positive: the candidate succeeds beyond where truth does. */
  bias: measureSchema,
  n: count,
  censored: count,
  crossings: z.array(
    z.strictObject({
      policy: z.string(),
      start: count,
      /** The start's own value, and where the outcome changes from there; null: not up to the end of the range. */
      from: number,
      truth: number.nullable(),
      candidate: number.nullable(),
    }),
  ),
});

/** A Gaussian process, as much as its mean needs: mean + variance × Σ weight × Matérn 5/2 of the scaled distance. */
const surface = z.strictObject({
  mean: number,
  variance: number,
  lengthscales: z.array(number),
  /** Starts of the panel in it, by their place in `starts`; points drawn besides follow in `weights` and `drawn`. */
  rows: z.array(count),
  drawn: z.array(z.array(number)),
  weights: z.array(number),
});

const map = z.strictObject({
  dimensions: z.array(
    z.strictObject({ key: z.string(), label: z.string(), unit: z.string(), range: intervalSchema }),
  ),
  /** Every start of the panel in the box scaled to [0, 1]. */
  starts: z.array(z.strictObject({ start: count, at: z.array(number) })),
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      /** In the order of `starts`; null: a fault. */
      truthMargins: z.array(number.nullable()),
      candidateMargins: z.array(number.nullable()),
      truth: surface,
      candidate: surface.nullable(),
    }),
  ),
});

export const boundarySchema = z.strictObject({
  ...region,
  ...distances,
  rays,
  margins,
  band,
  policies: z.array(policy),
  /** Policies that truth ends the same way from every start: said, not scored. */
  oneSided: z.array(
    z.strictObject({
      policy: z.string(),
      outcome: z.enum(["success", "failure"]).nullable(),
      n: count,
      candidateDiffers: count,
    }),
  ),
  flips: z.strictObject({
    /** Size of a change, as a share of the box. */
    step: number,
    starts: count,
    dimensions: z.array(z.strictObject({ key: z.string(), ...flips.shape })),
    /** Another policy from the same start. */
    otherPolicy: flips,
  }),
  parameters: z.array(parameter),
  sampling: z.strictObject({
    /** Truth rollouts that active sampling may spend, and did. They are in no rate. */
    budget: count,
    spent: count,
    policies: z.array(z.string()),
  }),
  map,
});

export type Boundary = z.output<typeof boundarySchema>;
export type BoundarySurface = z.output<typeof surface>;
export type BoundaryFlips = z.output<typeof flips>;
export type BoundaryMap = z.output<typeof map>;
