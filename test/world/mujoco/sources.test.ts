import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MujocoWorld } from "../../../src/world/mujoco.ts";
import { observed, scenarioOf, start } from "../mujoco-scenarios.ts";

const TETRAHEDRON = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simgate-mjcf-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, "robot.xml");
}

const open = (modelPath: string, mass?: string) =>
  MujocoWorld.open({
    name: "files",
    scenario: scenarioOf({
      observation: [observed("pose", { joint: "free", field: "qpos" }, 7)],
      action: [],
    }),
    modelPath,
    ...(mass === undefined
      ? {}
      : { set: [{ element: "geom", name: "hull", attribute: "mass", value: mass }] }),
  });

const PARTS = {
  "robot.xml": `<mujoco><compiler meshdir="meshes"/><include file="parts/assets.xml"/><worldbody><include file="parts/body.xml"/></worldbody></mujoco>`,
  "parts/assets.xml": `<mujoco><asset><mesh name="hull" file="hull.obj"/></asset></mujoco>`,
  "parts/body.xml": `<mujocoinclude><body name="hull"><freejoint name="free"/><geom name="hull" type="mesh" mesh="hull"/></body></mujocoinclude>`,
  "meshes/hull.obj": TETRAHEDRON,
};

describe("MJCF in several files", () => {
  it("is read with its includes and meshes, and included elements can be edited", async () => {
    const world = await open(write(PARTS), "3");
    const first = await world.reset([start(0)]);
    // MuJoCo centres a mesh in its body's frame only for the geom: the body's pose is the joint's reference.
    expect(first.columns["pose"]).toHaveLength(7);
    await world.step({ lanes: 1, step: 0, columns: {} });
    await world.close();
  });

  it("names an included file and a mesh that are missing", async () => {
    const { "parts/body.xml": _body, ...withoutBody } = PARTS;
    await expect(open(write(withoutBody))).rejects.toThrow(
      /robot\.xml: cannot read the MuJoCo file .*body\.xml/,
    );
    rmSync(folder, { recursive: true });
    const { "meshes/hull.obj": _mesh, ...withoutMesh } = PARTS;
    await expect(open(write(withoutMesh))).rejects.toThrow(
      /robot\.xml: cannot read .*meshes\/hull\.obj[^]*no such file/,
    );
  });

  it("refuses a file that includes itself", async () => {
    const path = write({ "robot.xml": `<mujoco><include file="robot.xml"/></mujoco>` });
    await expect(open(path)).rejects.toThrow(/an MJCF file includes itself/);
  });
});
