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

describe("a URDF", () => {
  const arm = (mesh: string): string =>
    `<robot name="arm"><link name="base"/><link name="upper"><inertial><origin xyz="0 0 -0.25"/><mass value="1"/>` +
    `<inertia ixx="0.02" iyy="0.02" izz="0.001" ixy="0" ixz="0" iyz="0"/></inertial>` +
    `<collision><geometry><mesh filename="${mesh}" scale="0.1 0.1 0.1"/></geometry></collision></link>` +
    `<joint name="shoulder" type="continuous"><parent link="base"/><child link="upper"/><origin xyz="0 0 1"/>` +
    `<axis xyz="0 1 0"/></joint></robot>`;
  const openArm = (modelPath: string): Promise<MujocoWorld> =>
    MujocoWorld.open({
      name: "arm",
      scenario: scenarioOf({
        observation: [observed("angle", { joint: "shoulder", field: "qpos" })],
        action: [],
      }),
      modelPath,
    });

  it.each(["package://arm_description/meshes/rod.obj", "../meshes/rod.obj"])(
    "swings as its inertia says, with a mesh at %s",
    async (mesh) => {
      write({
        "arm_description/urdf/arm.urdf": arm(mesh),
        "arm_description/meshes/rod.obj": TETRAHEDRON,
      });
      const world = await openArm(join(folder, "arm_description/urdf/arm.urdf"));
      await world.reset([{ ...start(0), initial: { angle: [0.05] } }]);
      // A physical pendulum: m g d / (I + m d²), 1 kg, 0.25 m.
      const omega = Math.sqrt((9.81 * 0.25) / (0.02 + 0.25 ** 2));
      for (let step = 0; step < 40; step++) {
        const { observation } = await world.step({ lanes: 1, step, columns: {} });
        expect(observation.columns["angle"]![0]).toBeCloseTo(0.05 * Math.cos(omega * 0.02 * (step + 1)), 3);
      }
      await world.close();
    },
  );

  it("says where a package was looked for", async () => {
    write({ "urdf/arm.urdf": arm("package://elsewhere/rod.obj") });
    await expect(openArm(join(folder, "urdf/arm.urdf"))).rejects.toThrow(
      /cannot find package:\/\/elsewhere\/rod\.obj[^]*a folder elsewhere above the file, with rod\.obj in it/,
    );
  });
});
