import type { ChannelSpec } from "../core/channels.ts";
import { componentOf } from "../core/component-key.ts";
import { SimgateError } from "../core/errors.ts";

/** What `joint_pos`, `joint_pos[elbow]` or `joint_pos[1]` stands for: a channel and some of its components. */
export interface ChannelReference {
  readonly channel: ChannelSpec;
  readonly components: readonly number[];
}

/** The reference resolved (a channel without brackets is all its components), or a sentence about what there is instead. */
export function resolveReference(text: string, channels: readonly ChannelSpec[]): ChannelReference | string {
  const whole = channels.find((channel) => channel.name === text);
  if (whole !== undefined) {
    return { channel: whole, components: Array.from({ length: whole.size }, (_, i) => i) };
  }
  try {
    const { channel, component } = componentOf(channels, text);
    return { channel, components: [component] };
  } catch (thrown) {
    if (thrown instanceof SimgateError) return thrown.details.hint ?? thrown.what;
    throw thrown;
  }
}
