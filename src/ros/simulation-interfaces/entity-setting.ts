import { frameOf, type Entity, type Place } from "../entities.ts";
import { channelsOfPose, channelsOfTwist, type Pose, type Twist } from "../entity-state.ts";
import type { RosMessage, RosNode } from "../node.ts";
import type { Simulator } from "../simulator.ts";
import { FEATURE, RESULT } from "./codes.ts";
import { attempt, failure, OK, unknownEntity, unsupported, type Offer } from "./offer.ts";

/**
 * Moves an entity by hand, in worlds whose state can be set. Release 1 sets pose and twist; release 2 says which of them.
 * An acceleration is not looked at, as the interface allows.
 */
export function entitySetting(simulator: Simulator, entities: readonly Entity[], node: RosNode): Offer {
  const isOffered = (): boolean => entities.some((one) => isSettable(one, simulator));
  return {
    name: "set_entity_state",
    type: "SetEntityState",
    features: () => (isOffered() ? [FEATURE.entityStateSetting] : []),
    answer: (request) => {
      if (!isOffered()) return unsupported("set_entity_state", "SetEntityState").answer(request);
      const entity = entities.find(({ name }) => name === request["entity"]);
      if (entity === undefined) return unknownEntity(request, entities);
      if (!isSettable(entity, simulator)) {
        const world = simulator.episodes.world.spec.name;
        return failure(RESULT.featureUnsupported, `world ${world} does not let ${entity.name} be moved`);
      }
      const values = valuesOf(entity, request, node);
      if ("refused" in values) return failure(values.code, values.refused);
      return attempt(async () => {
        if (Object.keys(values.channels).length > 0) await simulator.set(values.channels);
        return OK;
      });
    },
  };
}

function isSettable({ place }: Entity, { episodes }: Simulator): boolean {
  return place !== undefined && (episodes.world.spec.settable ?? []).includes(place.position.name);
}

type Values =
  | { readonly channels: Readonly<Record<string, readonly number[]>> }
  | { readonly refused: string; readonly code: number };

function valuesOf(entity: Entity, request: RosMessage, node: RosNode): Values {
  const place = entity.place as Place;
  const state = (request["state"] ?? {}) as {
    header?: { frame_id?: string };
    pose?: Partial<Pose>;
    twist?: Partial<Twist>;
  };
  const frame = state.header?.frame_id ?? "";
  if (frame !== "" && frame !== frameOf(entity)) {
    const known = frameOf(entity) === "" ? "the world's (empty)" : `"${frameOf(entity)}"`;
    return {
      refused: `frame "${frame}" is not known; ${entity.name} is in ${known}`,
      code: RESULT.operationFailed,
    };
  }
  const hasFlags = node.services
    .fieldsOf("simulation_interfaces/srv/SetEntityState")
    .request.includes("set_pose");
  const asked = (flag: string): boolean => !hasFlags || request[flag] === true;
  const channels: Record<string, readonly number[]> = {};
  if (asked("set_pose")) {
    const posed = channelsOfPose(place, withDefaults(state.pose));
    if (typeof posed === "string") return { refused: posed, code: RESULT.invalidPose };
    Object.assign(channels, posed);
    const limits = [place.position, place.orientation].flatMap((one) => (one === undefined ? [] : [one]));
    for (const { name, limits: [lower, upper] = [-Infinity, Infinity], unit } of limits) {
      const beyond = channels[name]?.find((value) => value < lower || value > upper);
      if (beyond === undefined) continue;
      const refused = `${name} = ${beyond} ${unit} is outside [${lower}, ${upper}]`;
      return { refused, code: RESULT.invalidPose };
    }
  }
  if (asked("set_twist")) {
    const moving = channelsOfTwist(place, {
      linear: { ...ORIGIN, ...state.twist?.linear },
      angular: { ...ORIGIN, ...state.twist?.angular },
    });
    if (typeof moving === "string") return { refused: moving, code: RESULT.operationFailed };
    Object.assign(channels, moving);
  }
  return { channels };
}

const ORIGIN = { x: 0, y: 0, z: 0 };

/** As ROS fills in what a message leaves out. */
function withDefaults(pose: Partial<Pose> | undefined): Pose {
  return {
    position: { ...ORIGIN, ...pose?.position },
    orientation: { ...ORIGIN, w: 1, ...pose?.orientation },
  };
}
