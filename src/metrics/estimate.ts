/** [lower, upper] at the confidence the caller asked for. */
export type Interval = readonly [lower: number, upper: number];

/** How an interval was made. */
export type IntervalMethod =
  | "wilson"
  | "wilson-clustered"
  | "newcombe"
  | "newcombe-paired"
  | "bootstrap-bca"
  | "bootstrap-percentile"
  | "bootstrap-conservative"
  | "bootstrap-bca+newcombe";

/** A number with what it stands on. */
export interface DefinedEstimate {
  readonly value: number;
  /** Absent where the data cannot give one (fewer than two clusters to resample, say). */
  readonly interval?: Interval;
  readonly method?: IntervalMethod;
  /** Observations behind the value. */
  readonly n: number;
}

/** A number that does not exist for these data, and why: never 0, 1 or NaN in its place. */
export interface UndefinedEstimate {
  readonly undefined: string;
  readonly n: number;
}

/** Every number of a result: a value with interval and n, or the reason why there is none. Plain JSON. */
export type Estimate = DefinedEstimate | UndefinedEstimate;

export function isDefined(estimate: Estimate): estimate is DefinedEstimate {
  return !("undefined" in estimate);
}

export function undefinedEstimate(reason: string, n = 0): UndefinedEstimate {
  return { undefined: reason, n };
}

/** An estimate whose interval may be missing. */
export function estimate(
  value: number,
  n: number,
  interval: Interval | undefined,
  method: IntervalMethod,
): DefinedEstimate {
  return interval === undefined ? { value, n } : { value, interval, method, n };
}
