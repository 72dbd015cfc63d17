import type { ChannelSpec } from "./channels.ts";
import { didYouMean, inputError } from "./errors.ts";

/** One component of a channel, as manifests name it: `force`, `joint_pos[elbow]`, `tip[2]`. */
export interface Component {
  readonly channel: ChannelSpec;
  readonly component: number;
}

/** @throws SimgateError naming the nearest channel or component, or asking for one where the channel has several. */
export function componentOf(channels: readonly ChannelSpec[], key: string, where?: string): Component {
  const place = where === undefined ? {} : { where };
  const [, name = key, inside] = /^([^[\]]+)(?:\[([^[\]]+)\])?$/.exec(key.trim()) ?? [];
  const channel = channels.find((candidate) => candidate.name === name);
  if (channel === undefined) {
    throw inputError(`there is no channel "${name}"`, {
      ...place,
      hint: didYouMean(
        name,
        channels.map((candidate) => candidate.name),
      ),
    });
  }
  if (inside !== undefined) return { channel, component: componentIndex(channel, inside, where) };
  if (channel.size === 1) return { channel, component: 0 };
  throw inputError(`channel "${name}" has ${channel.size} components`, {
    ...place,
    hint: `name one of ${componentLabels(channel)
      .map((label) => `${name}[${label}]`)
      .join(", ")}`,
  });
}

/** Components go by label, or by index from 0. */
export function componentIndex(channel: ChannelSpec, inside: string, where?: string): number {
  const labelled = channel.labels?.indexOf(inside) ?? -1;
  if (labelled >= 0) return labelled;
  const index = /^\d+$/.test(inside) ? Number(inside) : -1;
  if (index >= 0 && index < channel.size) return index;
  throw inputError(`channel "${channel.name}" has no component "${inside}"`, {
    ...(where === undefined ? {} : { where }),
    hint: didYouMean(inside, componentLabels(channel)),
  });
}

function componentLabels(channel: ChannelSpec): readonly string[] {
  return channel.labels ?? Array.from({ length: channel.size }, (_, i) => String(i));
}
