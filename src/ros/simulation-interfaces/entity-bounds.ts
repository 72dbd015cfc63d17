import { boxAround, type Box } from "../../core/box.ts";
import type { Entity } from "../entities.ts";
import { poseOf, type Pose, type Vector } from "../entity-state.ts";
import type { RosMessage } from "../node.ts";
import type { Simulator } from "../simulator.ts";
import { FEATURE, RESULT } from "./codes.ts";
import { failure, OK, unknownEntity, unsupported, type Offer } from "./offer.ts";

const TYPE = { empty: 0, box: 1, convexHull: 2, sphere: 3 } as const;

export interface Bounds {
  readonly type?: number;
  readonly points?: readonly Vector[];
}

/** The box around an entity, in its own frame, where the world knows one. */
export function entityBounds(simulator: Simulator, entities: readonly Entity[]): Offer {
  const known = (): Readonly<Record<string, Box>> => simulator.episodes.world.spec.bounds ?? {};
  const isOffered = (): boolean => entities.some(({ name }) => name in known());
  return {
    name: "get_entity_bounds",
    type: "GetEntityBounds",
    features: () => (isOffered() ? [FEATURE.entityBounds] : []),
    answer: (request) => {
      if (!isOffered()) return unsupported("get_entity_bounds", "GetEntityBounds").answer(request);
      const entity = entities.find(({ name }) => name === request["entity"]);
      if (entity === undefined) return unknownEntity(request, entities);
      const box = known()[entity.name];
      if (box === undefined) {
        const world = simulator.episodes.world.spec.name;
        return failure(RESULT.featureUnsupported, `world ${world} does not know how large ${entity.name} is`);
      }
      return { bounds: messageOf(box), ...OK };
    },
  };
}

/** Upper corner first, as the interface has it. */
function messageOf({ lower, upper }: Box): RosMessage {
  return { type: TYPE.box, points: [vectorOf(upper), vectorOf(lower)] };
}

/**
 * What says whether an entity overlaps with bounds, by the box along the axes around where it is; a point where its size
 * is not known. @returns undefined for a kind of bounds that is not looked at, or that is malformed.
 */
export function overlaps(
  { type = TYPE.empty, points = [] }: Bounds,
  columns: Readonly<Record<string, Float64Array>>,
  boxes: Readonly<Record<string, Box>>,
): ((entity: Entity) => boolean) | undefined {
  if (type === TYPE.empty) return () => true;
  const [a, b] = points.map(({ x, y, z }) => [x, y, z] as const);
  if (a === undefined || b === undefined || points.length !== 2) return undefined;
  const distance =
    type === TYPE.box
      ? ({ lower, upper }: Box) =>
          Math.max(
            ...AXES.map((i) => Math.max(Math.min(a[i], b[i]) - upper[i], lower[i] - Math.max(a[i], b[i]))),
          )
      : type === TYPE.sphere
        ? ({ lower, upper }: Box) =>
            Math.hypot(...AXES.map((i) => Math.max(lower[i] - a[i], 0, a[i] - upper[i]))) - b[0]
        : undefined;
  if (distance === undefined) return undefined;
  return ({ name, place }) =>
    place !== undefined && distance(placed(boxes[name] ?? POINT, poseOf(place, columns))) <= 0;
}

const AXES = [0, 1, 2] as const;
const POINT: Box = { lower: [0, 0, 0], upper: [0, 0, 0] };

/** The box along the world's axes around a box that stands at a pose. */
function placed(box: Box, { position, orientation }: Pose): Box {
  const { w, x, y, z } = orientation;
  return boxAround(box, [position.x, position.y, position.z], [w, x, y, z]);
}

function vectorOf([x, y, z]: Box["lower"]): Vector {
  return { x, y, z };
}
