import type { ChannelSpec } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { fitRidgeProbes, type RidgeProbe, rSquared } from "../metrics/ridge-probe.ts";
import type { Representation } from "../report/result.ts";
import type { ProbeTarget } from "./probe-targets.ts";
import type { Window } from "./windows.ts";

/** The state at one time of one window, and what is true then. */
export interface Sample {
  readonly start: number;
  readonly latent: ArrayLike<number>;
  readonly shown: ArrayLike<number>;
  /** Target by target, the values it is read as. */
  readonly truth: readonly (readonly number[])[];
}

/** A probe of every target at one time, fitted on one half of the starts; what it says of the other half. */
export interface Probed {
  readonly probes: readonly (readonly RidgeProbe[])[];
  readonly scored: readonly Sample[];
  /** Target → sample → values. */
  readonly readings: readonly (readonly (readonly number[])[])[];
}

export function samplesAt(
  step: number,
  windows: readonly Window[],
  traces: readonly Trace[],
  state: Representation["state"],
  targets: readonly ProbeTarget[],
  channels: readonly ChannelSpec[],
): Sample[] {
  return windows.flatMap(({ start, truth, steps }, i) => {
    const { latent, observation, steps: reached } = traces[i]!;
    if (latent === undefined || step > Math.min(steps, reached)) return [];
    return [
      {
        start: start.index,
        latent: Float64Array.from(
          state.flatMap(({ name, width }) =>
            Array.from(latent[name]!.subarray(step * width, (step + 1) * width)),
          ),
        ),
        shown: Float64Array.from(
          channels.flatMap(({ name, size, kind }) =>
            Array.from(observation[name]!.subarray(step * size, (step + 1) * size)).flatMap((value) =>
              kind === "angle" ? [Math.cos(value), Math.sin(value)] : [value],
            ),
          ),
        ),
        truth: targets.map(({ read }) => read(truth, start, step)),
      },
    ];
  });
}

export function probeAt(
  samples: readonly Sample[],
  features: (sample: Sample) => ArrayLike<number>,
  isFitted: (start: number) => boolean,
  inner: (start: number) => boolean,
): Probed {
  const fitted = samples.filter(({ start }) => isFitted(start));
  const scored = samples.filter(({ start }) => !isFitted(start));
  const widths = fitted[0]!.truth.map(({ length }) => length);
  const columns = widths.flatMap((width, t) =>
    Array.from({ length: width }, (_, k) => fitted.map(({ truth }) => truth[t]![k]!)),
  );
  const all = fitRidgeProbes(
    fitted.map(features),
    columns,
    fitted.map(({ start }) => inner(start)),
  );
  let from = 0;
  const probes = widths.map((width) => all.slice(from, (from += width)));
  return {
    probes,
    scored,
    readings: probes.map((own) => scored.map((sample) => own.map((one) => one.predict(features(sample))))),
  };
}

/** R² over all values the target is read as, each about its own mean. */
export function pooled(
  t: number,
  { scored, readings, probes }: Probed,
  drawn: readonly number[],
): number | undefined {
  const truth: number[] = [];
  const read: number[] = [];
  for (let k = 0; k < probes[t]!.length; k++) {
    const mean = drawn.reduce((sum, i) => sum + scored[i]!.truth[t]![k]!, 0) / drawn.length;
    for (const i of drawn) {
      truth.push(scored[i]!.truth[t]![k]! - mean);
      read.push(readings[t]![i]![k]! - mean);
    }
  }
  return rSquared(truth, read);
}
