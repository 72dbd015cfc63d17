/** Maps values of a range to [0, 1], linearly or by logarithm, with the ticks worth labelling. Values beyond the range go beyond. */
export interface Scale {
  readonly kind: "linear" | "log";
  readonly range: readonly [lower: number, upper: number];
  readonly ticks: readonly number[];
  /** 0 at the lower end. For a logarithm, values of 0 and less are −∞. */
  at(value: number): number;
}

/** Ticks at 1, 2 or 5 × 10ⁿ; the range is kept as it is. */
export function linearScale(lower: number, upper: number, wanted = 5): Scale {
  const [low, high] = upper > lower ? [lower, upper] : [lower - 0.5, lower + 0.5];
  const step = niceStep((high - low) / wanted);
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return { kind: "linear", range: [low, high], ticks, at: (value) => (value - low) / (high - low) };
}

/** Widened to whole decades; a tick a decade, fewer when there are many. */
export function logScale(lower: number, upper: number): Scale {
  const from = Math.floor(Math.log10(lower) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(upper) - 1e-9));
  const every = Math.ceil((to - from) / 6);
  const ticks: number[] = [];
  for (let decade = from; decade <= to; decade += every) ticks.push(Number(`1e${decade}`));
  return {
    kind: "log",
    range: [Number(`1e${from}`), Number(`1e${to}`)],
    ticks,
    at: (value) => (value > 0 ? (Math.log10(value) - from) / (to - from) : -Infinity),
  };
}

/** The smallest part of the largest error that is still drawn on a logarithmic axis. */
const MOST_SPAN = 1e-7;

/** Errors: from 0 and linear, unless they span more than a factor of `spread`, where only a logarithm shows them all. */
export function errorScale(values: readonly number[], spread = 60): Scale {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return linearScale(0, 1);
  const upper = positive.reduce((a, b) => Math.max(a, b));
  const sorted = positive.toSorted((a, b) => a - b);
  // The very first steps have errors near 0: a few of them must not stretch the axis over empty decades.
  const lower = Math.max(sorted[Math.floor(sorted.length * 0.005)]!, upper * MOST_SPAN);
  return upper / lower > spread ? logScale(lower, upper) : linearScale(0, upper * 1.05);
}

function niceStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  const factor = step / decade;
  return decade * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}
