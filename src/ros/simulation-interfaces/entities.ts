import { messageOf } from "../../core/errors.ts";
import { toStamp } from "../../core/time.ts";
import { frameOf, type Entity, type Place } from "../entities.ts";
import { poseOf, twistOf } from "../entity-state.ts";
import type { RosMessage } from "../node.ts";
import type { Simulator } from "../simulator.ts";
import { CATEGORY, FEATURE, RESULT } from "./codes.ts";
import { overlaps } from "./entity-bounds.ts";
import { failure, OK, unknownEntity, unsupported, type Offer } from "./offer.ts";

export function entityOffers(simulator: Simulator, entities: readonly Entity[]): Offer[] {
  const named = (request: RosMessage): Entity | undefined =>
    entities.find(({ name }) => name === request["entity"]);
  const hidden = ({ visible }: Place): boolean =>
    visible !== undefined && simulator.episodes.observation.columns[visible.name]![0] === 0;
  const stateOf = (entity: Entity, place: Place): RosMessage => {
    const { columns } = simulator.episodes.observation;
    return {
      header: { stamp: toStamp(simulator.episodes.timeNs), frame_id: frameOf(entity) },
      pose: poseOf(place, columns),
      twist: twistOf(place, columns),
    };
  };
  const offers: Offer[] = [
    {
      name: "get_entities",
      type: "GetEntities",
      features: [FEATURE.entityCategories, FEATURE.entityBoundsBox],
      answer: (request) =>
        filtered(simulator, entities, request, (found) => ({
          entities: found.map(({ name }) => name),
          ...OK,
        })),
    },
    {
      name: "get_entity_info",
      type: "GetEntityInfo",
      features: [FEATURE.entityInfoGetting],
      answer: (request) => {
        const entity = named(request);
        if (entity === undefined) return unknownEntity(request, entities);
        const { category, description } = entity;
        return { info: { category: { category: CATEGORY[category] }, description, tags: [] }, ...OK };
      },
    },
  ];
  if (entities.every(({ place }) => place === undefined)) {
    offers.push(unsupported("get_entity_state", "GetEntityState"));
    offers.push(unsupported("get_entities_states", "GetEntitiesStates"));
    return offers;
  }
  offers.push(
    {
      name: "get_entity_state",
      type: "GetEntityState",
      features: [FEATURE.entityStateGetting],
      answer: (request) => {
        const entity = named(request);
        if (entity === undefined) return unknownEntity(request, entities);
        const { name, place } = entity;
        if (place === undefined) {
          return failure(RESULT.operationFailed, `no channel of the scenario tells where ${name} is`);
        }
        if (hidden(place)) {
          return failure(
            RESULT.operationFailed,
            `${name} is hidden from the observer (${place.visible!.name} is 0)`,
          );
        }
        return { state: stateOf(entity, place), ...OK };
      },
    },
    {
      name: "get_entities_states",
      type: "GetEntitiesStates",
      features: [],
      answer: (request) =>
        filtered(simulator, entities, request, (found) => {
          const seen = found.flatMap((entity) =>
            entity.place === undefined || hidden(entity.place) ? [] : [{ entity, place: entity.place }],
          );
          return {
            entities: seen.map(({ entity }) => entity.name),
            states: seen.map(({ entity, place }) => stateOf(entity, place)),
            ...OK,
          };
        }),
    },
  );
  return offers;
}

/** By name (a regular expression), category and overlap; there are no tags. */
function filtered(
  simulator: Simulator,
  entities: readonly Entity[],
  request: RosMessage,
  answer: (found: readonly Entity[]) => RosMessage,
): RosMessage {
  const filters = (request["filters"] ?? {}) as RosMessage;
  const { tags = [] } = (filters["tags"] ?? {}) as { tags?: readonly string[] };
  if (tags.length > 0) return failure(RESULT.featureUnsupported, "entities have no tags here");
  const { world, observation } = simulator.episodes;
  const inside = overlaps(filters["bounds"] ?? {}, observation.columns, world.spec.bounds ?? {});
  if (inside === undefined) {
    return failure(RESULT.featureUnsupported, "bounds are boxes or spheres here, each of two points");
  }
  const categories = ((filters["categories"] ?? []) as { category: number }[]).map((one) => one.category);
  const pattern = (filters["filter"] ?? "") as string;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (thrown) {
    return failure(RESULT.operationFailed, messageOf(thrown));
  }
  return answer(
    entities.filter(
      (entity) =>
        expression.test(entity.name) &&
        (categories.length === 0 || categories.includes(CATEGORY[entity.category])) &&
        inside(entity),
    ),
  );
}
