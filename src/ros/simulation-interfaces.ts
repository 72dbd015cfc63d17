import { SimgateError } from "../core/errors.ts";
import type { Entity } from "./entities.ts";
import type { RosHandle, RosNode } from "./node.ts";
import { FEATURE } from "./simulation-interfaces/codes.ts";
import { controlOffers, simulateSteps } from "./simulation-interfaces/control.ts";
import { entityOffers } from "./simulation-interfaces/entities.ts";
import { entityBounds } from "./simulation-interfaces/entity-bounds.ts";
import { entitySetting } from "./simulation-interfaces/entity-setting.ts";
import { namedPoses } from "./simulation-interfaces/named-poses.ts";
import { unsupported, type Offer } from "./simulation-interfaces/offer.ts";
import { worldOffers, type WorldShelf } from "./simulation-interfaces/worlds.ts";
import type { NamedPose } from "../scenario/scenario.ts";
import type { Simulator } from "./simulator.ts";

export interface ServerOptions {
  readonly node: RosNode;
  readonly simulator: Simulator;
  readonly entities: readonly Entity[];
  /** Places that the scenario gives names. */
  readonly poses: Readonly<Record<string, NamedPose>>;
  readonly worlds: WorldShelf;
  /** What this simulator says of itself: model, sha256, claim, usable horizon. */
  readonly about: () => Readonly<Record<string, string>>;
  /** Before the names of the services: `~` for `/simgate/step_simulation`, `` for `/step_simulation`. Default `~`. */
  readonly prefix?: string;
}

export interface SimulationServer extends RosHandle {
  /** Interfaces that the installed version of the package does not have; all of them if it is not installed. */
  readonly missing: readonly string[];
}

/**
 * Speaks `simulation_interfaces`, so that to every other node the hosted world is just another simulator. What the
 * scenario cannot do is served too, answers FEATURE_UNSUPPORTED, and is not among the features.
 */
export function serveSimulation(options: ServerOptions): SimulationServer {
  const { node, prefix = "~", simulator, entities, poses, worlds } = options;
  const at = (name: string): string => (prefix === "" ? `/${name}` : `${prefix}/${name}`);
  const served: Pick<Offer, "features">[] = [];
  const handles: RosHandle[] = [];
  const missing: string[] = [];
  const offer = (type: string, one: Pick<Offer, "features" | "newer">, serve: () => RosHandle): void => {
    try {
      handles.push(serve());
      served.push(one);
    } catch (thrown) {
      if (!(thrown instanceof SimgateError) || thrown.code !== "input") throw thrown;
      if (one.newer !== true) missing.push(type);
    }
  };
  const features = (): number[] =>
    served
      .flatMap((one) => (typeof one.features === "function" ? one.features() : one.features))
      .sort((a, b) => a - b);
  const offers = [
    ...controlOffers(simulator),
    ...entityOffers(simulator, entities),
    entitySetting(simulator, entities, node),
    entityBounds(simulator, entities),
    namedPoses(poses),
    ...worldOffers(worlds, node),
    featuresOffer(options, features),
    ...unsupportedOffers(),
  ];
  for (const one of offers) {
    const interfaceName = `simulation_interfaces/srv/${one.type}`;
    offer(interfaceName, one, () =>
      node.services.serve(at(one.name), interfaceName, async (request) => one.answer(request)),
    );
  }
  const action = "simulation_interfaces/action/SimulateSteps";
  offer(action, { features: [FEATURE.stepSimulationAction] }, () =>
    node.services.serveAction(at("simulate_steps"), action, (goal) => simulateSteps(simulator, goal)),
  );
  return { missing, close: () => handles.forEach((handle) => handle.close()) };
}

function featuresOffer({ about }: ServerOptions, features: () => number[]): Offer {
  return {
    name: "get_simulator_features",
    type: "GetSimulatorFeatures",
    features: [],
    answer: () => ({
      features: { features: features(), spawn_formats: [], custom_info: JSON.stringify(about()) },
    }),
  };
}

function unsupportedOffers(): Offer[] {
  return [
    unsupported("set_entity_info", "SetEntityInfo"),
    unsupported("get_spawnables", "GetSpawnables"),
    unsupported("spawn_entity", "SpawnEntity"),
    { ...unsupported("spawn_entities", "SpawnEntities"), newer: true },
    unsupported("delete_entity", "DeleteEntity"),
    unsupported("get_named_pose_bounds", "GetNamedPoseBounds"),
  ];
}
