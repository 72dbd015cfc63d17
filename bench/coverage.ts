/**
 * How often intervals hold the value they are for, and how often the e-processes raise a false alarm: `npx jiti
 * bench/coverage.ts` (about seven minutes on one core). Prints Markdown tables. Seeded: the same numbers everywhere.
 */
import { RandomStream } from "../src/core/random.ts";
import { clopperPearson } from "../src/metrics/clopper-pearson.ts";
import { conformalQuantile } from "../src/metrics/conformal.ts";
import { type EvidenceProcess, pairedProportions, twoProportions } from "../src/metrics/e-process.ts";
import { isDefined } from "../src/metrics/estimate.ts";
import {
  classicalMean,
  predictionPowered,
  predictionPoweredTuned,
  type PredictionPoweredInput,
  steadied,
} from "../src/metrics/prediction-powered.ts";
import { wilson } from "../src/metrics/wilson.ts";
import { Coverage, judged, percent, REPEATS, table } from "./coverage-table.ts";
import { transferCoverage } from "./coverage-transfer.ts";

function rates(): void {
  const draw = new RandomStream(1n, "coverage of rates");
  const rows: string[][] = [];
  let counter = 0;
  for (const n of [24, 64, 256]) {
    for (const rate of [0.05, 0.2, 0.5, 0.9]) {
      const [score, exact] = [new Coverage(), new Coverage()];
      for (let r = 0; r < REPEATS; r++, counter++) {
        let successes = 0;
        for (let i = 0; i < n; i++) if (draw.uniform(counter, i) < rate) successes++;
        score.add(wilson(successes, n), rate);
        exact.add(clopperPearson(successes, n), rate);
      }
      rows.push([
        String(rate),
        String(n),
        percent(score.share),
        judged(score.share),
        percent(exact.share),
        judged(exact.share),
      ]);
    }
  }
  table("One rate", ["rate", "n", "Wilson", "", "Clopper–Pearson", ""], rows);
}

function predictions(): void {
  const candidates: Record<string, (truth: number, uniform: number) => number> = {
    "honest (5 % of outcomes wrong)": (truth, u) => (u < 0.05 ? 1 - truth : truth),
    "fair (20 % wrong)": (truth, u) => (u < 0.2 ? 1 - truth : truth),
    "useless (a coin)": (_truth, u) => (u < 0.5 ? 1 : 0),
    "adversarial (says the opposite)": (truth) => 1 - truth,
    "flattering (passes 80 % of the failures)": (truth, u) => (truth === 1 || u < 0.8 ? 1 : 0),
  };
  const rows: string[][] = [];
  for (const [name, answer] of Object.entries(candidates)) {
    for (const [rate, n, further] of [
      [0.5, 64, 192],
      [0.8, 64, 192],
      [0.95, 64, 192],
      [0.5, 32, 96],
      [0.5, 16, 240],
    ] as const) {
      const found = Array.from({ length: 6 }, () => new Coverage());
      const draw = new RandomStream(2n, "coverage of prediction-powered inference", name, `${rate} ${n}`);
      for (let r = 0; r < REPEATS; r++) {
        const truth = Array.from({ length: n + further }, (_, i) => (draw.uniform(r, 2 * i) < rate ? 1 : 0));
        const said = truth.map((one, i) => answer(one, draw.uniform(r, 2 * i + 1)));
        const published: PredictionPoweredInput = {
          truth: truth.slice(0, n),
          paired: said.slice(0, n),
          unpaired: said.slice(n),
        };
        [published, steadied(published)].forEach((input, s) => {
          found[3 * s]!.add(predictionPowered(input).interval, rate);
          found[3 * s + 1]!.add(predictionPoweredTuned(input).interval, rate);
          found[3 * s + 2]!.add(classicalMean(input.truth).interval, rate);
        });
      }
      rows.push([
        name,
        String(rate),
        `${n} + ${further}`,
        ...found.flatMap((one) => [`${percent(one.share)} (${one.width.toFixed(2)})`, judged(one.share)]),
      ]);
    }
  }
  const methods = [
    "PPI",
    "PPI++",
    "truth alone",
    "PPI, steadied",
    "PPI++, steadied",
    "truth alone, steadied",
  ];
  table(
    "Prediction-powered inference on a success rate (mean width in brackets)",
    ["candidate", "rate", "paired + further", ...methods.flatMap((name) => [name, ""])],
    rows,
  );
}

function conformal(): void {
  const rows: string[][] = [];
  for (const [n, alpha] of [
    [19, 0.1],
    [99, 0.1],
    [99, 0.05],
  ] as const) {
    const draw = new RandomStream(3n, "coverage of conformal", `${n} ${alpha}`);
    let held = 0;
    for (let r = 0; r < REPEATS; r++) {
      const scores = Array.from({ length: n }, (_, i) => Math.exp(draw.normal(r, i)));
      const quantile = conformalQuantile(scores, alpha);
      if (isDefined(quantile) && Math.exp(draw.normal(r, n)) <= quantile.value) held++;
    }
    rows.push([String(n), percent(1 - alpha), percent(held / REPEATS), judged(held / REPEATS, 1 - alpha)]);
  }
  table("Split-conformal bound on the next score", ["scores", "asked", "held", ""], rows);
}

function falseAlarms(): void {
  const steps = 1000;
  const rows: string[][] = [];
  const cases: {
    name: string;
    create: () => EvidenceProcess;
    draw: (u: readonly [number, number]) => [boolean, boolean];
  }[] = [
    ...[0.1, 0.5, 0.9].map((rate) => ({
      name: `two independent proportions, both ${rate}`,
      create: twoProportions,
      draw: ([u, w]: readonly [number, number]): [boolean, boolean] => [u < rate, w < rate],
    })),
    ...[0.1, 0.5, 0.9].map((rate) => ({
      name: `paired proportions, both ${rate}, independent`,
      create: pairedProportions,
      draw: ([u, w]: readonly [number, number]): [boolean, boolean] => [u < rate, w < rate],
    })),
    {
      name: "paired proportions, both 0.5, never alike",
      create: pairedProportions,
      draw: ([u]) => [u < 0.5, u >= 0.5],
    },
    {
      name: "paired proportions, both 0.5, alike in 90 %",
      create: pairedProportions,
      draw: ([u, w]) => [u < 0.5, w < 0.1 ? u >= 0.5 : u < 0.5],
    },
  ];
  for (const { name, create, draw } of cases) {
    const stream = new RandomStream(4n, "false alarms", name);
    let alarms = 0;
    for (let r = 0; r < REPEATS; r++) {
      const process = create();
      for (let k = 0; k < steps; k++) {
        if (process.next(...draw([stream.uniform(r, 2 * k), stream.uniform(r, 2 * k + 1)])) < 20) continue;
        alarms++;
        break;
      }
    }
    rows.push([name, percent(alarms / REPEATS), alarms / REPEATS <= 0.05 ? "kept" : "**broken**"]);
  }
  table(
    `False alarms of the e-processes, looked at after each of ${steps} steps (5 % allowed)`,
    ["null", "alarms", ""],
    rows,
  );
}

rates();
transferCoverage();
predictions();
conformal();
falseAlarms();
