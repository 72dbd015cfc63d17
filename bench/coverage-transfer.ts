/** Coverage of the statistics of policy transfer, over fixed policies and starts drawn anew: run by `coverage.ts`. */
import { RandomStream } from "../src/core/random.ts";
import type { OutcomePair } from "../src/metrics/confusion.ts";
import { kendallTauB, pearson, spearman } from "../src/metrics/correlation.ts";
import { type Estimate, isDefined } from "../src/metrics/estimate.ts";
import { meanAbsoluteError } from "../src/metrics/mean-absolute-error.ts";
import { mmrv } from "../src/metrics/mmrv.ts";
import { normalQuantile } from "../src/metrics/normal.ts";
import { transferOfSample } from "../src/metrics/policy-transfer.ts";
import { pairedSample } from "../src/metrics/transfer-resampling.ts";
import { Coverage, judged, percent, REPEATS, table } from "./coverage-table.ts";

const RESAMPLES = 1000;

interface TransferCase {
  readonly name: string;
  readonly truth: readonly number[];
  readonly candidate: readonly number[];
  /** Share of the variance that truth and candidate have in common beyond the start itself. */
  readonly shared: number;
}

const TRANSFER: readonly TransferCase[] = [
  {
    name: "good candidate",
    truth: [0.1, 0.3, 0.5, 0.7, 0.9],
    candidate: [0.3, 0.2, 0.6, 0.65, 0.85],
    shared: 0.5,
  },
  {
    name: "perfect rates",
    truth: [0.1, 0.3, 0.5, 0.7, 0.9],
    candidate: [0.1, 0.3, 0.5, 0.7, 0.9],
    shared: 0.5,
  },
  {
    name: "squeezed rates",
    truth: [0.1, 0.3, 0.5, 0.7, 0.9],
    candidate: [0.4, 0.5, 0.6, 0.7, 0.8],
    shared: 0.3,
  },
  { name: "two swapped", truth: [0.2, 0.4, 0.6, 0.8], candidate: [0.2, 0.62, 0.58, 0.8], shared: 0.5 },
  { name: "ties in the candidate", truth: [0.2, 0.6, 0.9], candidate: [0.5, 0.5, 0.9], shared: 0.3 },
  { name: "order reversed", truth: [0.9, 0.5, 0.1], candidate: [0.1, 0.2, 0.3], shared: 0.1 },
  {
    name: "policies hardly apart",
    truth: [0.5, 0.52, 0.54, 0.56],
    candidate: [0.5, 0.52, 0.54, 0.56],
    shared: 0.3,
  },
  {
    name: "seven, optimistic",
    truth: [0.02, 0.1, 0.3, 0.6, 0.8, 0.95, 0.99],
    candidate: [0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.99],
    shared: 0.4,
  },
];

/** Outcomes by a Gaussian copula: a start is hard for all policies alike, and truth and candidate agree beyond that. */
function outcomes(
  { truth, candidate, shared }: TransferCase,
  starts: number,
  stream: RandomStream,
): OutcomePair[] {
  const kind = (latent: number, rate: number) => (latent < normalQuantile(rate) ? "success" : "failure");
  return Array.from({ length: starts }, (_, start) => {
    const hard = Math.sqrt(0.4) * stream.normal(start);
    return truth.map((rate, p): OutcomePair => {
      const common = hard + Math.sqrt(shared) * stream.normal(start, 3 * p + 1);
      const own = (index: number): number => common + Math.sqrt(0.6 - shared) * stream.normal(start, index);
      return {
        policy: `p${p}`,
        start,
        truth: kind(own(3 * p + 2), rate),
        candidate: kind(own(3 * p + 3), candidate[p]!),
      };
    });
  }).flat();
}

export function transferCoverage(): void {
  const names = ["pearson", "mmrv", "spearman", "kendallTauB", "meanAbsoluteError"] as const;
  const rows: string[][] = [];
  for (const one of TRANSFER) {
    for (const starts of [48, 128]) {
      const { truth, candidate } = one;
      const values = {
        pearson: pearson(truth, candidate),
        mmrv: mmrv(truth, candidate).value,
        spearman: spearman(truth, candidate),
        kendallTauB: kendallTauB(truth, candidate),
        meanAbsoluteError: meanAbsoluteError(truth, candidate),
      };
      const covered = Object.fromEntries(names.map((name) => [name, new Coverage()])) as Record<
        (typeof names)[number],
        Coverage
      >;
      for (let r = 0; r < REPEATS; r++) {
        const stream = new RandomStream(BigInt(r), "coverage of transfer", one.name, String(starts));
        const sample = pairedSample(outcomes(one, starts, stream), { seed: BigInt(r), resamples: RESAMPLES });
        const found = transferOfSample(sample);
        for (const name of names) {
          const estimate: Estimate = found[name];
          if (isDefined(estimate) && estimate.interval !== undefined)
            covered[name].add(estimate.interval, values[name]);
        }
      }
      rows.push([
        one.name,
        String(starts),
        ...names.flatMap((name) => [
          `${percent(covered[name].share)} (${covered[name].width.toFixed(2)})`,
          judged(covered[name].share),
        ]),
      ]);
    }
  }
  table(
    "Statistics of policy transfer (mean width in brackets)",
    [
      "policies",
      "starts",
      ...["Pearson", "MMRV", "Spearman", "Kendall τ-b", "mean absolute error"].flatMap((name) => [name, ""]),
    ],
    rows,
  );
}
