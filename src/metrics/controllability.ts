import { type ClusteredValue, clusteredMean } from "./clustered-mean.ts";
import {
  type ChannelEffect,
  compareEffects,
  type CompareOptions,
  type EffectComparison,
} from "./action-effect.ts";
import { type Estimate, undefinedEstimate } from "./estimate.ts";
import { quantileOfSorted, sorted } from "./quantile.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";

/** A script and its counterfactual from one start, in both worlds. */
export interface CounterfactualPair {
  readonly script: string;
  /** Action components that the counterfactual commands otherwise. */
  readonly actions: readonly string[];
  readonly start: number;
  /** One effect a channel. */
  readonly truth: readonly ChannelEffect[];
  /** In the same order; undefined: the candidate broke before the end of the window. */
  readonly candidate: readonly ChannelEffect[] | undefined;
}

/** How alike the effects of actions are. */
export interface EffectAgreement {
  /** Mean over the pairs of 1 − ‖Δc − Δt‖ / (‖Δc‖ + ‖Δt‖). */
  readonly score: Estimate;
  /** Pairs in which truth shows an effect, the only ones that tell sign, delay and gain. */
  readonly effects: number;
  /** Share of the values of truth's effect whose sign the candidate's has. */
  readonly signAgreement: Estimate;
  /** Median over the pairs of the lag at which the effects correlate best, in steps; positive: the candidate is late. */
  readonly delaySteps: number | null;
  /** Share of the effects with a lag that come no more than {@link PROMPT_STEPS} too late or too early. */
  readonly prompt: Estimate;
  /** Median over the pairs of ‖Δc‖ / ‖Δt‖. */
  readonly gain: number | null;
}

/** Simulators differ by a step in when a command begins to act. More is a delay, which the size of an effect hides. */
const PROMPT_STEPS = 1;

export interface Controllability extends EffectAgreement {
  readonly scripts: readonly (EffectAgreement & { readonly script: string })[];
  /** By action component: the pairs in which it is commanded otherwise. */
  readonly actions: readonly (EffectAgreement & { readonly channel: string })[];
  /** By observation channel: the effect on it alone. */
  readonly channels: readonly (EffectAgreement & {
    readonly channel: string;
  })[];
}

export interface ControllabilityOptions {
  readonly seed: bigint;
  /** In tolerances: an effect below is none. */
  readonly noiseFloor: number;
  readonly mostLagSteps: number;
  readonly confidence?: number;
  readonly resamples?: number;
}

interface Compared extends Pick<CounterfactualPair, "script" | "actions" | "start"> {
  readonly truth: number;
  readonly parts: readonly EffectComparison[] | undefined;
}

/**
 * Do actions change the right parts of the future, in the right direction and amount? ‖·‖ is the root of the mean over
 * channels of the mean square over steps and components, in tolerances, so that a channel of many components weighs no
 * more than another.
 */
export function controllability(
  pairs: readonly CounterfactualPair[],
  options: ControllabilityOptions,
): Controllability {
  const all = pairs.map((pair) => compare(pair, options));
  const names = <T extends string>(list: readonly T[]): T[] => [...new Set(list)];
  const total = agreement(all, "all", options);
  const { noiseFloor } = options;
  const silent = `no script changes what truth does by ${noiseFloor} tolerances or more: declare stronger ones`;
  return {
    ...total,
    ...(pairs.length > 0 && total.effects === 0 ? { score: undefinedEstimate(silent, pairs.length) } : {}),
    scripts: names(pairs.map(({ script }) => script)).map((script) => ({
      script,
      ...agreement(
        all.filter((one) => one.script === script),
        `script ${script}`,
        options,
      ),
    })),
    actions: names(pairs.flatMap(({ actions }) => actions)).map((channel) => ({
      channel,
      ...agreement(
        all.filter(({ actions }) => actions.includes(channel)),
        `action ${channel}`,
        options,
      ),
    })),
    channels: names(pairs.flatMap(({ truth }) => truth.map(({ channel }) => channel))).map((channel) => ({
      channel,
      ...agreement(
        pairs.map((pair) => compare(onChannel(pair, channel), options)),
        `channel ${channel}`,
        options,
      ),
    })),
  };
}

function onChannel(pair: CounterfactualPair, channel: string): CounterfactualPair {
  const only = (effects: readonly ChannelEffect[]): ChannelEffect[] =>
    effects.filter((effect) => effect.channel === channel);
  return {
    ...pair,
    truth: only(pair.truth),
    candidate: pair.candidate === undefined ? undefined : only(pair.candidate),
  };
}

