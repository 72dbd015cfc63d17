import { chooseKernel } from "./fit-gaussian-process.ts";
import { GaussianProcess, type Kernel } from "./gaussian-process.ts";
import { normalCdf } from "../normal.ts";
import { squash, squashScales } from "./squash.ts";
import { straddleBatch } from "./straddle.ts";

/** Points of [0, 1]^d and truth's margin at each. */
export interface Design {
  readonly points: readonly Float64Array[];
  readonly margins: readonly number[];
}

/** A design and the surface through its bent margins. */
export interface Surrogate extends Design {
  readonly process: GaussianProcess;
  /** Of {@link squash}. */
  readonly scale: number;
}

/** The hyperparameters are chosen anew when the design has grown by this factor. */
const CHOOSE_AGAIN = 1.5;
/** Hyperparameters are chosen on at most so many points: a choice costs their number cubed. */
const CHOOSE_ON = 128;
/** One in so many points of a batch is taken from the pool as it comes, wherever it lies: islands are found by looking. */
const EXPLORE_EVERY = 8;

/**
 * The surface through the margins of a design. Margins are bent by the scale under which the outcome of each point is
 * best foretold from all others (leave-one-out, log probability).
 * @param chosen hyperparameters and scale to keep instead of choosing them.
 */
export function surrogateOf(
  { points, margins }: Design,
  chosen?: { readonly kernel: Kernel; readonly scale: number },
): Surrogate {
  if (chosen !== undefined)
    return { points, margins, scale: chosen.scale, process: laid(points, margins, chosen) };
  const taken = evenly(points.length, CHOOSE_ON);
  const [somePoints, someMargins] = [taken.map((i) => points[i]!), taken.map((i) => margins[i]!)];
  let best: { kernel: Kernel; scale: number } | undefined;
  let most = -Infinity;
  for (const scale of squashScales(someMargins)) {
    const kernel = chooseKernel(
      somePoints,
      Float64Array.from(someMargins, (margin) => squash(margin, scale)),
      best?.kernel,
    );
    const found = outcomesForetold(laid(somePoints, someMargins, { kernel, scale }), someMargins);
    if (best === undefined || found > most) [best, most] = [{ kernel, scale }, found];
  }
  return { points, margins, scale: best!.scale, process: laid(points, margins, best!) };
}

function laid(
  points: readonly Float64Array[],
  margins: readonly number[],
  { kernel, scale }: { readonly kernel: Kernel; readonly scale: number },
): GaussianProcess {
  return new GaussianProcess(
    points,
    margins.map((margin) => squash(margin, scale)),
    kernel,
  );
}

/** Log probability of the outcomes, each foretold from all others. */
function outcomesForetold(process: GaussianProcess, margins: readonly number[]): number {
  const { means, standardDeviations } = process.leaveOneOut();
  return margins.reduce((sum, margin, i) => {
    const toward = margin > 0 ? means[i]! : -means[i]!;
    return sum + Math.log(Math.max(1e-12, normalCdf(toward / standardDeviations[i]!)));
  }, 0);
}

/** At most so many of the positions of a list, evenly. */
function evenly(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, k) => Math.floor((k * length) / count));
}

/**
 * Spends rollouts where they tell most: asks for the margins of a batch of points, most of them where the sign of the
 * surface is most open, lays the surface anew, and so on. What is drawn this way is no fair sample: rates must come from elsewhere.
 * @param pool candidate points of each round.
 * @param batches sizes of the rounds.
 * @param first the surface through the design, where it is known already.
 */
export function* activeSampling(
  design: Design,
  pool: (round: number) => readonly Float64Array[],
  batches: readonly number[],
  first?: Surrogate,
): Generator<readonly Float64Array[], Surrogate, readonly (number | null)[]> {
  let surrogate = first ?? surrogateOf(design);
  let chosenFor = design.points.length;
  for (const [round, count] of batches.entries()) {
    const candidates = pool(round);
    const anywhere = Math.floor(count / EXPLORE_EVERY);
    const { chosen } = straddleBatch(surrogate.process, candidates.slice(anywhere), count - anywhere);
    const asked = [...candidates.slice(0, anywhere), ...chosen.map((index) => candidates[anywhere + index]!)];
    const margins = yield asked;
    // A rollout that broke has no margin: its point is spent, and the next round looks elsewhere or tries near it.
    const known = asked.flatMap((point, i) => (margins[i] == null ? [] : [{ point, margin: margins[i] }]));
    const grown = {
      points: [...surrogate.points, ...known.map(({ point }) => point)],
      margins: [...surrogate.margins, ...known.map(({ margin }) => margin)],
    };
    const again = grown.points.length >= CHOOSE_AGAIN * chosenFor || round === batches.length - 1;
    surrogate = again
      ? surrogateOf(grown)
      : surrogateOf(grown, { kernel: surrogate.process.kernel, scale: surrogate.scale });
    if (again) chosenFor = grown.points.length;
  }
  return surrogate;
}

/** Expected share of the box whose outcome the surface gets wrong: the mean over the pool of Φ(−|μ| ÷ σ). */
export function unsettledShare(process: GaussianProcess, pool: readonly Float64Array[]): number {
  let sum = 0;
  for (const point of pool) {
    const { mean, standardDeviation } = process.predict(point);
    if (standardDeviation > 0) sum += normalCdf(-Math.abs(mean) / standardDeviation);
  }
  return sum / pool.length;
}
