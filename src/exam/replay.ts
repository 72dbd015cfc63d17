import type { Trace } from "../core/trace.ts";
import { errorsAt, type ErrorWindow, type WindowPart } from "../metrics/error-window.ts";
import { isDefined } from "../metrics/estimate.ts";
import { quantileOfSorted, sorted } from "../metrics/quantile.ts";
import { signalSpread } from "../metrics/signal-spread.ts";
import { medianError, skill } from "../metrics/skill.ts";
import type { Fault } from "../report/result.ts";
import type { Comparison, ErrorRow, ReplayGroup, WorldReplay } from "../report/replay-result.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorldRef } from "./contract.ts";
import { gridSteps } from "./growth-curves.ts";
import { pairOf } from "./measure.ts";
import { freeRunningErrors, type Predicted } from "./prediction-errors.ts";
import type { Rollouts } from "./rollouts.ts";
import { usableHorizon } from "./usable-horizon.ts";
import type { Window } from "./windows.ts";

/** A window of a recording. */
export interface RecordedWindow extends Window {
  /** Position among the recordings. */
  readonly recording: number;
  /** What kind of recording it is: one robot under one policy, say. */
  readonly group: string;
  /** Windows that share it are resampled together: a stretch of one recording. */
  readonly cluster: string;
}

export interface ReplayOptions {
  readonly scenario: Scenario;
  /** The world in question first, then those it is compared with. */
  readonly worlds: readonly WorldRef[];
  readonly baseline: WorldRef | undefined;
  readonly windows: readonly RecordedWindow[];
  /** The true traces the windows were cut from, for the spread of the signals. */
  readonly traces: readonly Trace[];
  readonly rollouts: Rollouts;
  /** Times of the tables. */
  readonly reportAtSec: readonly number[];
  readonly seed: bigint;
}

const CURVE_POINTS = 40;

interface Scored {
  readonly ref: WorldRef;
  readonly predicted: Predicted;
}

/** How well each world predicts recordings, open loop: errors against baselines, by group, and against each other. */
export async function scoreReplay(options: ReplayOptions): Promise<readonly WorldReplay[]> {
  const { scenario, worlds, baseline, windows, rollouts } = options;
  const scored: Scored[] = [];
  for (const world of worlds) {
    const predicted = await freeRunningErrors(windows, {
      channels: { observation: scenario.observation, action: scenario.action },
      controlPeriodSec: scenario.controlPeriodSec,
      world,
      baseline,
      rollouts,
      clusterOf: (window) => (window as RecordedWindow).cluster,
    });
    scored.push({ ref: world, predicted });
  }
  return scored.map((one) => worldReplay(one, scored, options));
}

function worldReplay(
  { ref, predicted }: Scored,
  all: readonly Scored[],
  options: ReplayOptions,
): WorldReplay {
  const { scenario, windows, traces, seed, reportAtSec } = options;
  const longest = windows.reduce((most, { steps }) => Math.max(most, steps), 0);
  const curveSteps = [
    ...new Set([...gridSteps(longest, CURVE_POINTS), ...reportAtSec.map((sec) => stepAt(sec, options))]),
  ].sort((a, b) => a - b);
  const groups = [...new Set(windows.map(({ group }) => group))];
  return {
    world: { name: ref.name, kind: ref.config.kind },
    errors: errorRows(predicted, curveSteps, () => true, options),
    horizon: usableHorizon({
      scenario,
      windows: predicted.world,
      spread: signalSpread(scenario.observation, traces),
      seed,
    }),
    groups: groups.map((group): ReplayGroup => {
      const own = windows.map((window) => window.group === group);
      return {
        group,
        recordings: new Set(windows.filter((_, i) => own[i]).map(({ recording }) => recording)).size,
        errors: errorRows(
          predicted,
          reportAtSec.map((sec) => stepAt(sec, options)),
          (i) => own[i]!,
          options,
        ),
      };
    }),
    comparisons: comparisons(ref, predicted, all, groups, options),
    faults: faultsOf(ref, predicted, windows),
  };
}

