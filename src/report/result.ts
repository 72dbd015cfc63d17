import { z } from "zod";
import { AXES, axesSchema, type AxisName, axisSchema } from "./axis-schema.ts";
import { attributionSchema } from "./attribution-schema.ts";
import { boundarySchema } from "./boundary-schema.ts";
import { controllabilitySchema, reproducibilitySchema, temporalConsistencySchema } from "./axis-details.ts";
import { count, intervalSchema, measureSchema, number } from "./measure-schema.ts";
import { persistenceSchema } from "./persistence-schema.ts";
import { optimismSchema } from "./optimism-schema.ts";
import { chunksSchema } from "./chunks-schema.ts";
import { handOversSchema } from "./hand-over-schema.ts";
import { picturesSchema } from "./pictures-schema.ts";
import { representationSchema } from "./representation-schema.ts";
import { stressorsSchema } from "./stressor-schema.ts";
import { transferSchema } from "./transfer-schema.ts";
import { calibrationSchema } from "./uncertainty-schema.ts";

export { AXES, type AxisName, type AxisResult } from "./axis-schema.ts";
export type { Controllability, Effect, Reproducibility, TemporalConsistency } from "./axis-details.ts";
export {
  type AttributedFailure,
  type Attribution,
  type Part,
  PARTS,
  type Replacement,
} from "./attribution-schema.ts";
export type { Boundary, BoundaryFlips, BoundaryMap, BoundarySurface } from "./boundary-schema.ts";
export type { Interval, Measure } from "./measure-schema.ts";
export type { ExploitGap, Optimism, OptimismSource } from "./optimism-schema.ts";
export { BREAK_WORDS, type Persistence } from "./persistence-schema.ts";
export type { Chunks } from "./chunks-schema.ts";
export type { HandOvers } from "./hand-over-schema.ts";
export type { Pictures } from "./pictures-schema.ts";
export type { Representation } from "./representation-schema.ts";
export type { StressorResult, Stressors, WordingResult } from "./stressor-schema.ts";
export type { Stopping, Transfer, TransferTable } from "./transfer-schema.ts";
export type {
  Calibration,
  DistributionComparison,
  OneStepCalibration,
  UncertaintyAlarm,
} from "./uncertainty-schema.ts";

/**
 * What an exam found: `result.json`, schema `simgate/result@1`. It holds nothing of the wall clock or the machine, so
 * the same contract and seeds give the same bytes. Numbers are finite: what has no value is null, or
 * `{ undefined: reason }` where the reason is worth telling.
 */

const fraction = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A part of the result that this version does not measure, with the reason. */
const notMeasured = z.strictObject({ undefined: z.string() });

/** What the higher claims need besides the axes. Scored like an axis, but no part of the gate. */
export const CHECKS = ["policyTransfer", "optimism", "decisionBoundary"] as const;
export const CLAIMS = ["C0", "C1", "C2", "C3", "C4"] as const;

const claim = z.enum(CLAIMS);

const verdict = z.strictObject({
  status: z.enum(["pass", "fail", "insufficient"]),
  /** The strongest claim the evidence carries; null when not even C0 is. */
  claim: claim.nullable(),
  /** The first claim refused; null when all are granted. */
  refused: z.strictObject({ claim, reason: z.string() }).nullable(),
  weakestAxis: z.enum(AXES).nullable(),
  /** Why, in one plain sentence. */
  sentence: z.string(),
});

/** How the scenario names a world or policy, and what its card says. A vendor's claims are quoted, never scored. */
const participant = z.strictObject({
  name: z.string(),
  kind: z.string(),
  title: z.string().optional(),
  license: z.string().optional(),
  limits: z.array(z.string()).optional(),
  claims: z.array(z.strictObject({ by: z.string(), text: z.string() })).optional(),
  /** The worlds that it is made of; absent: it is of one piece. */
  parts: z
    .array(
      z.strictObject({
        role: z.enum(["base", "learned", "physics"]),
        name: z.string(),
        kind: z.string(),
        title: z.string().optional(),
        /** The very world that the candidate is compared with. */
        isTruth: z.boolean(),
      }),
    )
    .optional(),
});

export const scenarioIdSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  sha256,
});

const contract = z.strictObject({
  formula: z.string(),
  ends: z.string().nullable(),
  controlPeriodSec: z.number().positive(),
  horizonSec: z.number().positive(),
  panel: z.strictObject({
    method: z.enum(["sobol", "grid", "list"]),
    count,
    seed: count,
  }),
  dimensions: z.array(
    z.strictObject({
      key: z.string(),
      unit: z.string(),
      range: intervalSchema,
    }),
  ),
  confidence: z.number().gt(0).lt(1),
});

