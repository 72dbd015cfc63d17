import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../src/core/random.ts";
import { loadMujoco } from "../../../src/world/mujoco/engine.ts";
import { rayBox } from "../../../src/world/mujoco/ray-box.ts";

const BOX = `<mujoco><worldbody>
  <geom type="box" size="0.3 0.2 0.1" pos="0.1 -0.2 0.3" euler="20 50 70"/>
</worldbody></mujoco>`;

describe("a ray and a box", () => {
  it("meet where MuJoCo's own ray does, from outside, from inside, and not at all", async () => {
    const mj = await loadMujoco();
    const model = mj.MjModel.from_xml_string(BOX);
    const data = new mj.MjData(model);
    mj.mj_kinematics(model, data);
    const boxes = {
      size: model.geom_size as Float64Array,
      centre: data.geom_xpos as Float64Array,
      rotation: data.geom_xmat as Float64Array,
    };
    const random = new RandomStream(1n, "rays");
    const met = { nowhere: 0, somewhere: 0 };
    for (let i = 0; i < 2000; i++) {
      const from = Array.from({ length: 3 }, (_, k) => 1.6 * random.uniform(i, k) - 0.8);
      const ray = Array.from({ length: 3 }, (_, k) => 2 * random.uniform(i, 3 + k) - 1);
      const theirs = mj.mj_ray(model, data, from, ray, null as unknown as number[], true, -1, null, null);
      expect(rayBox(boxes, 0, from, ray)).toBeCloseTo(theirs, 12);
      met[theirs < 0 ? "nowhere" : "somewhere"]++;
    }
    expect(Math.min(met.nowhere, met.somewhere)).toBeGreaterThan(50);
    data.delete();
    model.delete();
  });

  it("along a face's plane: outside of it they never meet", () => {
    const boxes = {
      size: Float64Array.of(1, 1, 1),
      centre: new Float64Array(3),
      rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    };
    expect(rayBox(boxes, 0, [-3, 1.5, 0], [1, 0, 0])).toBe(-1);
    expect(rayBox(boxes, 0, [-3, 0.5, 0], [1, 0, 0])).toBe(2);
    expect(rayBox(boxes, 0, [3, 0.5, 0], [1, 0, 0])).toBe(-1);
  });
});
