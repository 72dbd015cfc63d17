import { z } from "zod";
import { count, intervalSchema, measureSchema, number } from "./measure-schema.ts";

/** What an axis found besides its score: what a reader drills down to. */

/** How alike the effects of actions are: what a script changes beside its counterfactual, in truth and candidate. */
const effect = {
  /** Mean over the pairs; 1: the candidate's effect is truth's, 0: there is none, or the opposite. */
  score: measureSchema,
  /** Pairs in which truth shows an effect, the only ones that tell sign, delay and gain. */
  effects: count,
  /** Share of the values of truth's effect whose sign the candidate's has. */
  signAgreement: measureSchema,
  /** Median over the pairs; positive: the candidate is late. Null where nothing correlates. */
  delaySteps: z.int().nullable(),
  /** Size of the candidate's effect beside truth's, median over the pairs. */
  gain: number.nullable(),
};

export const controllabilitySchema = z.strictObject({
  /** Starts every script is rolled out from. */
  starts: count,
  /** In tolerances: a smaller effect of truth is none. */
  noiseFloor: number,
  scripts: z.array(
    z.strictObject({
      script: z.string(),
      description: z.string().nullable(),
      /** From the first command that differs to the end of the comparison. */
      windowSec: intervalSchema,
      /** Starts compared: those from which truth did not break. */
      pairs: count,
      /** Pairs in which the candidate broke; they score 0. */
      faults: count,
      truthFaults: count,
      ...effect,
    }),
  ),
  /** By action component: the scripts that command it otherwise. */
  actions: z.array(z.strictObject({ channel: z.string(), ...effect })),
  /** By observation channel: the effect on it alone. */
  channels: z.array(z.strictObject({ channel: z.string(), ...effect })),
});

export const temporalConsistencySchema = z.strictObject({
  /** Share of the candidate's steps that break no invariant. */
  steps: measureSchema,
  /** Steps by the invariant they break; one step may break several. */
  broken: z.strictObject({
    jumps: count,
    outOfLimits: count,
    /** The step of a fault and all that truth still had to show. */
    lost: count,
    /** Null where truth is a recording and cannot say whether it would have moved. */
    frozen: count.nullable(),
    /** Null where the scenario declares none, or none that truth keeps. */
    invariants: count.nullable(),
  }),
  /** What the scenario declares to be conserved or to go one way only. */
  invariants: z.array(
    z.strictObject({
      name: z.string(),
      rule: z.enum(["conserved", "increasing", "decreasing"]),
      expression: z.string(),
      unit: z.string(),
      /** Largest departure that breaks nothing, in `unit`. */
      tolerance: number,
      /** Steps of truth that break it. Above 0 the declaration is wrong, and nothing is held against the candidate. */
      brokenInTruth: count,
      brokenSteps: count,
      /** Null: the quantity has no value somewhere. */
      largestDeparture: number.nullable(),
    }),
  ),
  components: z.array(
    z.strictObject({
      channel: z.string(),
      unit: z.string(),
      /** In one step: 1.5 × the 99.9 % quantile of truth's changes, and no less than the largest of them. */
      allowedChange: number,
      /** Null: not finite. */
      largestChange: number.nullable(),
      jumps: count,
      frozenSteps: count,
    }),
  ),
  /** The jump that exceeds what is allowed most. */
  worstJump: z
    .strictObject({
      policy: z.string(),
      start: count,
      step: count,
      channel: z.string(),
      unit: z.string(),
      change: number.nullable(),
      allowed: number,
    })
    .nullable(),
  /** Rolling on without a break against being taken up again from what was shown half-way. */
  semigroup: z.strictObject({
    lengthSec: number,
    /** Share of the rollouts that go on the same, within the tolerances. */
    candidate: measureSchema,
    truth: measureSchema,
    worst: z
      .strictObject({
        start: count,
        scaledError: number.nullable(),
        at: z.string(),
      })
      .nullable(),
  }),
});

/** The same start, seed and actions once more, under one changed circumstance. */
const reproducibilityVariant = z.strictObject({
  /** `fresh`, `after other episodes`, `another lane`, `another batch size`, … */
  variant: z.string(),
  /** Rollouts compared. */
  n: count,
  bitIdentical: count,
  withinTolerance: count,
  /** The largest difference seen, in tolerances; null when nothing differs. */
  worst: z
    .strictObject({
      start: count,
      /** Null where the two cannot be compared to the end. */
      scaledError: number.nullable(),
      /** Channel and step, or why they cannot be compared. */
      at: z.string(),
    })
    .nullable(),
});

export const reproducibilitySchema = z.strictObject({
  variants: z.array(reproducibilityVariant),
  /** The candidate's first observation against truth's, in tolerances; null when it could not be compared. */
  firstObservation: z.strictObject({ channel: z.string(), scaledError: number, start: count }).nullable(),
  /** Whether different seeds give different futures, as a stochastic world must; null for a deterministic one. */
  seedsDiffer: z.boolean().nullable(),
});

export type Controllability = z.output<typeof controllabilitySchema>;
/** What controllability says of a script, an action or a channel. */
export type Effect = Omit<Controllability["channels"][number], "channel">;
export type TemporalConsistency = z.output<typeof temporalConsistencySchema>;
export type Reproducibility = z.output<typeof reproducibilitySchema>;
