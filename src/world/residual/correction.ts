import { type ChannelSpec, wrapAngle } from "../../core/channels.ts";

type Values = ArrayLike<number>;

/**
 * What can be added to a channel: as many numbers as it has, or, to an orientation, a rotation vector (direction: axis;
 * length: angle, rad) in the frame that it turns.
 */
export function correctionOf(channel: ChannelSpec): ChannelSpec {
  if (channel.kind !== "quaternion") return channel;
  const { name } = channel;
  return { name, unit: "rad", kind: "linear", shape: [3], size: 3, labels: ["x", "y", "z"], tolerance: 1 };
}

/**
 * A lane of the channel with its correction. An angle's is taken the short way round, and the sum stays on the turn where
 * the base has it; an orientation (w, x, y, z) is turned, not added to.
 */
export function corrected(channel: ChannelSpec, base: Values, correction: Values): number[] {
  switch (channel.kind) {
    case "linear":
      return Array.from(base, (value, i) => value + correction[i]!);
    case "angle":
      return Array.from(base, (value, i) => value + wrapAngle(correction[i]!));
    case "quaternion":
      return turned(base, correction);
  }
}

/** q ⊗ exp(r / 2), brought to length 1. */
function turned(q: Values, r: Values): number[] {
  const [w, x, y, z] = [q[0]!, q[1]!, q[2]!, q[3]!];
  const angle = Math.hypot(r[0]!, r[1]!, r[2]!);
  // sin(a / 2) / a, which is 1/2 at 0.
  const scale = angle < 1e-12 ? 0.5 : Math.sin(angle / 2) / angle;
  const [c, i, j, k] = [Math.cos(angle / 2), scale * r[0]!, scale * r[1]!, scale * r[2]!];
  const product = [
    w * c - x * i - y * j - z * k,
    w * i + x * c + y * k - z * j,
    w * j - x * k + y * c + z * i,
    w * k + x * j - y * i + z * c,
  ];
  const length = Math.hypot(...product);
  return product.map((value) => value / length);
}
