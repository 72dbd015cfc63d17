import type { Batch } from "../core/channels.ts";
import type { Scenario } from "../scenario/scenario.ts";

export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Pose {
  readonly position: Vector;
  readonly orientation: { readonly x: number; readonly y: number; readonly z: number; readonly w: number };
}

/** Something of the scenario that ROS can ask about. */
export interface Entity {
  readonly name: string;
  readonly category: "object" | "robot";
  readonly description: string;
  /** Frame of its pose; empty: the world. */
  readonly frame: string;
  /** Undefined if no channel of the scenario tells where it is. */
  readonly pose: ((observation: Batch) => Pose) | undefined;
  /** Its linear velocity; undefined if no channel is the derivative of its position. */
  readonly velocity: ((observation: Batch) => Vector) | undefined;
}

const UPRIGHT: Pose["orientation"] = { x: 0, y: 0, z: 0, w: 1 };

/** The robot, named as the scenario, and the scenario's objects. */
export function entitiesOf(
  scenario: Pick<Scenario, "name" | "title" | "objects" | "observation">,
): readonly Entity[] {
  const objects = scenario.objects.map(({ name, label, position, orientation }): Entity => {
    const channel = scenario.observation.find((one) => one.name === position);
    const speed = scenario.observation.find(({ derivativeOf }) => derivativeOf === position);
    return {
      name,
      category: "object",
      description: label ?? name,
      frame: channel?.frame ?? "",
      pose: ({ columns }) => {
        const turned = orientation === undefined ? undefined : columns[orientation];
        if (turned === undefined) return { position: vector(columns[position]!), orientation: UPRIGHT };
        const [w = 1, qx = 0, qy = 0, qz = 0] = turned;
        return { position: vector(columns[position]!), orientation: { x: qx, y: qy, z: qz, w } };
      },
      velocity: speed === undefined ? undefined : ({ columns }) => vector(columns[speed.name]!),
    };
  });
  const robot: Entity = {
    name: scenario.name,
    category: "robot",
    description: scenario.title,
    frame: "",
    pose: undefined,
    velocity: undefined,
  };
  return [robot, ...objects];
}

/** On a table or a line, what is not observed is zero. */
function vector([x = 0, y = 0, z = 0]: Float64Array): Vector {
  return { x, y, z };
}
