import type { EntityCategory, ObservationChannel, Scenario } from "../scenario/scenario.ts";

/** Something of the scenario that ROS can ask about. */
export interface Entity {
  readonly name: string;
  readonly category: EntityCategory | "robot";
  readonly description: string;
  /** Frame that moves with it. */
  readonly ownFrame: string;
  /** Undefined if no channel of the scenario tells where it is. */
  readonly place: Place | undefined;
}

/** The channels that tell where an entity is. */
export interface Place {
  /** Up to three components, x first. */
  readonly position: ObservationChannel;
  /** A quaternion (w, x, y, z), or an angle about z. */
  readonly orientation?: ObservationChannel;
  /** Derivative of the position. */
  readonly velocity?: ObservationChannel;
  /** Derivative of an orientation that is an angle. */
  readonly turnRate?: ObservationChannel;
  /** 1 while the observer sees it: the other channels hold its last sight otherwise. Absent: always seen. */
  readonly visible?: ObservationChannel;
}

/** The robot, named as the scenario unless that says otherwise, and the scenario's objects. */
export function entitiesOf(
  scenario: Pick<Scenario, "name" | "title" | "robot" | "objects" | "observation">,
): readonly Entity[] {
  const { robot, observation } = scenario;
  const objects = scenario.objects.map(({ name, label, category = "object", ...channels }): Entity => ({
    name,
    category,
    description: label ?? name,
    ownFrame: name,
    place: placeOf(channels, observation),
  }));
  return [
    {
      name: robot?.name ?? scenario.name,
      category: "robot",
      description: scenario.title,
      ownFrame: robot?.frame ?? "base_link",
      place: robot && placeOf(robot, observation),
    },
    ...objects,
  ];
}

/** Frame of an entity's pose; empty: the world. */
export function frameOf({ place }: Entity): string {
  return place?.position.frame ?? "";
}

function placeOf(
  of: { readonly position: string; readonly orientation?: string; readonly visible?: string },
  observation: readonly ObservationChannel[],
): Place {
  const named = (name: string | undefined): ObservationChannel | undefined =>
    observation.find((one) => one.name === name);
  const rateOf = (name: string | undefined): ObservationChannel | undefined =>
    name === undefined ? undefined : observation.find(({ derivativeOf }) => derivativeOf === name);
  const turned = named(of.orientation);
  const orientation = turned?.size === 1 || turned?.size === 4 ? turned : undefined;
  return {
    position: named(of.position)!,
    ...present("orientation", orientation),
    ...present("velocity", rateOf(of.position)),
    ...present("turnRate", orientation?.size === 1 ? rateOf(of.orientation) : undefined),
    ...present("visible", named(of.visible)),
  };
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
