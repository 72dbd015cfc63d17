/** Nanoseconds since the epoch of a clock, as ROS 2 and MCAP count them. */
export type TimeNs = bigint;

const NS_PER_SEC = 1_000_000_000n;

/** Seconds → nanoseconds, rounded to the nearest. */
export function toNs(sec: number): TimeNs {
  const whole = Math.floor(sec);
  return BigInt(whole) * NS_PER_SEC + BigInt(Math.round((sec - whole) * 1e9));
}

/** Nanoseconds → seconds. Exact to about 2⁻⁵³ relative: subtract a common origin first where that matters. */
export function toSec(ns: TimeNs): number {
  const whole = ns / NS_PER_SEC;
  return Number(whole) + Number(ns - whole * NS_PER_SEC) / 1e9;
}

/** ROS 2's `builtin_interfaces/Time`. */
export function toStamp(ns: TimeNs): { sec: number; nanosec: number } {
  const sec = ns / NS_PER_SEC - (ns % NS_PER_SEC < 0n ? 1n : 0n);
  return { sec: Number(sec), nanosec: Number(ns - sec * NS_PER_SEC) };
}
