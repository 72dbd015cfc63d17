import type { MainModule, MjData, MjModel } from "@mujoco/mujoco";
import type { SightPlace } from "./channel-map.ts";
import type { DataViews } from "./data-views.ts";

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
  }

  /** At the positions that mjData holds. May let WebAssembly's memory grow. */
  isFree({ arrays: { xpos, site_xpos } }: DataViews): boolean {
    const { site, body } = this.#place;
    for (let i = 0; i < 3; i++) {
      this.#eye[i] = site_xpos[3 * site + i]!;
      this.#line[i] = xpos[3 * body + i]! - this.#eye[i]!;
    }
    // In lengths of the line; −1: the ray hits nothing.
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
    return hit < 0 || hit >= 1;
  }
}
