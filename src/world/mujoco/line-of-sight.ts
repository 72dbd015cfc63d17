import type { MainModule, MjData, MjModel } from "@mujoco/mujoco";
import type { SightPlace } from "./channel-map.ts";
import type { DataViews } from "./data-views.ts";
import { rayBox } from "./ray-box.ts";

/** Whether a ray from an eye reaches the centre of a body. Geoms of alpha 0 block nothing, as in MuJoCo's own rays. */
export class LineOfSight {
  readonly name: string;
  readonly #mj: MainModule;
  readonly #model: MjModel;
  readonly #data: MjData;
  readonly #place: SightPlace;
  readonly #eye = [0, 0, 0];
  readonly #line = [0, 0, 0];
  /** One flag a geom group, or none: every group blocks. */
  readonly #groups: number[] | null;
  /** The geoms that can block, if they are a few boxes; undefined: MuJoCo looks for what does. */
  readonly #boxes: readonly number[] | undefined;

  constructor(mj: MainModule, model: MjModel, data: MjData, place: SightPlace) {
    this.name = place.name;
    this.#mj = mj;
    this.#model = model;
    this.#data = data;
    this.#place = place;
    this.#groups =
      place.group === undefined
        ? null
        : Array.from({ length: 6 }, (_, group) => Number(group === place.group));
    this.#boxes = place.group === undefined ? undefined : fewBoxes(mj, model, place.group);
  }

  /** At the positions that mjData holds. May let WebAssembly's memory grow. */
  isFree({ arrays: { xpos, site_xpos }, boxes }: DataViews): boolean {
    const { site, body } = this.#place;
    for (let i = 0; i < 3; i++) {
      this.#eye[i] = site_xpos[3 * site + i]!;
      this.#line[i] = xpos[3 * body + i]! - this.#eye[i]!;
    }
    if (this.#boxes !== undefined) {
      return !this.#boxes.some((geom) => {
        const isOpaque = boxes.colour[4 * geom + 3] !== 0;
        return isOpaque && isBefore(rayBox(boxes, geom, this.#eye, this.#line));
      });
    }
    const hit = this.#mj.mj_ray(
      this.#model,
      this.#data,
      this.#eye,
      this.#line,
      this.#groups as number[],
      true,
      body,
      null,
      null,
    );
    return !isBefore(hit);
  }
}

/** Whether something is hit before the end of the line. In lengths of the line; −1: the ray hits nothing. */
function isBefore(hit: number): boolean {
  return hit >= 0 && hit < 1;
}

/** More are better left to MuJoCo's own search. */
const FEW = 8;

/** All geoms of a group, if they are boxes and belong to no body that could be looked at. */
function fewBoxes(mj: MainModule, model: MjModel, group: number): number[] | undefined {
  const groups = model.geom_group as Int32Array;
  const types = model.geom_type as Int32Array;
  const bodies = model.geom_bodyid as Int32Array;
  const materials = model.geom_matid as Int32Array;
  const found: number[] = [];
  for (let geom = 0; geom < model.ngeom; geom++) {
    if (groups[geom] !== group) continue;
    const isPlain = types[geom] === mj.mjtGeom.mjGEOM_BOX.value && bodies[geom] === 0 && materials[geom]! < 0;
    if (!isPlain) return undefined;
    found.push(geom);
  }
  return found.length <= FEW ? found : undefined;
}
