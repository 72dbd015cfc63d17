import { messageOf } from "../../core/errors.ts";
import { toStamp } from "../../core/time.ts";
import { frameOf, type Entity, type Place } from "../entities.ts";
import { poseOf, twistOf } from "../entity-state.ts";
import type { RosMessage } from "../node.ts";
import type { Simulator } from "../simulator.ts";
import { CATEGORY, FEATURE, RESULT } from "./codes.ts";
import { failure, OK, unsupported, type Offer } from "./offer.ts";

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
      features: [FEATURE.entityCategories],
      answer: (request) =>
        filtered(entities, request, (found) => ({ entities: found.map(({ name }) => name), ...OK })),
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
        filtered(entities, request, (found) => {
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

/** Name (a regular expression) and category; there are no tags and no bounds. */
function filtered(
  entities: readonly Entity[],
  request: RosMessage,
  answer: (found: readonly Entity[]) => RosMessage,
): RosMessage {
  const filters = (request["filters"] ?? {}) as RosMessage;
  const { tags = [] } = (filters["tags"] ?? {}) as { tags?: readonly string[] };
  const { type: bounds = 0 } = (filters["bounds"] ?? {}) as { type?: number };
  if (tags.length > 0) return failure(RESULT.featureUnsupported, "entities have no tags here");
  if (bounds !== 0) return failure(RESULT.featureUnsupported, "entities have no bounds here");
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
      ({ name, category }) =>
        expression.test(name) && (categories.length === 0 || categories.includes(CATEGORY[category])),
    ),
  );
}

function unknownEntity(request: RosMessage, entities: readonly Entity[]): RosMessage {
  const names = entities.map(({ name }) => name).join(", ");
  return failure(RESULT.notFound, `there is no entity "${String(request["entity"])}"; there are: ${names}`);
}
