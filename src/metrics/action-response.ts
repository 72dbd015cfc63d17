import { median } from "./quantile.ts";

/** Whether something moves as it is commanded, told from what was recorded alone. */
export interface ActionResponse {
  /** Pairs of a command and a motion. */
  readonly n: number;
  /** Highest correlation of motion with the command of so many frames before. */
  readonly correlation: number;
  readonly lagFrames: number;
  /** Motion for one unit of the command at that lag, by least squares. */
  readonly gain: number;
  /** Highest correlation with commands that come after the motion: the command follows what it sees. */
  readonly ahead: number;
  /** Middle of what is found where the commands are shifted against the motion. */
  readonly shuffled: number;
  /** Share of the shifts at which as much is found; undefined: there are too few of them. */
  readonly pValue: number | undefined;
}

/** Where even the least share that there can be is larger than this, nothing can be told from it. */
const LARGEST_LEAST_SHARE = 0.05;

/**
 * Correlation of motion with commands at every lag up to the largest. How much of it would be found by chance is told by
 * shifting the commands against the motion, in a circle: smooth series stay as smooth as they were, so that two slow waves are
 * not taken for cause and effect, as they are where single values are shuffled. Shifts at which a command still meets its own
 * effect are left out. Of pairs that know nothing of each other 6 or 7 in 100 are taken for cause and effect at 0.05 (simulated:
 * 120 to 300 values, autocorrelation 0 to 0.9).
 *
 * A person or policy who acts on what is seen can bring about the same correlations: this is evidence, no proof.
 * @param motion one value an interval; NaN where it was not seen
 * @param command as many; NaN where it is not known
 * @returns undefined where either does not vary
 */
export function actionResponse(
  motion: ArrayLike<number>,
  command: ArrayLike<number>,
  maxLag: number,
): ActionResponse | undefined {
  const { length } = motion;
  const lags = Array.from({ length: maxLag + 1 }, (_, lag) => lag);
  const straight = lags.map((lag) => fit(motion, command, lag, "straight"));
  const best = highest(straight);
  if (best === undefined) return undefined;
  const before = lags.slice(1).map((lag) => fit(motion, command, -lag, "straight"));

  const circle = Array.from({ length }, (_, lag) => fit(motion, command, lag, "circle"));
  const around = (shift: number): number | undefined =>
    highest(lags.map((lag) => circle[(lag + shift) % length]))?.correlation;
  const found = around(0);
  const shifted: number[] = [];
  for (let shift = maxLag + 1; shift < length - 2 * maxLag; shift++) {
    const one = around(shift);
    if (one !== undefined) shifted.push(one);
  }
  // So many shifts meet the very lag that was found: they are one finding, and not as many.
  const own = maxLag + 1;
  const shareOf = (asMuch: number): number => (own + asMuch) / (own + shifted.length);
  const tested = found !== undefined && shareOf(0) <= LARGEST_LEAST_SHARE;
  return {
    n: best.n,
    correlation: best.correlation,
    lagFrames: straight.indexOf(best),
    gain: best.gain,
    ahead: highest(before)?.correlation ?? 0,
    shuffled: shifted.length === 0 ? 0 : median(shifted),
    pValue: tested ? (1 + shifted.filter((one) => one >= found).length) / (1 + shifted.length) : undefined,
  };
}

interface Fit {
  readonly n: number;
  readonly correlation: number;
  readonly gain: number;
}

/** The one with the highest correlation, the first of equals. */
function highest(fits: readonly (Fit | undefined)[]): Fit | undefined {
  let best: Fit | undefined;
  for (const one of fits) {
    if (one !== undefined && (best === undefined || one.correlation > best.correlation)) best = one;
  }
  return best;
}

/** Of motion on the command of `lag` intervals before; undefined where one of them does not vary. */
function fit(
  motion: ArrayLike<number>,
  command: ArrayLike<number>,
  lag: number,
  order: "straight" | "circle",
): Fit | undefined {
  const { length } = motion;
  let [n, sumX, sumY, sumXx, sumYy, sumXy] = [0, 0, 0, 0, 0, 0];
  for (let t = 0; t < length; t++) {
    const y = motion[t]!;
    const x = command[order === "circle" ? (t - lag + length) % length : t - lag] ?? NaN;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumYy += y * y;
    sumXy += x * y;
  }
  if (n < 3) return undefined;
  const [xx, yy, xy] = [sumXx - (sumX * sumX) / n, sumYy - (sumY * sumY) / n, sumXy - (sumX * sumY) / n];
  // What rounding alone leaves of a constant is no variation.
  if (!(xx > 1e-12 * sumXx && yy > 1e-12 * sumYy)) return undefined;
  return { n, correlation: xy / Math.sqrt(xx * yy), gain: xy / xx };
}
