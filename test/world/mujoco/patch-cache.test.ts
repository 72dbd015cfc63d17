import { describe, expect, it } from "vitest";
import { MujocoWorld } from "../../../src/world/mujoco.ts";
import type { ModelPatch } from "../../../src/world/mujoco/patch.ts";
import { patchCache } from "../../../src/world/mujoco/patch-cache.ts";
import { CART, cartScenario, parameter, start } from "../mujoco-scenarios.ts";

describe("the patches of models", () => {
  it("are shared by worlds of the same model and by no others", () => {
    const patch = { key: "1" } as ModelPatch;
    patchCache("one").set("1", patch);
    expect(patchCache("one").get("1")).toBe(patch);
    expect(patchCache("two").get("1")).toBeUndefined();
  });

  it("are forgotten for the model used longest ago when there are many", () => {
    const patch = { key: "1" } as ModelPatch;
    patchCache("kept").set("1", patch);
    patchCache("dropped").set("1", patch);
    for (let i = 0; i < 15; i++) {
      patchCache(`another ${i}`);
      patchCache("kept");
    }
    expect(patchCache("kept").get("1")).toBe(patch);
    expect(patchCache("dropped").get("1")).toBeUndefined();
  });

  it("do not mix up parameters that have the same values but change something else", async () => {
    const edit = (attribute: string, text: string) => ({
      element: "geom",
      name: "pole",
      attribute,
      value: text,
    });
    const angleAfter = async (name: string, attribute: string, text: string): Promise<number> => {
      const scenario = cartScenario({ parameters: [parameter(name, 0.8, edit(attribute, text))] });
      const world = await MujocoWorld.open({ name: "mujoco", scenario, modelPath: CART });
      let observation = await world.reset([start(0, { pole_angle: [0.3] }, { [name]: 0.5 })]);
      for (let step = 0; step < 20; step++) {
        const columns = { command: new Float64Array(2) };
        ({ observation } = await world.step({ lanes: 1, step, columns }));
      }
      await world.close();
      return observation.columns["pole_angle"]![0]!;
    };
    const byLength = await angleAfter("value", "fromto", "0 0 0 0 0 {value}");
    const byMass = await angleAfter("value", "mass", "{value}");
    expect(byMass).not.toBe(byLength);
    expect(await angleAfter("value", "fromto", "0 0 0 0 0 {value}")).toBe(byLength);
    expect(await angleAfter("value", "mass", "{value}")).toBe(byMass);
  });
});
