import { RandomStream } from "../../src/core/random.ts";
import { boundaryFixture } from "./boundary-fixture.ts";
import { calibrationFixture, persistenceFixture, representationFixture } from "./persistence-fixture.ts";
import type { EpisodeRow } from "../../src/report/parquet.ts";
import type { ContractManifest, RunRecord } from "../../src/report/manifest.ts";
import type {
  AxisResult,
  Effect,
  ErrorGrowth,
  ExamResult,
  GrowthCurve,
  Interval,
  MapPoint,
  Measure,
  PolicyResult,
} from "../../src/report/result.ts";
import { stressorsFixture } from "./stressor-fixture.ts";
import { optimismFixture, transferFixture } from "./transfer-fixture.ts";

/**
 * A plausible exam of an optimistic world on a cart-pole: 5 policies × 256 starts. The outcomes come from a made-up
 * margin; every count and rate of the result is counted from them, so that the parts agree with each other.
 */

const STARTS = 256;
const HORIZON_SEC = 10;
const PERIOD_SEC = 0.02;
const POLICIES = [
  { policy: "lqr", kind: "lqr", reach: 0.86 },
  { policy: "network", kind: "onnx", reach: 0.74 },
  { policy: "lqr-slow", kind: "lqr", reach: 0.55 },
  { policy: "pd-weak", kind: "scripted", reach: 0.34 },
  { policy: "zero", kind: "scripted", reach: -0.2 },
] as const;

export function sha(letter: string): string {
  return letter.repeat(64);
}