const successes = z.strictObject({
  successes: count,
  /** Rollouts with an outcome: faults are not among them. */
  trials: count,
  rate: fraction.nullable(),
  interval: intervalSchema.nullable(),
  faults: count,
});

/** Rows: candidate. `fp` is a wrong pass: success in the candidate, failure in truth. `fn` is a wrong fail. */
const confusion = z.strictObject({
  tp: count,
  fp: count,
  fn: count,
  tn: count,
});

const wrongDecisions = {
  confusion,
  /** P(candidate passes | truth fails). */
  falsePassRate: measureSchema,
  /** P(truth fails | candidate passes). */
  falseDiscoveryRate: measureSchema,
  /** P(candidate fails | truth passes). */
  falseFailRate: measureSchema,
};

/** Of a policy that cannot be seeded: truth from the same starts once more, against itself. */
const repeatability = z.strictObject({
  /** Share of the starts that end alike both times. */
  sameOutcome: measureSchema,
  /** Youden's J of the second run against the first: what the candidate's task validity is to be seen beside. */
  youden: measureSchema,
  /** In the unit of the success formula's margin. */
  medianMarginDifference: number.nullable(),
});

const policy = z.strictObject({
  policy: z.string(),
  kind: z.string(),
  truth: successes,
  candidate: successes,
  ...wrongDecisions,
  /** Absent for a policy that repeats itself. */
  repeatability: repeatability.optional(),
});

/** All policies together. */
const overall = z.strictObject({
  ...wrongDecisions,
  /** Share of paired outcomes that are the same. */
  agreement: measureSchema,
  mcc: measureSchema,
  kappa: measureSchema,
});

const series = z.array(number.nullable());

/** One value a time, like the curve they belong to; null where a baseline does not exist. */
export const baselinesSchema = z.strictObject({
  persistence: series.nullable(),
  constantVelocity: series.nullable(),
  linear: series.nullable(),
});

/** Error against time since the window began; every array is as long as `atSec`. */
const growthCurve = z.strictObject({
  /** A component (`joint_pos[elbow]`), or `*` for all channels together in tolerances. */
  channel: z.string(),
  unit: z.string(),
  /** How far off the task can bear, in `unit`. */
  tolerance: z.number().positive(),
  atSec: z.array(number),
  median: series,
  p90: series,
  n: z.array(count),
  /** Median errors of the baselines on the same windows. */
  baselines: baselinesSchema,
});

/** Skill = 1 − median error ÷ median error of the baseline; 0 is no better, 1 is perfect. */
const skillCurve = z.strictObject({
  mode: z.enum(["freeRunning", "teacherForced"]),
  channel: z.string(),
  atSec: z.array(number),
  against: baselinesSchema,
});

const errorGrowth = z.strictObject({
  freeRunning: z.array(growthCurve),
  /** Re-synchronised with truth at every step. */
  teacherForced: z.array(growthCurve),
  /** All channels together, each divided by its tolerance (channel `*`, unit `tolerance`, tolerance 1). */
  scaled: z.strictObject({
    freeRunning: growthCurve.nullable(),
    teacherForced: growthCurve.nullable(),
  }),
  skill: z.array(skillCurve),
});

const horizonDetail = z.strictObject({
  /** True: the limit was not reached within `horizonSec`, so the horizon is at least the number given. */
  censored: z.boolean(),
  /** Why there is no number, or how it came about. */
  reason: z.string(),
  n: count,
  /** The limit that ended it: 0.4 standard deviations, scaled error 1, agreement 0.9. */
  limit: number.nullable(),
});

export const horizonSchema = z.strictObject({
  validPredictionTimeSec: number.nullable(),
  conformalSec: number.nullable(),
  decisionSec: number.nullable(),
  details: z.strictObject({
    validPredictionTime: horizonDetail,
    conformal: horizonDetail,
    decision: horizonDetail,
  }),
  controlPeriodSec: z.number().positive(),
  horizonSec: z.number().positive(),
});

const outcome = z.enum(["success", "failure", "fault"]);

const mapDimension = z.strictObject({
  key: z.string(),
  label: z.string(),
  unit: z.string(),
  range: intervalSchema,
});

const mapPoint = z.strictObject({
  x: number,
  y: number,
  start: count,
  /** In tolerances; null for a fault. */
  truthMargin: number.nullable(),
  candidateMargin: number.nullable(),
  truthOutcome: outcome,
  candidateOutcome: outcome,
  /** Path in the evidence folder of the trace of this start. */
  trace: z.string().optional(),
});

