import type { MjModel } from "@mujoco/mujoco";
import { type Box, boxAround, unionBox } from "../../core/box.ts";
import type { ObservationChannel, Scenario } from "../../scenario/scenario.ts";
import { namesOf } from "./engine.ts";

/**
 * Boxes around the scenario's objects, in the frame of the body that each object's position is read from, at the model's
 * nominal parameters. Objects whose position is no body's, or that are boundless, have none.
 */
export function objectBounds(scenario: Scenario, model: MjModel): Record<string, Box> {
  const bounds: Record<string, Box> = {};
  for (const { name, position } of scenario.objects) {
    const channel = scenario.observation.find((one) => one.name === position);
    const body = channel === undefined ? -1 : bodyOf(channel, model);
    const box = body > 0 ? bodyBox(body, model) : undefined;
    if (box !== undefined) bounds[name] = box;
  }
  return bounds;
}

/** The body whose place the channel tells; −1: none. */
function bodyOf({ mujoco }: ObservationChannel, model: MjModel): number {
  if (mujoco === undefined) return -1;
  if ("body" in mujoco) return namesOf(model, "body").indexOf(mujoco.body);
  if (!("joint" in mujoco)) return -1;
  const joint = namesOf(model, "joint").indexOf([mujoco.joint].flat()[0]!);
  return joint < 0 ? -1 : (model.jnt_bodyid as Int32Array)[joint]!;
}

/** Around all geoms that are fixed to the body. */
function bodyBox(body: number, model: MjModel): Box | undefined {
  const owners = model.geom_bodyid as Int32Array;
  const own = [...owners.keys()].filter((geom) => owners[geom] === body);
  // An infinite plane has no bounding sphere.
  if (own.length === 0 || own.some((geom) => (model.geom_rbound as Float64Array)[geom] === 0))
    return undefined;
  return unionBox(
    own.map((geom) => {
      const [cx, cy, cz, hx, hy, hz] = row(model.geom_aabb, 6, geom) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const box: Box = { lower: [cx - hx, cy - hy, cz - hz], upper: [cx + hx, cy + hy, cz + hz] };
      const at = row(model.geom_pos, 3, geom) as [number, number, number];
      const turn = row(model.geom_quat, 4, geom) as [number, number, number, number];
      return boxAround(box, at, turn);
    }),
  );
}

function row(values: unknown, width: number, index: number): number[] {
  return Array.from((values as Float64Array).subarray(width * index, width * (index + 1)));
}
