import type { ChannelSpec } from "../../core/channels.ts";
import type { DefectSite } from "./defect-model.ts";

/** Doing nothing: 0, or the limit next to it. */
export function neutralCommand({ limits }: ChannelSpec): number {
  return limits === undefined ? 0 : Math.min(Math.max(0, limits[0]), limits[1]);
}

export function noAction({ spec }: DefectSite): string | undefined {
  return spec.action.length === 0 ? "the world takes no commands" : undefined;
}