const outcomeMap = z.strictObject({
  x: mapDimension,
  y: mapDimension,
  policies: z.array(z.strictObject({ policy: z.string(), points: z.array(mapPoint) })),
});

export const faultSchema = z.strictObject({
  world: z.string(),
  policy: z.string().nullable(),
  start: count,
  step: count,
  kind: z.string(),
  reason: z.string(),
});

export const traceLinkSchema = z.strictObject({
  /** In the evidence folder: `traces/….mcap`. */
  path: z.string(),
  /** What it shows: `the first failure that blocks`, `the worst wrong pass`. */
  why: z.string(),
  policy: z.string(),
  start: count,
});

export const resultSchema = z.strictObject({
  schema: z.literal("simgate/result@1"),
  scenario: scenarioIdSchema,
  contract,
  truth: participant,
  candidate: participant,
  verdict,
  axes: axesSchema,
  checks: z.strictObject({ policyTransfer: axisSchema, optimism: axisSchema, decisionBoundary: axisSchema }),
  policies: z.array(policy),
  overall,
  errorGrowth,
  horizon: horizonSchema,
  /** Null when the scenario has fewer than two start dimensions. */
  outcomeMap: outcomeMap.nullable(),
  controllability: z.union([controllabilitySchema, notMeasured]),
  temporalConsistency: z.union([temporalConsistencySchema, notMeasured]),
  reproducibility: z.union([reproducibilitySchema, notMeasured]),
  /** The first faults in order of policy and start (at most 100 are listed; `faultCounts` has them all). */
  faults: z.array(faultSchema),
  faultCounts: z.array(z.strictObject({ world: z.string(), kind: z.string(), count })),
  traces: z.array(traceLinkSchema),
  persistence: z.union([persistenceSchema, notMeasured]),
  transfer: z.union([transferSchema, notMeasured]),
  optimism: z.union([optimismSchema, notMeasured]),
  boundary: z.union([boundarySchema, notMeasured]),
  calibration: z.union([calibrationSchema, notMeasured]),
  /** Each axis again under each stressor of the scenario. */
  stressors: z.union([stressorsSchema, notMeasured]),
  /** Which part is to blame for what blocks, by swapping it for its oracle. */
  attribution: z.union([attributionSchema, notMeasured]),
  /** What a latent state keeps of the true one. */
  representation: z.union([representationSchema, notMeasured]),
  /** The candidate's own pictures; absent: it shows none. */
  pictures: picturesSchema.optional(),
  /** Where one call of the candidate's model predicts several control steps; absent: it does not. */
  chunks: chunksSchema.optional(),
  /** Which part of the candidate made which steps; absent: it is not a switched world. */
  handOvers: handOversSchema.optional(),
});

export type ExamResult = z.output<typeof resultSchema>;
export type Verdict = ExamResult["verdict"];
export type CheckName = (typeof CHECKS)[number];
export type Claim = (typeof CLAIMS)[number];
export type Participant = z.output<typeof participant>;
export type PolicyRepeatability = z.output<typeof repeatability>;
export type PolicyResult = z.output<typeof policy>;
export type Overall = z.output<typeof overall>;
export type Confusion = z.output<typeof confusion>;
export type SuccessCount = z.output<typeof successes>;
export type ErrorGrowth = z.output<typeof errorGrowth>;
export type GrowthCurve = z.output<typeof growthCurve>;
export type SkillCurve = z.output<typeof skillCurve>;
export type Horizon = z.output<typeof horizonSchema>;
export type HorizonDetail = z.output<typeof horizonDetail>;
export type OutcomeMap = z.output<typeof outcomeMap>;
export type MapPoint = z.output<typeof mapPoint>;
export type Fault = z.output<typeof faultSchema>;
export type TraceLink = z.output<typeof traceLinkSchema>;

/** What an axis, a claim and a status are called for a reader. */
export const AXIS_TITLES: Readonly<Record<AxisName, string>> = {
  controllability: "Controllability",
  temporalConsistency: "Temporal consistency",
  objectPersistence: "Object persistence",
  resetReproducibility: "Reset reproducibility",
  taskValidity: "Task validity",
};

export const CHECK_TITLES: Readonly<Record<CheckName, string>> = {
  policyTransfer: "Policy transfer",
  optimism: "Optimism",
  decisionBoundary: "Decision boundary",
};

export const CLAIM_TITLES: Readonly<Record<Claim, string>> = {
  C0: "scene prior",
  C1: "persistent scene",
  C2: "steerable world",
  C3: "policy ranker",
  C4: "boundary-preserving simulator",
};
