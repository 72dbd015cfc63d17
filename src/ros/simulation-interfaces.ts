import { SimgateError } from "../core/errors.ts";
import type { Entity } from "./entities.ts";
import type { RosHandle, RosNode } from "./node.ts";
import { FEATURE } from "./simulation-interfaces/codes.ts";
import { controlOffers, simulateSteps } from "./simulation-interfaces/control.ts";
import { entityOffers } from "./simulation-interfaces/entities.ts";
import { unsupported, type Offer } from "./simulation-interfaces/offer.ts";
import { worldOffers, type WorldShelf } from "./simulation-interfaces/worlds.ts";
import type { Simulator } from "./simulator.ts";

export interface ServerOptions {
  readonly node: RosNode;
  readonly simulator: Simulator;
  readonly entities: readonly Entity[];
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
  const { node, prefix = "~", simulator, entities, worlds } = options;
  const at = (name: string): string => (prefix === "" ? `/${name}` : `${prefix}/${name}`);
  const features: number[] = [];
  const handles: RosHandle[] = [];
  const missing: string[] = [];
  const offer = (type: string, own: readonly number[], serve: () => RosHandle): void => {
    try {
      handles.push(serve());
      features.push(...own);
      features.sort((a, b) => a - b);
    } catch (thrown) {
      if (!(thrown instanceof SimgateError) || thrown.code !== "input") throw thrown;
      missing.push(type);
    }
  };
  const offers = [
    ...controlOffers(simulator),
    ...entityOffers(simulator, entities),
    ...worldOffers(worlds, node),
    featuresOffer(options, features),
    ...unsupportedOffers(),
  ];
  for (const { name, type, features: own, answer } of offers) {
    const interfaceName = `simulation_interfaces/srv/${type}`;
    offer(interfaceName, own, () =>
      node.services.serve(at(name), interfaceName, async (request) => answer(request)),
    );
  }
  const action = "simulation_interfaces/action/SimulateSteps";
  offer(action, [FEATURE.stepSimulationAction], () =>
    node.services.serveAction(at("simulate_steps"), action, (goal) => simulateSteps(simulator, goal)),
  );
  return { missing, close: () => handles.forEach((handle) => handle.close()) };
}

function featuresOffer({ about }: ServerOptions, features: readonly number[]): Offer {
  return {
    name: "get_simulator_features",
    type: "GetSimulatorFeatures",
    features: [],
    answer: () => ({ features: { features, spawn_formats: [], custom_info: JSON.stringify(about()) } }),
  };
}

function unsupportedOffers(): Offer[] {
  return [
    unsupported("set_entity_state", "SetEntityState"),
    unsupported("set_entity_info", "SetEntityInfo"),
    unsupported("get_entity_bounds", "GetEntityBounds"),
    unsupported("get_spawnables", "GetSpawnables"),
    unsupported("spawn_entity", "SpawnEntity"),
    unsupported("delete_entity", "DeleteEntity"),
    unsupported("get_named_poses", "GetNamedPoses"),
    unsupported("get_named_pose_bounds", "GetNamedPoseBounds"),
  ];
}
