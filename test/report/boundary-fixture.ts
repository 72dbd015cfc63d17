import { surrogateOf } from "../../src/metrics/boundary/active-sampling.ts";
import type {
  Boundary,
  BoundaryFlips,
  BoundarySurface,
  ExamResult,
  Measure,
} from "../../src/report/result.ts";

const measure = (value: number, half: number, n: number): Measure => ({
  value,
  interval: [value - half, value + half],
  n,
});
const KERNEL = { mean: 0, variance: 0.6, lengthscales: [0.6, 0.8, 4], noise: 0.01 };

/** The same margins have the same surface: laid once a test file. */
const SURFACES = new Map<string, BoundarySurface>();

/** Plausible details of the decision boundary for the outcome map of {@link ./exam-fixture.ts!examFixture}. */
export function boundaryFixture({
  policies,
  outcomeMap,
}: Pick<ExamResult, "policies" | "outcomeMap">): Boundary {
  const map = outcomeMap!;
  const scored = map.policies.filter(({ policy }) => policy !== "zero");
  const points = map.policies[0]!.points;
  const place = ({ x, y, start }: (typeof points)[number]): number[] => [
    (x - map.x.range[0]) / (map.x.range[1] - map.x.range[0]),
    (y - map.y.range[0]) / (map.y.range[1] - map.y.range[0]),
    (0.5 + 0.8191725133961645 * (start + 1)) % 1,
  ];
  const starts = points.map((point) => ({ start: point.start, at: place(point) }));
  const surface = (margins: readonly number[]): BoundarySurface => {
    const known = SURFACES.get(margins.join());
    if (known !== undefined) return known;
    const design = { points: starts.map(({ at }) => Float64Array.from(at)), margins };
    const { process } = surrogateOf(design, { kernel: KERNEL, scale: 1 });
    const { mean, variance, lengthscales } = process.kernel;
    const rows = starts.map((_, row) => row);
    const found = {
      mean,
      variance,
      lengthscales: [...lengthscales],
      rows,
      drawn: [],
      weights: Array.from(process.weights, (weight) => Number(weight.toPrecision(6))),
    };
    SURFACES.set(margins.join(), found);
    return found;
  };
  const regionOf = (policy: string) => {
    const { confusion, falsePassRate, falseDiscoveryRate, falseFailRate } = policies.find(
      (one) => one.policy === policy,
    )!;
    const { tp, fp, fn } = confusion;
    const iou: Measure =
      tp + fp + fn === 0
        ? { undefined: "neither world succeeds anywhere" }
        : measure(tp / (tp + fp + fn), 0.04, tp + fp + fn);
    return {
      ...confusion,
      iou,
      falsePassRate,
      falseDiscoveryRate,
      falseFailRate,
      mcc: measure(0.72, 0.06, 256),
    };
  };
  const sum = (key: "tp" | "fp" | "fn" | "tn"): number =>
    scored.reduce((total, { policy }) => total + regionOf(policy)[key], 0);
  const [tp, fp, fn, tn] = [sum("tp"), sum("fp"), sum("fn"), sum("tn")];
  const region = {
    tp,
    fp,
    fn,
    tn,
    iou: measure(tp / (tp + fp + fn), 0.03, tp + fp + fn),
    falsePassRate: measure(fp / (fp + tn), 0.04, fp + tn),
    falseDiscoveryRate: measure(fp / (fp + tp), 0.04, fp + tp),
    falseFailRate: measure(fn / (fn + tp), 0.01, fn + tp),
    mcc: measure(0.71, 0.04, 4 * 256),
  };
  const distances = {
    meanSymmetric: { value: 0.11, interval: null, n: 384 },
    hausdorff: { value: 0.31, interval: null, n: 384 },
    hausdorff95: { value: 0.24, interval: null, n: 384 },
    bias: measure(0.093, 0.02, 48),
    rays: { n: 48, censored: 5 },
  };
  const margins = { signAgreement: measure(0.86, 0.03, 4 * 256), spearman: measure(0.94, 0.02, 4 * 256) };
  const flips = (both: number, truthOnly: number, candidateOnly: number): BoundaryFlips => ({
    both,
    truthOnly,
    candidateOnly,
    neither: 30,
    agreement: measure((both + 30) / (both + truthOnly + candidateOnly + 30), 0.08, 60),
    found: measure(both / (both + truthOnly), 0.1, both + truthOnly),
    real: measure(both / (both + candidateOnly), 0.1, both + candidateOnly),
  });
  return {
    ...region,
    ...distances,
    margins,
    band: {
      tp: 58,
      fp: 41,
      fn: 2,
      tn: 33,
      iou: measure(0.57, 0.09, 101),
      falsePassRate: measure(0.55, 0.1, 74),
      falseDiscoveryRate: measure(0.41, 0.09, 99),
      falseFailRate: measure(0.03, 0.03, 60),
      mcc: measure(0.45, 0.1, 134),
      delta: 0.5,
      widened: false,
      farthest: -0.497,
      starts: 102,
      margins: { signAgreement: measure(0.68, 0.08, 134), spearman: measure(0.7, 0.09, 134) },
    },
    policies: scored.map(({ policy }, i) => ({
      policy,
      ...regionOf(policy),
      ...distances,
      rays: { n: 12, censored: i },
      margins,
      nearAgreement: measure(0.7 - 0.04 * i, 0.12, 33),
      surface: {
        truthRollouts: i < 2 ? 320 : 256,
        drawn: i < 2 ? 64 : 0,
        unsettledBefore: 0.031,
        unsettledAfter: i < 2 ? 0.017 : 0.031,
      },
    })),
    oneSided: [{ policy: "zero", outcome: "failure", n: 256, candidateDiffers: 0 }],
    flips: {
      step: 0.2,
      starts: 32,
      dimensions: [
        { key: "pole_angle", ...flips(18, 7, 3) },
        { key: "cart_velocity", ...flips(12, 9, 4) },
        { key: "pole_length", ...flips(2, 3, 1) },
      ],
      otherPolicy: flips(301, 120, 44),
    },
    parameters: [
      {
        parameter: "pole_length",
        unit: "m",
        bias: measure(0.021, 0.012, 9),
        n: 9,
        censored: 2,
        crossings: [
          { policy: "lqr", start: 12, from: 0.61, truth: 0.52, candidate: 0.49 },
          { policy: "pd-weak", start: 91, from: 0.7, truth: 0.66, candidate: null },
        ],
      },
    ],
    sampling: { budget: 128, spent: 128, policies: ["lqr", "network"] },
    map: {
      dimensions: [
        { key: "pole_angle", label: "pole angle", unit: "rad", range: [-0.6, 0.6] },
        { key: "cart_velocity", label: "cart velocity", unit: "m/s", range: [-1.5, 1.5] },
        { key: "pole_length", label: "pole length", unit: "m", range: [0.4, 0.8] },
      ],
      starts,
      policies: scored.map(({ policy, points: own }) => ({
        policy,
        truthMargins: own.map(({ truthMargin }) => truthMargin),
        candidateMargins: own.map(({ candidateMargin }) => candidateMargin),
        truth: surface(own.map(({ truthMargin }) => truthMargin!)),
        candidate: surface(own.map(({ candidateMargin }) => candidateMargin!)),
      })),
    },
  };
}