/** Wilson score interval at 95 % (Wilson 1927). */
export function wilson(successes: number, trials: number): Interval {
  const z = 1.959963984540054;
  const p = successes / trials;
  const centre = (p + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z / (1 + (z * z) / trials)) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

function rate(part: number, whole: number, empty: string): Measure {
  return whole === 0
    ? { undefined: empty }
    : { value: part / whole, interval: wilson(part, whole), n: whole };
}

/** @param optimism added to the candidate's margins, in tolerances; 0.25 makes an exam that fails. */
export function examFixture({ optimism = 0.25 } = {}): ExamResult {
  const maps = POLICIES.map(({ policy, reach }) => ({ policy, points: points(policy, reach, optimism) }));
  const policies = maps.map(({ policy, points }, index) =>
    policyResult(policy, POLICIES[index]!.kind, points),
  );
  const sum = (key: "tp" | "fp" | "fn" | "tn"): number =>
    policies.reduce((total, { confusion }) => total + confusion[key], 0);
  const confusion = { tp: sum("tp"), fp: sum("fp"), fn: sum("fn"), tn: sum("tn") };
  const { tp, fp, fn, tn } = confusion;
  const youden = Math.max(0, tp / (tp + fn) + tn / (fp + tn) - 1);
  const passes = youden >= 0.8;
  const taskValidity: AxisResult = {
    score: youden,
    interval: [Math.max(0, youden - 0.055), Math.min(1, youden + 0.05)],
    n: tp + fp + fn + tn,
    threshold: 0.8,
    status: passes ? "pass" : "fail",
    reason: `the candidate passes ${fp} of ${fp + tn} rollouts that fail in truth and fails ${fn} of ${tp + fn} that succeed`,
  };
  const passing = (score: number, interval: Interval, threshold: number, reason: string): AxisResult => ({
    score,
    interval,
    n: 128,
    threshold,
    status: "pass",
    reason,
  });
  const outcomeMap = {
    x: { key: "pole_angle", label: "pole_angle", unit: "rad", range: [-0.6, 0.6] },
    y: { key: "cart_velocity", label: "cart_velocity", unit: "m/s", range: [-1.5, 1.5] },
    policies: maps,
  } satisfies ExamResult["outcomeMap"];
  return {
    schema: "simgate/result@1",
    scenario: { name: "cartpole", title: "Balance a pole on a cart", sha256: sha("a") },
    contract: {
      formula: "always[8,10] (abs(pole_angle) < 12 deg and abs(cart_position) < 2.4 m)",
      ends: "abs(pole_angle) > 60 deg",
      controlPeriodSec: PERIOD_SEC,
      horizonSec: HORIZON_SEC,
      panel: { method: "sobol", count: STARTS, seed: 1 },
      dimensions: [
        { key: "pole_angle", unit: "rad", range: [-0.6, 0.6] },
        { key: "cart_velocity", unit: "m/s", range: [-1.5, 1.5] },
        { key: "pole_length", unit: "m", range: [0.4, 0.8] },
      ],
      confidence: 0.95,
    },
    truth: { name: "mujoco", kind: "mujoco" },
    candidate: {
      name: "optimist",
      kind: "onnx",
      license: "Apache-2.0",
      limits: ["trained on successful episodes only"],
      claims: [
        { by: "its model card", text: "Indistinguishable from the simulator on 98 % of validation steps." },
      ],
    },
    verdict: {
      status: passes ? "pass" : "fail",
      claim: passes ? "C2" : "C1",
      refused: passes
        ? { claim: "C3", reason: "policy transfer is not measured by this version" }
        : { claim: "C2", reason: "reset reproducibility: 256 repeats are too few" },
      weakestAxis: "taskValidity",
      sentence: passes
        ? "Every measured axis is above its threshold; the weakest is task validity."
        : `Task validity is ${youden.toFixed(2)}, below the 0.80 required: the candidate passes ${fp} of ${fp + tn} rollouts that fail in truth.`,
    },
    axes: {
      controllability: passing(0.86, [0.82, 0.89], 0.7, "the effect of an action is 0.96 × truth's in size"),
      temporalConsistency: passing(0.999, [0.985, 1], 0.9, "26 of its 640,000 steps break an invariant"),
      objectPersistence: {
        score: null,
        interval: null,
        n: 0,
        threshold: 0.9,
        status: "not-applicable",
        reason: "the scenario declares no objects",
      },
      resetReproducibility: {
        score: 1,
        interval: [0.985, 1],
        n: 256,
        threshold: passes ? 0.95 : 0.99,
        status: passes ? "pass" : "insufficient",
        reason: passes
          ? "every repeated rollout is the same"
          : "every repeated rollout is the same, but 256 of them leave the interval across the threshold",
      },
      taskValidity,
    },
    checks: {
      policyTransfer: passing(0.9, [0.82, 0.95], 0.8, "5 policies rank as in truth"),
      optimism: passing(0.95, [0.92, 0.97], 0.9, "passes 5 % of what fails in truth"),
      decisionBoundary: passing(0.88, [0.82, 0.93], 0.8, "outcomes near the boundary agree"),
    },
    policies,
    overall: {
      confusion,
      falsePassRate: rate(fp, fp + tn, "no rollout fails in truth"),
      falseDiscoveryRate: rate(fp, tp + fp, "no rollout passes in the candidate"),
      falseFailRate: rate(fn, tp + fn, "no rollout succeeds in truth"),
      agreement: rate(tp + tn, tp + fp + fn + tn, "no rollout has an outcome"),
      mcc: { value: 0.71, interval: [0.66, 0.75], n: tp + fp + fn + tn },
      kappa: { value: 0.7, interval: [0.65, 0.74], n: tp + fp + fn + tn },
    },
    errorGrowth: growth(),
    horizon: {
      validPredictionTimeSec: 1.86,
      conformalSec: 0.84,
      decisionSec: passes ? 10 : 2.4,
      details: {
        validPredictionTime: {
          censored: false,
          reason: "median scaled error passes 0.4 standard deviations",
          n: 500,
          limit: 0.4,
        },
        conformal: {
          censored: false,
          reason: "the 90 % bound on the largest scaled error reaches 1",
          n: 500,
          limit: 1,
        },
        decision: { censored: passes, reason: "agreement of outcomes, at least 0.9", n: 1280, limit: 0.9 },
      },
      controlPeriodSec: PERIOD_SEC,
      horizonSec: HORIZON_SEC,
    },
    outcomeMap,
    controllability: {
      starts: 64,
      noiseFloor: 0.1,
      scripts: [
        {
          script: "push",
          description: "one push, and the same push to the other side",
          windowSec: [0, 0.9],
          pairs: 64,
          faults: 2,
          truthFaults: 0,
          ...effect(0.89, 62, 0.98, 0),
        },
        {
          script: "push_or_rest",
          description: null,
          windowSec: [0.2, 1.1],
          pairs: 63,
          faults: 0,
          truthFaults: 1,
          ...effect(0.81, 63, 0.95, 1),
        },
      ],
      actions: [{ channel: "force", ...effect(0.86, 125, 0.96, 0) }],
      channels: [
        { channel: "cart_position", ...effect(0.93, 125, 1, 0) },
        { channel: "pole_angle", ...effect(0.78, 120, 1.04, -2) },
      ],
    },
    temporalConsistency: {
      steps: { value: 0.99996, interval: [0.99994, 0.99998], n: 640_000 },
      broken: { jumps: 11, outOfLimits: 2, lost: 15, frozen: 0, invariants: 40 },
      invariants: [
        {
          name: "rail_height",
          rule: "conserved",
          expression: "cart_height",
          unit: "m",
          tolerance: 0.001,
          brokenInTruth: 0,
          brokenSteps: 40,
          largestDeparture: 0.0042,
        },
        {
          name: "swing",
          rule: "decreasing",
          expression: "pole_velocity^2",
          unit: "rad^2/s^2",
          tolerance: 0.1,
          brokenInTruth: 7120,
          brokenSteps: 6400,
          largestDeparture: 3.1,
        },
      ],
      components: [
        {
          channel: "cart_position",
          unit: "m",
          allowedChange: 0.31,
          largestChange: 0.28,
          jumps: 0,
          frozenSteps: 0,
        },
        {
          channel: "pole_velocity",
          unit: "rad/s",
          allowedChange: 2.3,
          largestChange: 4.7,
          jumps: 11,
          frozenSteps: 0,
        },
      ],
      worstJump: {
        policy: "zero",
        start: 41,
        step: 208,
        channel: "pole_velocity",
        unit: "rad/s",
        change: 4.7,
        allowed: 2.3,
      },
      semigroup: {
        lengthSec: 1,
        candidate: { value: 127 / 128, interval: wilson(127, 128), n: 128 },
        truth: { value: 1, interval: wilson(128, 128), n: 128 },
        worst: { start: 13, scaledError: 1.08, at: 'channel "cart_position" after 50 steps' },
      },
    },
    reproducibility: {
      variants: [
        { variant: "fresh", n: 64, bitIdentical: 64, withinTolerance: 64, worst: null },
        { variant: "after other episodes", n: 64, bitIdentical: 64, withinTolerance: 64, worst: null },
        { variant: "another lane", n: 64, bitIdentical: 64, withinTolerance: 64, worst: null },
        {
          variant: "another batch size",
          n: 64,
          bitIdentical: 41,
          withinTolerance: 64,
          worst: { start: 17, scaledError: 3.1e-7, at: 'channel "pole_velocity" at step 488' },
        },
      ],
      firstObservation: { channel: "pole_angle", scaledError: 1.2e-8, start: 3 },
      seedsDiffer: null,
    },
    faults: [
      {
        world: "optimist",
        policy: "zero",
        start: 41,
        step: 212,
        kind: "out-of-limits",
        reason: "cart_position 12.4 m is outside −10 … 10",
      },
      {
        world: "optimist",
        policy: "zero",
        start: 77,
        step: 198,
        kind: "not-finite",
        reason: "pole_velocity is NaN",
      },
    ],
    faultCounts: [
      { world: "optimist", kind: "not-finite", count: 1 },
      { world: "optimist", kind: "out-of-limits", count: 1 },
    ],
    traces: [
      {
        path: "traces/first-failure-pd-weak-12.mcap",
        why: "the first failure that blocks",
        policy: "pd-weak",
        start: 12,
      },
      {
        path: "traces/worst-flip-pd-weak-91.mcap",
        why: "the worst wrong pass",
        policy: "pd-weak",
        start: 91,
      },
    ],
    persistence: persistenceFixture(),
    optimism: optimismFixture({
      confusion,
      falsePassRate: rate(fp, fp + tn, "no rollout fails in truth"),
    }),
    stressors: stressorsFixture(),
    attribution: attributionOf(maps),
    representation: representationFixture(),
    transfer: transferFixture(policies, wilson),
    boundary: boundaryFixture({ policies, outcomeMap }),
    calibration: calibrationFixture(),
  };
}

function effect(score: number, effects: number, gain: number, delaySteps: number): Effect {
  return {
    score: { value: score, interval: [score - 0.03, score + 0.03], n: 128 },
    effects,
    signAgreement: { value: 0.94, interval: [0.92, 0.96], n: 5000 },
    delaySteps,
    gain,
  };
}

function points(policy: string, reach: number, optimism: number): MapPoint[] {
  const noise = new RandomStream(7n, "fixture", policy);
  return Array.from({ length: STARTS }, (_, start) => {
    // The R2 sequence (Roberts 2018): even over the square, without a grid.
    const u = (0.5 + 0.7548776662466927 * (start + 1)) % 1;
    const v = (0.5 + 0.5698402909980532 * (start + 1)) % 1;
    const x = -0.6 + 1.2 * u;
    const y = -1.5 + 3 * v;
    const need = Math.hypot(x / 0.6 + 0.45 * (y / 1.5), 0.75 * (y / 1.5));
    const truthMargin = reach - need + 0.03 * noise.normal(start);
    const candidateMargin =
      truthMargin + optimism * (0.6 + 0.5 * (y > 0 ? 1 : 0)) + 0.05 * noise.normal(start, 1);
    const fault = policy === "zero" && (start === 41 || start === 77);
    return {
      x,
      y,
      start,
      truthMargin,
      candidateMargin: fault ? null : candidateMargin,
      truthOutcome: truthMargin > 0 ? "success" : "failure",
      candidateOutcome: fault ? "fault" : candidateMargin > 0 ? "success" : "failure",
      ...(policy === "pd-weak" && start === 91 ? { trace: "traces/worst-flip-pd-weak-91.mcap" } : {}),
    };
  });
}

function policyResult(policy: string, kind: string, all: readonly MapPoint[]): PolicyResult {
  const valid = all.filter((point) => point.candidateOutcome !== "fault" && point.truthOutcome !== "fault");
  const count = (truth: string, candidate: string): number =>
    valid.filter((point) => point.truthOutcome === truth && point.candidateOutcome === candidate).length;
  const confusion = {
    tp: count("success", "success"),
    fp: count("failure", "success"),
    fn: count("success", "failure"),
    tn: count("failure", "failure"),
  };
  const { tp, fp, fn, tn } = confusion;
  const successes = (world: "truthOutcome" | "candidateOutcome") => {
    const trials = all.filter((point) => point[world] !== "fault").length;
    const won = all.filter((point) => point[world] === "success").length;
    return {
      successes: won,
      trials,
      rate: won / trials,
      interval: wilson(won, trials),
      faults: all.length - trials,
    };
  };
  return {
    policy,
    kind,
    truth: successes("truthOutcome"),
    candidate: successes("candidateOutcome"),
    confusion,
    falsePassRate: rate(fp, fp + tn, "no start fails in truth"),
    falseDiscoveryRate: rate(fp, tp + fp, "no start passes in the candidate"),
    falseFailRate: rate(fn, tp + fn, "no start succeeds in truth"),
  };
}

function growth(): ErrorGrowth {
  const atSec = Array.from({ length: 200 }, (_, k) => (k + 1) * PERIOD_SEC);
  const grow = (start: number, rate: number, limit: number): number[] =>
    atSec.map((t) => limit / (1 + (limit / start - 1) * Math.exp(-rate * t)));
  const flat = (level: number): number[] => atSec.map((t) => level * (1 + 0.05 * Math.sin(3 * t)));
  const curve = (
    channel: string,
    unit: string,
    tolerance: number,
    scale: number,
    forced: boolean,
  ): GrowthCurve => ({
    channel,
    unit,
    tolerance: tolerance * scale,
    atSec,
    median: (forced ? flat(0.004) : grow(0.004, 2.7, 3)).map((value) => value * scale),
    p90: (forced ? flat(0.015) : grow(0.015, 2.7, 9)).map((value) => value * scale),
    n: atSec.map((_, k) => 500 - Math.floor(k / 2)),
    baselines: {
      persistence: grow(0.09, 2.2, 6).map((value) => value * scale),
      constantVelocity: grow(0.02, 3.1, 11).map((value) => value * scale),
      linear: grow(0.011, 2.6, 5).map((value) => value * scale),
    },
  });
  const channels = [
    ["cart_position", "m", 0.1],
    ["pole_angle", "rad", 0.05],
    ["cart_velocity", "m/s", 0.3],
    ["pole_velocity", "rad/s", 0.4],
  ] as const;
  const freeRunning = channels.map(([channel, unit, scale]) => curve(channel, unit, 1, scale, false));
  const scaled = curve("*", "tolerance", 1, 1, false);
  const skill = (own: GrowthCurve, baseline: readonly (number | null)[] | null): (number | null)[] | null =>
    baseline === null ? null : own.median.map((value, k) => 1 - value! / baseline[k]!);
  return {
    freeRunning,
    teacherForced: channels.map(([channel, unit, scale]) => curve(channel, unit, 1, scale, true)),
    scaled: { freeRunning: scaled, teacherForced: curve("*", "tolerance", 1, 1, true) },
    skill: [scaled, ...freeRunning].map((own) => ({
      mode: "freeRunning",
      channel: own.channel,
      atSec,
      against: {
        persistence: skill(own, own.baselines.persistence),
        constantVelocity: skill(own, own.baselines.constantVelocity),
        linear: skill(own, own.baselines.linear),
      },
    })),
  };
}

/** The first wrong pass of the first policy that has one, cured by truth's dynamics of one channel. */
function attributionOf(
  maps: readonly { readonly policy: string; readonly points: readonly MapPoint[] }[],
): ExamResult["attribution"] {
  const points = maps.flatMap(({ policy, points }) => points.map((point) => ({ policy, ...point })));
  const of = (truth: string, candidate: string): typeof points =>
    points.filter(
      ({ truthOutcome, candidateOutcome }) => truthOutcome === truth && candidateOutcome === candidate,
    );
  const wrong = of("failure", "success");
  const [first] = wrong;
  if (first === undefined)
    return { undefined: "nothing to blame: no wrong pass, no wrong fail and no fault" };
  const replacement = "dynamics: pole_velocity";
  const experiment = { margin: -0.12, needed: "failure" } as const;
  return {
    failures: {
      wrongPasses: wrong.length,
      wrongFails: of("success", "failure").length,
      faults: points.filter(({ candidateOutcome }) => candidateOutcome === "fault").length,
      examined: 1,
    },
    replacements: [
      {
        name: "perception",
        part: "perception",
        meaning: "the policy is shown truth",
        tried: 1,
        cured: 0,
        share: rate(0, 1, ""),
      },
      {
        name: replacement,
        part: "dynamics",
        meaning: "the next pole_velocity is truth's | one step from where the candidate is",
        tried: 1,
        cured: 1,
        share: rate(1, 1, ""),
      },
      {
        name: "control",
        part: "control",
        meaning: "the same policy without its latency",
        tried: 0,
        cured: 0,
        share: { undefined: "there was nothing to replace in any failure" },
      },
    ],
    causes: [{ part: "dynamics", count: 1, share: rate(1, 1, "") }],
    examined: [
      {
        policy: first.policy,
        start: first.start,
        kind: "wrong pass",
        truthMargin: first.truthMargin,
        candidateMargin: first.candidateMargin,
        cause: { part: "dynamics", replacement },
        experiments: [
          { replacement: "perception", outcome: "success", ...experiment, margin: 0.2, cured: false },
          { replacement, outcome: "failure", ...experiment, cured: true },
        ],
        ...(first.trace === undefined ? {} : { trace: first.trace }),
      },
    ],
    sentence: "Of 1 examined failure, dynamics is to blame for 1 (pole_velocity in 1).",
  };
}

export function episodesFixture(result: ExamResult): EpisodeRow[] {
  return result.outcomeMap!.policies.flatMap(({ policy, points }) =>
    points.flatMap((point) =>
      (["truth", "candidate"] as const).map((role): EpisodeRow => {
        const outcome = role === "truth" ? point.truthOutcome : point.candidateOutcome;
        return {
          key: `${policy}-${role}-${point.start}`,
          policy,
          world: role === "truth" ? "mujoco" : "optimist",
          role,
          start: point.start,
          seed: 2n ** 63n + BigInt(point.start),
          dimensions: { pole_angle: point.x, cart_velocity: point.y },
          outcome,
          margin: role === "truth" ? point.truthMargin : point.candidateMargin,
          steps: 500,
          durationSec: 10,
          end: outcome === "fault" ? "fault" : "horizon",
          firstDivergenceSec: role === "truth" || point.start % 3 === 0 ? null : 0.02 * point.start,
          firstDivergenceChannel: role === "truth" || point.start % 3 === 0 ? null : "pole_velocity",
          fault:
            outcome === "fault" ? { step: 212, kind: "not-finite", reason: "pole_velocity is NaN" } : null,
          trace: point.trace ?? null,
        };
      }),
    ),
  );
}

export const manifestFixture: ContractManifest = {
  kind: "exam",
  command: ["simgate", "exam", "cartpole", "--world", "optimist"],
  contract: { scenario: "cartpole", truth: "mujoco", candidate: "optimist" },
  files: [
    { role: "scenario", path: "scenario.yaml", sha256: sha("a") },
    { role: "model of optimist", path: "models/optimist.onnx", sha256: sha("b") },
    { role: "MJCF of mujoco", path: "cartpole.xml", sha256: sha("c") },
  ],
  versions: { simgate: "0.1.0", "onnxruntime-node": "1.30.0", "@mujoco/mujoco": "3.14.0", node: "20.19.0" },
  machine: { platform: "linux", arch: "x64" },
};

export const runFixture: RunRecord = {
  schema: "simgate/run@1",
  startedAt: "2026-01-02T03:04:05.000Z",
  durationSec: 41.7,
  workers: 2,
  rollouts: 2560,
  resumed: 0,
};
