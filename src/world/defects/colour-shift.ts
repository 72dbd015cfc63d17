import type { ChannelSpec } from "../../core/channels.ts";
import type { DefectModel, DefectSite } from "./defect-model.ts";
import { percent } from "./draws.ts";

export const colourShift: DefectModel = {
  kind: "colour-shift",
  does: "pictures turn red: the first colour of every pixel moves towards full, the last towards none",
  magnitude: { low: 0.1, middle: 0.25, high: 0.5 },
  describe: (share) => `${percent(share)} of the way`,
  meantFor: ["objectPersistence", "temporalConsistency"],
  notApplicable: (site) =>
    pictures(site).length === 0
      ? "no channel is a picture: what is observed has no colour to shift"
      : undefined,
  plant: (site, share) => {
    const channels = pictures(site);
    return {
      begin: () => ({
        show(observation) {
          for (const channel of channels) shift(observation[channel.name]!, channel, share);
        },
      }),
    };
  },
};

/** Channels of shape [height, width, colours]. */
function pictures({ spec }: DefectSite): readonly ChannelSpec[] {
  return spec.observation.filter(({ shape }) => shape.length === 3 && shape[2]! >= 3);
}

/** Full and none are the channel's limits, or 1 and 0. */
function shift(
  pixels: Float64Array,
  { shape, limits: [none, full] = [0, 1] }: ChannelSpec,
  share: number,
): void {
  const colours = shape[2]!;
  for (let i = 0; i < pixels.length; i += colours) {
    pixels[i]! += share * (full - pixels[i]!);
    pixels[i + 2]! += share * (none - pixels[i + 2]!);
  }
}
