import type { ChannelSpec } from "../../core/channels.ts";
import { RandomStream } from "../../core/random.ts";
import type { Start } from "../../core/trace.ts";
import type { DefectKind } from "../../scenario/defect.ts";
import type { DefectSite } from "./defect-model.ts";

/** Draws of one lane: they depend on its seed and on what they are for, so that lanes and batches cannot matter. */
export function laneStream({ seed }: Start, kind: DefectKind): RandomStream {
  return new RandomStream(seed, "defect", kind);
}

/** Positions in the lane's stream, so that no two draws share one. */
export const DRAW = { onset: 0, what: 1, sign: 2, whether: 3 } as const;

/** Steps from … to before … of an episode. */
export interface Spell {
  readonly from: number;
  readonly to: number;
}

/** Where in the horizon a spell begins: late enough to have been right before, early enough to be in most rollouts. */
const ONSET = { earliest: 0.02, latest: 0.1 };

/** A random moment early in the horizon, and the given share of the horizon from there on; 1: until the end. */
export function drawSpell(stream: RandomStream, { scenario }: DefectSite, share: number): Spell {
  const { horizonSteps } = scenario;
  const { earliest, latest } = ONSET;
  const at = earliest + (latest - earliest) * stream.uniform(DRAW.onset);
  const from = Math.max(1, Math.round(at * horizonSteps));
  const to = share >= 1 ? Infinity : from + Math.max(1, Math.round(share * horizonSteps));
  return { from, to };
}

/** Channels of numbers that vary: neither pictures nor whether an object is seen. */
export function stateChannels({ spec, scenario }: DefectSite): readonly ChannelSpec[] {
  const seen = new Set(scenario.objects.map(({ visible }) => visible));
  return spec.observation.filter(({ name, shape }) => shape.length < 2 && !seen.has(name));
}

/** State channels to which an amount can be added: all but orientations. */
export function linearChannels(site: DefectSite): readonly ChannelSpec[] {
  return stateChannels(site).filter(({ kind }) => kind !== "quaternion");
}

/** One component of one channel: the channels are equally likely, whatever their size. */
export function drawComponent(
  stream: RandomStream,
  channels: readonly ChannelSpec[],
): { readonly channel: ChannelSpec; readonly component: number } {
  const channel = channels[stream.integer(channels.length, DRAW.what)]!;
  return { channel, component: stream.integer(channel.size, DRAW.what, 1) };
}

export function drawSign(stream: RandomStream): 1 | -1 {
  return stream.uniform(DRAW.sign) < 0.5 ? -1 : 1;
}

/** `25 %` */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

export function noLinearChannel(site: DefectSite): string | undefined {
  return linearChannels(site).length === 0 ? "no channel of numbers is observed" : undefined;
}