/** One row a time and channel, and one for all channels together in tolerances. */
function errorRows(
  predicted: Predicted,
  steps: readonly number[],
  keep: (window: number) => boolean,
  { scenario, seed }: ReplayOptions,
): ErrorRow[] {
  const some = (windows: readonly ErrorWindow[]): ErrorWindow[] => windows.filter((_, i) => keep(i));
  const world = some(predicted.world);
  const bases = {
    persistence: some(predicted.persistence),
    constantVelocity: some(predicted.constantVelocity),
    linear: predicted.linear === null ? null : some(predicted.linear),
  };
  const parts: { part: WindowPart; channel: string; unit: string; tolerance: number }[] = [
    ...scenario.observation.map(({ name, unit, tolerance }) => ({
      part: { channel: name },
      channel: name,
      unit,
      tolerance,
    })),
    { part: "worst", channel: "*", unit: "tolerance", tolerance: 1 },
  ];
  return steps.flatMap((step) =>
    parts.map(({ part, channel, unit, tolerance }): ErrorRow => {
      const found = medianError(world, {
        step,
        part,
        seed,
        confidence: scenario.thresholds.confidence,
        resamples: 2000,
      });
      const median = (windows: readonly ErrorWindow[] | null): number | null =>
        windows === null ? null : quantileAt(windows, part, step, 0.5, tolerance);
      return {
        atSec: step * scenario.controlPeriodSec,
        channel,
        unit,
        median: median(world),
        interval: isDefined(found) ? scaled(pairOf(found.interval), tolerance) : null,
        p90: quantileAt(world, part, step, 0.9, tolerance),
        n: errorsAt(world, part, step).length,
        baselines: {
          persistence: median(bases.persistence),
          constantVelocity: median(bases.constantVelocity),
          linear: median(bases.linear),
        },
      };
    }),
  );
}

/** Ratios of median errors on the same windows, resampled together. */
function comparisons(
  ref: WorldRef,
  own: Predicted,
  all: readonly Scored[],
  groups: readonly string[],
  options: ReplayOptions,
): Comparison[] {
  const { scenario, windows, reportAtSec, seed } = options;
  const others: [string, readonly ErrorWindow[]][] = [
    ["persistence", own.persistence],
    ["constantVelocity", own.constantVelocity],
    ...(own.linear === null ? [] : ([["linear baseline", own.linear]] as [string, readonly ErrorWindow[]][])),
    ...all
      .filter((other) => other.ref.name !== ref.name)
      .map((other): [string, readonly ErrorWindow[]] => [other.ref.name, other.predicted.world]),
  ];
  return others.flatMap(([name, theirs]) =>
    [null, ...groups].flatMap((group) => {
      const some = (list: readonly ErrorWindow[]): ErrorWindow[] =>
        list.filter((_, i) => group === null || windows[i]!.group === group);
      const [mine, base] = [some(own.world), some(theirs)];
      return reportAtSec.flatMap((sec) =>
        scenario.observation.flatMap(({ name: channel }): Comparison[] => {
          const found = skill(mine, base, {
            step: stepAt(sec, options),
            part: { channel },
            seed,
            confidence: scenario.thresholds.confidence,
            resamples: 2000,
          });
          if (!isDefined(found)) return [];
          const { interval } = found;
          return [
            {
              with: name,
              group,
              channel,
              atSec: sec,
              ratio: 1 - found.value,
              interval: interval === undefined ? null : [1 - interval[1], 1 - interval[0]],
              n: found.n,
            },
          ];
        }),
      );
    }),
  );
}

function faultsOf(ref: WorldRef, { faults }: Predicted, windows: readonly RecordedWindow[]): Fault[] {
  return faults.flatMap((fault, i) => {
    const { start, group } = windows[i]!;
    return fault === undefined ? [] : [{ world: ref.name, policy: group, start: start.index, ...fault }];
  });
}

function stepAt(sec: number, { scenario }: ReplayOptions): number {
  return Math.round(sec / scenario.controlPeriodSec);
}

function quantileAt(
  windows: readonly ErrorWindow[],
  part: WindowPart,
  step: number,
  probability: number,
  tolerance: number,
): number | null {
  const errors = sorted(errorsAt(windows, part, step).map(({ value }) => value));
  const value = errors.length === 0 ? Infinity : quantileOfSorted(errors, probability);
  return Number.isFinite(value) ? value * tolerance : null;
}

function scaled(interval: [number, number] | null, factor: number): [number, number] | null {
  return interval && (interval.every(Number.isFinite) ? [interval[0] * factor, interval[1] * factor] : null);
}
