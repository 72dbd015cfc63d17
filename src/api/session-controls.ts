import { type ActionResponse, actionResponse } from "../metrics/action-response.ts";
import type { SessionActions } from "../record/session-actions.ts";
import type { SessionCard, SessionControl } from "../record/session-card.ts";
import type { Track } from "./inspect-clip.ts";

/** What an action should move along one axis of the frame, and whether it does. */
export interface ControlFinding {
  readonly object: string;
  readonly axis: "x" | "y";
  readonly action: string;
  /** `no`: no more than shifted actions find. `actions-follow`: what moves comes first. */
  readonly responds: "yes" | "no" | "actions-follow" | "insufficient";
  readonly reason: string;
  /** Of the motion in pixels a frame with the action, as it is signed; null where one of them does not vary. */
  readonly response: (Omit<ActionResponse, "pValue"> & { readonly pValue: number | null }) | null;
}

/** Of things that do not respond, so many are taken to. */
const LEVEL = 0.05;
/** Actions that come after leave less than this share unexplained of what those before do: they follow. */
const BETTER = 0.5;
/** A view of less than this share of an object says little of where its middle is. */
const LEAST_SHARE = 0.7;

/**
 * Does what is acted on respond? Told from what was recorded: an action that was never taken has no part in it.
 * @param uneven intervals from a frame to the next that are no period long: what moves in them is left out
 */
export function controlFindings(
  card: SessionCard,
  tracks: readonly Track[],
  { columns }: SessionActions,
  uneven: readonly number[] = [],
): readonly ControlFinding[] {
  const axes = Object.entries(card.controls).flatMap(([object, control]) =>
    (["x", "y"] as const).flatMap((axis) => {
      const own = control[axis];
      return own === undefined ? [] : [{ object, control, axis, ...own }];
    }),
  );
  return axes.map(({ object, control, axis, action, sign }): ControlFinding => {
    const track = tracks.find(({ name }) => name === object)!;
    const places = placesOf(track, axis).map((at) => sign * at);
    const [motion, command] = paired(places, columns[action]!, control.commands, uneven);
    const response = actionResponse(motion, command, card.maxLagFrames);
    const verdict = judge(response);
    return {
      ...{ object, axis, action, ...verdict },
      response: response === undefined ? null : { ...response, pValue: response.pValue ?? null },
    };
  });
}

/** In pixels, a frame each; NaN where it is not seen, or only in part. */
export function placesOf({ seen }: Track, axis: "x" | "y"): Float64Array {
  const areas = seen.flatMap((one) => (one === undefined ? [] : [one.area])).sort((a, b) => a - b);
  const usual = areas[Math.floor(areas.length / 2)] ?? 0;
  return Float64Array.from(seen, (one) =>
    one === undefined || one.area < LEAST_SHARE * usual ? NaN : one.position[axis === "x" ? 0 : 1],
  );
}

/** The motion that an action sets, and the action, interval by interval. */
function paired(
  places: Float64Array,
  action: Float64Array,
  commands: SessionControl["commands"],
  uneven: readonly number[],
): readonly [Float64Array, Float64Array] {
  const speed = changes(places);
  for (const interval of uneven) speed[interval] = NaN;
  switch (commands) {
    case "velocity":
      return [speed, action];
    case "position":
      return [speed.slice(1), changes(action)];
    case "acceleration":
      return [changes(speed), action.slice(0, -1)];
  }
}

function changes(series: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(0, series.length - 1) }, (_, t) => series[t + 1]! - series[t]!);
}

function judge(response: ActionResponse | undefined): Pick<ControlFinding, "responds" | "reason"> {
  if (response === undefined) {
    return { responds: "insufficient", reason: "it is seldom seen, or it or the action never changes" };
  }
  const { correlation, shuffled, pValue, ahead, lagFrames } = response;
  const found = `correlation ${correlation.toFixed(2)} at ${lagFrames} frames, ${shuffled.toFixed(2)} with shifted actions`;
  if (pValue === undefined) {
    return {
      responds: "insufficient",
      reason: `${found}: too few frames to tell it from chance; fewer lags (maxLagFrames) need fewer frames`,
    };
  }
  const chance = `${found}, p ${pValue.toFixed(3)}`;
  if (pValue > LEVEL) {
    return {
      responds: "no",
      reason: `${chance}: no more than by chance (p ≤ ${LEVEL} is needed)`,
    };
  }
  if (1 - ahead ** 2 < BETTER * (1 - correlation ** 2) && ahead > 0) {
    return {
      responds: "actions-follow",
      reason: `${chance}, but ${ahead.toFixed(2)} with actions that come after: they follow what is seen`,
    };
  }
  return { responds: "yes", reason: chance };
}
