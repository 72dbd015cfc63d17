import type { ChannelSpec } from "../../core/channels.ts";
import { noAction } from "./commands.ts";
import type { DefectModel, LaneValues } from "./defect-model.ts";
import { DRAW, laneStream, percent } from "./draws.ts";

export const swappedActions: DefectModel = {
  kind: "swapped-actions",
  does:
    "the first two components of the command change places, each taken as a share of its range; " +
    "where there is only one, it acts the other way round; in episodes drawn at random",
  magnitude: { low: 0.25, middle: 0.5, high: 1 },
  describe: (share) => `${percent(share)} of the episodes`,
  meantFor: ["controllability"],
  notApplicable: noAction,
  plant: ({ spec }, share) => {
    const [first, second] = spec.action
      .flatMap((channel) => Array.from({ length: channel.size }, (_, component) => ({ channel, component })))
      .slice(0, 2);
    return {
      begin(start) {
        if (laneStream(start, "swapped-actions").uniform(DRAW.whether) >= share) return {};
        return {
          command(action) {
            const one = shareOf(action, first!);
            if (second === undefined) return setShare(action, first!, -one);
            setShare(action, first!, shareOf(action, second));
            setShare(action, second, one);
          },
        };
      },
    };
  },
};

interface Component {
  readonly channel: ChannelSpec;
  readonly component: number;
}

/** From −1 at the lower limit to 1 at the upper; the value itself where there are none. */
function shareOf(action: LaneValues, { channel, component }: Component): number {
  const value = action[channel.name]![component]!;
  const { middle, half } = rangeOf(channel);
  return (value - middle) / half;
}

function setShare(action: LaneValues, { channel, component }: Component, share: number): void {
  const { middle, half } = rangeOf(channel);
  action[channel.name]![component] = middle + share * half;
}

function rangeOf({ limits }: ChannelSpec): { middle: number; half: number } {
  if (limits === undefined || limits[0] === limits[1]) return { middle: 0, half: 1 };
  return { middle: (limits[0] + limits[1]) / 2, half: (limits[1] - limits[0]) / 2 };
}
