import type { ChannelSpec } from "../core/channels.ts";
import { componentOf } from "../core/component-key.ts";
import { inputError } from "../core/errors.ts";
import type { PolicyConfig } from "../scenario/schema.ts";

type Waypoints = NonNullable<Extract<PolicyConfig, { kind: "scripted" }>["waypoints"]>;

/** A piecewise-linear command for one action component; held before its first and after its last point. */
export interface Polyline {
  readonly channel: ChannelSpec;
  readonly component: number;
  readonly timesSec: readonly number[];
  readonly values: readonly number[];
}

/** One polyline per component that any waypoint sets. Two points at one time make a jump. */
export function polylines(waypoints: Waypoints, action: readonly ChannelSpec[], where: string): Polyline[] {
  waypoints.forEach(({ atSec }, i) => {
    if (i > 0 && atSec < waypoints[i - 1]!.atSec) {
      throw inputError("waypoints must come in the order of time", {
        where: `${where}, waypoints[${i}].atSec`,
        expected: `at least ${waypoints[i - 1]!.atSec}`,
        got: String(atSec),
      });
    }
  });
  const keys = [...new Set(waypoints.flatMap((point) => Object.keys(point.set)))];
  return keys.map((key) => {
    const points = waypoints.filter((point) => key in point.set);
    return {
      ...componentOf(action, key, `${where}, waypoints`),
      timesSec: points.map((point) => point.atSec),
      values: points.map((point) => point.set[key]!),
    };
  });
}

/** The value at a time; at a jump, the later one. */
export function valueAt({ timesSec, values }: Polyline, timeSec: number): number {
  let after = timesSec.findIndex((at) => at > timeSec);
  if (after === 0) return values[0]!;
  if (after < 0) after = timesSec.length;
  const before = after - 1;
  if (after === timesSec.length) return values[before]!;
  const share = (timeSec - timesSec[before]!) / (timesSec[after]! - timesSec[before]!);
  return values[before]! + share * (values[after]! - values[before]!);
}
