import type { NamedPose } from "../../scenario/scenario.ts";
import type { RosMessage } from "../node.ts";
import { FEATURE } from "./codes.ts";
import { OK, unsupported, type Offer } from "./offer.ts";

const MATCH_ALL = 1;

/** Places that the scenario gives names. */
export function namedPoses(poses: Readonly<Record<string, NamedPose>>): Offer {
  const entries = Object.entries(poses);
  if (entries.length === 0) return unsupported("get_named_poses", "GetNamedPoses");
  return {
    name: "get_named_poses",
    type: "GetNamedPoses",
    features: [FEATURE.namedPoses],
    answer: (request) => {
      const { tags = [], filter_mode = 0 } = (request["tags"] ?? {}) as {
        tags?: readonly string[];
        filter_mode?: number;
      };
      const matches = (own: readonly string[]): boolean => {
        const has = (tag: string): boolean => own.includes(tag);
        return tags.length === 0 || (filter_mode === MATCH_ALL ? tags.every(has) : tags.some(has));
      };
      const found = entries.filter(([, pose]) => matches(pose.tags));
      return { poses: found.map(([name, pose]) => messageOf(name, pose)), ...OK };
    },
  };
}

function messageOf(name: string, { description = "", tags, position, headingRad }: NamedPose): RosMessage {
  const [x, y, z] = position;
  const orientation = { x: 0, y: 0, z: Math.sin(headingRad / 2), w: Math.cos(headingRad / 2) };
  return { name, description, tags, pose: { position: { x, y, z }, orientation } };
}