function compare(
  { script, actions, start, truth, candidate }: CounterfactualPair,
  options: CompareOptions,
): Compared {
  const parts = candidate?.map((effect, i) => compareEffects(truth[i]!, effect, options));
  return { script, actions, start, truth: norm(truth.map(meanSquare)), parts };
}

function agreement(
  pairs: readonly Compared[],
  name: string,
  { noiseFloor, mostLagSteps, seed, confidence, resamples }: ControllabilityOptions,
): EffectAgreement {
  const scores = pairs.map((pair): ClusteredValue => ({
    value: pairScore(pair, noiseFloor),
    cluster: pair.start,
  }));
  const signs = new Map<number, ClusterCount>();
  const delays: number[] = [];
  const onTime = new Map<number, ClusterCount>();
  const gains: number[] = [];
  let effects = 0;
  for (const { start, truth, parts } of pairs) {
    if (truth < noiseFloor) continue;
    effects++;
    if (parts === undefined) continue;
    const { hits, trials } = signs.get(start) ?? { hits: 0, trials: 0 };
    signs.set(start, {
      hits: parts.reduce((sum, part) => sum + part.signs.hits, hits),
      trials: parts.reduce((sum, part) => sum + part.signs.trials, trials),
    });
    gains.push(norm(parts.map((part) => part.candidateSquare)) / truth);
    const delay = bestLag(parts, mostLagSteps);
    if (delay === undefined) continue;
    delays.push(delay);
    const timed = onTime.get(start) ?? { hits: 0, trials: 0 };
    const hit = Math.abs(delay) <= PROMPT_STEPS ? 1 : 0;
    onTime.set(start, { hits: timed.hits + hit, trials: timed.trials + 1 });
  }
  return {
    score: clusteredMean(scores, {
      seed,
      name: `controllability, ${name}`,
      whenEmpty: "no script was rolled out to the end in truth",
      ...(confidence === undefined ? {} : { confidence }),
      ...(resamples === undefined ? {} : { resamples }),
    }),
    effects,
    signAgreement: clusteredRate(signs.values(), "truth shows no effect to compare with", confidence),
    // Of an even number the lower one of the two in the middle, so that it is a lag that was found.
    delaySteps: delays.length === 0 ? null : sorted(delays)[(delays.length - 1) >> 1]!,
    prompt: clusteredRate(onTime.values(), "no effect has a lag", confidence),
    gain: gains.length === 0 ? null : quantileOfSorted(sorted(gains), 0.5),
  };
}

/** 0: the candidate broke, ignores the action or does the opposite; 1: its effect is truth's. */
function pairScore({ truth, parts }: Compared, noiseFloor: number): number {
  if (parts === undefined) return 0;
  const candidate = norm(parts.map((part) => part.candidateSquare));
  const gap = norm(parts.map((part) => part.gapSquare));
  // An effect too large to be squared is none that can be compared.
  if (!Number.isFinite(gap + candidate)) return 0;
  const score = truth < noiseFloor ? 1 - Math.min(1, candidate) : 1 - gap / (candidate + truth);
  return Math.min(1, Math.max(0, score));
}

/** What a lag other than 0 may leave unexplained. */
const LAG_LEAVES = 0.2;

/**
 * The lag at which the effects correlate best, of equally good ones the smallest. Effects of another shape correlate
 * best at some odd lag: one other than 0 has to explain nearly all, and to halve what lag 0 leaves unexplained. Undefined
 * where no lag explains half.
 */
function bestLag(parts: readonly EffectComparison[], mostLagSteps: number): number | undefined {
  const unexplained = (lag: number): number => {
    let [cross, truth, candidate] = [0, 0, 0];
    for (const { lags } of parts) {
      cross += lags.cross[lag + mostLagSteps]!;
      truth += lags.truth[lag + mostLagSteps]!;
      candidate += lags.candidate[lag + mostLagSteps]!;
    }
    return cross > 0 ? 1 - cross ** 2 / (truth * candidate) : 1;
  };
  const without = unexplained(0);
  let [best, least] = [0, without];
  for (let size = 1; size <= mostLagSteps; size++) {
    for (const lag of [size, -size]) {
      const left = unexplained(lag);
      if (left >= least - 1e-9 || left > Math.min(without / 2, LAG_LEAVES)) continue;
      [best, least] = [lag, left];
    }
  }
  return least <= 0.5 ? best : undefined;
}

function meanSquare({ values }: ChannelEffect): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / values.length;
}

function norm(meanSquares: readonly number[]): number {
  return Math.sqrt(meanSquares.reduce((sum, square) => sum + square, 0) / meanSquares.length);
}
