import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadMujoco } from "../../../src/world/mujoco/engine.ts";
import { PatchedModel } from "../../../src/world/mujoco/patch.ts";

const xml = (mass: number, gravity: number, limited: boolean, name = "j") => `<mujoco>
  <option gravity="0 0 ${gravity}"/>
  <worldbody><body><joint name="${name}" type="hinge" range="-1 1" limited="${limited}"/><geom size="${mass / 10}" mass="${mass}"/></body></worldbody>
</mujoco>`;

describe("model patch", async () => {
  const mj = await loadMujoco();
  const compile = (text: string) => mj.MjModel.from_xml_string(text);
  let base: PatchedModel;
  beforeAll(() => {
    base = new PatchedModel(compile(xml(1, -9.81, false)));
  });
  afterAll(() => base.delete());

  const bytes = () => (base.model.buffer as Uint8Array).slice();
  const statistics = () => [base.model.stat.meaninertia, ...(base.model.opt.gravity as Float64Array)];

  it("makes the model be the other one, to the byte, and back", () => {
    const original = [bytes(), statistics()];
    const others = [xml(2, -1.6, true), xml(3, -9.81, false), xml(1, -1.6, false)].map((text) => {
      const model = compile(text);
      const patch = base.diff(model, text);
      const expected = [
        (model.buffer as Uint8Array).slice(),
        [model.stat.meaninertia, 0, 0, (model.opt.gravity as Float64Array)[2]],
      ];
      model.delete();
      if ("differs" in patch) throw new Error(patch.differs);
      return { patch, expected };
    });
    for (const i of [0, 1, 2, 1, 0, 2, 0]) {
      base.switchTo(others[i]!.patch);
      expect([bytes(), statistics()]).toEqual(others[i]!.expected);
    }
    base.switchTo(base.unchanged(""));
    expect([bytes(), statistics()]).toEqual(original);
  });

  it("shares the list of places between patches that touch the same", () => {
    const patches = [2, 3].map((mass) => {
      const model = compile(xml(mass, -9.81, false));
      const patch = base.diff(model, String(mass));
      model.delete();
      if ("differs" in patch) throw new Error(patch.differs);
      return patch;
    });
    expect(patches[1]!.indices).toBe(patches[0]!.indices);
    expect(patches[1]!.words).not.toEqual(patches[0]!.words);
  });

  // The bindings throw on some fields, and a throw costs stack that WebAssembly does not get back.
  it("can be made again and again: two hundred worlds may be opened in one thread", () => {
    for (let world = 0; world < 200; world++) new PatchedModel(compile(xml(1, -9.81, false))).delete();
    expect(() => compile(xml(2, -9.81, false)).delete()).not.toThrow();
  });

  it("names the size that differs, which no patch can mend", () => {
    const model = compile(xml(1, -9.81, false).replace("<body>", "<body><site/>"));
    expect(base.diff(model, "")).toEqual({
      differs: expect.stringMatching(/ becomes \d+, was \d+/) as string,
    });
    model.delete();
  });
});
