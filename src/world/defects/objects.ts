import type { ChannelSpec } from "../../core/channels.ts";
import type { RandomStream } from "../../core/random.ts";
import type { ScenarioObject } from "../../scenario/scenario.ts";
import type { DefectSite, LaneValues } from "./defect-model.ts";
import { DRAW } from "./draws.ts";

/** Every channel that tells of one object. */
export interface ObjectChannels {
  readonly object: ScenarioObject;
  readonly position: ChannelSpec;
  /** Position first, then orientation and the rates of both, where they are observed. */
  readonly pose: readonly ChannelSpec[];
  readonly visible: ChannelSpec | undefined;
}

export function objectChannels({ spec, scenario }: DefectSite): readonly ObjectChannels[] {
  const named = (name: string | undefined): ChannelSpec | undefined =>
    spec.observation.find((channel) => channel.name === name);
  return scenario.objects.flatMap((object): ObjectChannels[] => {
    const position = named(object.position);
    if (position === undefined) return [];
    const orientation = named(object.orientation);
    const poses = [position, ...(orientation === undefined ? [] : [orientation])];
    const rates = spec.observation.filter(({ derivativeOf }) =>
      poses.some(({ name }) => name === derivativeOf),
    );
    return [{ object, position, pose: [...poses, ...rates], visible: named(object.visible) }];
  });
}

/** Two objects whose channels have the same sizes, in order: the ones that could be taken for each other. */
export function likePairs(site: DefectSite): readonly (readonly [ObjectChannels, ObjectChannels])[] {
  const all = objectChannels(site);
  return all.flatMap((one, i) =>
    all
      .slice(i + 1)
      .filter(
        (other) =>
          other.pose.length === one.pose.length &&
          other.pose.every(({ size }, k) => size === one.pose[k]!.size),
      )
      .map((other): readonly [ObjectChannels, ObjectChannels] => [one, other]),
  );
}

export function drawOne<T>(stream: RandomStream, from: readonly T[]): T {
  return from[stream.integer(from.length, DRAW.what)]!;
}

export function noObject(site: DefectSite): string | undefined {
  return objectChannels(site).length === 0 ? "the scenario declares no objects" : undefined;
}

export function noLikePair(site: DefectSite): string | undefined {
  return (
    noObject(site) ??
    (likePairs(site).length === 0
      ? "no two objects are observed through channels of the same size"
      : undefined)
  );
}

/** Exchanges the values of two channels of the same size. */
export function exchange(
  observation: LaneValues,
  a: ChannelSpec | undefined,
  b: ChannelSpec | undefined,
): void {
  if (a === undefined || b === undefined) return;
  const [x, y] = [observation[a.name]!, observation[b.name]!];
  for (let c = 0; c < x.length; c++) [x[c], y[c]] = [y[c]!, x[c]!];
}
