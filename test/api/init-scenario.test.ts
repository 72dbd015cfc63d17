import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { initScenario } from "../../src/api/init-scenario.ts";
import { runOne } from "../../src/api/run.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** An arm of six joints with motors of two strengths, servos of both kinds, and a muscle-like actuator. */
const ARM = `<mujoco model="Six Axis">
  <option timestep="0.004"/>
  <worldbody>
    ${["Base", "shoulder-1", "elbow", "wrist1", "wrist2"].map(link).join("")}
    <body name="rail"><joint name="rail" type="slide" axis="1 0 0" range="-1 1" limited="true"/>
      <geom size="0.1" mass="1"/></body>
  </worldbody>
  <actuator>
    <motor name="Base" joint="Base" gear="50" ctrlrange="-1 1" ctrllimited="true"/>
    <motor name="shoulder-1" joint="shoulder-1" ctrlrange="-20 20" ctrllimited="true"/>
    <position name="elbow" joint="elbow" kp="10" ctrlrange="-2 2" ctrllimited="true"/>
    <velocity name="wrist" joint="wrist1" kv="3" ctrlrange="-2 2" ctrllimited="true"/>
    <general name="odd" joint="wrist2" dyntype="filter" dynprm="0.1"/>
  </actuator>
</mujoco>`;

function link(name: string): string {
  return `<body name="${name} body" pos="0 0 1"><joint name="${name}" type="hinge" axis="0 1 0" armature="0.5" damping="1"/>
      <geom size="0.05" mass="0.5"/></body>`;
}

describe("init scenario", { timeout: 60_000 }, () => {
  it("writes a manifest that runs as it is and marks what it does not know", async () => {
    const folder = await temporaryFolder();
    const { file, decide } = await initScenario({
      model: join(ROOT, "examples/bring-your-own/pendulum.xml"),
      out: folder,
    });
    const text = await readFile(file, "utf8");
    expect(decide.length).toBeGreaterThan(5);
    for (const { line } of decide) expect(text.split("\n")[line - 1]).toContain("# ← decide:");

    const scenario = await loadScenario(file);
    expect(scenario).toMatchObject({ name: "pendulum", controlPeriodSec: 0.02, horizonSteps: 250 });
    expect(scenario.observation).toMatchObject([
      { name: "arm_position", unit: "rad", kind: "angle" },
      { name: "arm_velocity", unit: "rad/s", derivativeOf: "arm_position" },
    ]);
    expect(scenario.action).toMatchObject([{ name: "motor", unit: "N m", limits: [-2, 2] }]);
    expect(await runOne({ scenario: file, policy: "zero" })).toMatchObject({
      outcome: "success",
      steps: 250,
    });
    expect(await runOne({ scenario: file, policy: "random" })).toMatchObject({ steps: 250 });
  });

  it("never writes over a manifest", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "scenario.yaml"), "mine");
    const options = { model: join(ROOT, "examples/bring-your-own/pendulum.xml"), out: folder };
    await expect(initScenario(options)).rejects.toThrow("not overwritten");
    expect(await readFile(join(folder, "scenario.yaml"), "utf8")).toBe("mine");
  });

  it("gathers many joints and actuators in channels of one unit each", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "arm.xml"), ARM);
    const { file, decide } = await initScenario({ model: join(folder, "arm.xml"), out: folder });
    const scenario = await loadScenario(file);
    expect(scenario.name).toBe("six-axis");
    expect(scenario.observation.map(({ name, size, unit }) => [name, size, unit])).toEqual([
      ["slide_pos", 1, "m"],
      ["joint_pos", 5, "rad"],
      ["slide_vel", 1, "m/s"],
      ["joint_vel", 5, "rad/s"],
    ]);
    expect(scenario.observation[1]!.labels).toEqual(["base", "shoulder_1", "elbow", "wrist1", "wrist2"]);
    // A geared motor's command is no torque; what a filter does with one cannot be told.
    expect(scenario.action.map(({ name, unit, limits }) => [name, unit, limits])).toEqual([
      ["base", "1", [-1, 1]],
      ["shoulder_1", "N m", [-20, 20]],
      ["elbow", "rad", [-2, 2]],
      ["wrist", "rad/s", [-2, 2]],
      ["odd", "1", [-1, 1]],
    ]);
    const marks = decide.map(({ text }) => text).join("\n");
    expect(marks).toContain("a command of 1 gives 50 N m");
    expect(marks).toContain("what a command of 1 stands for; the MJCF does not limit it");
    expect(await runOne({ scenario: file, policy: "random" })).toMatchObject({ steps: 250 });
  });

  it("keeps a free body's pose apart, with what cannot be one channel said", async () => {
    const folder = await temporaryFolder();
    const { file, decide } = await initScenario({
      model: join(ROOT, "test/world/fixtures/ball.xml"),
      out: folder,
    });
    const { observation } = await loadScenario(file);
    expect(observation.some(({ kind, size }) => kind === "quaternion" && size === 4)).toBe(true);
    expect(decide.map(({ text }) => text).join("\n")).toContain("nothing in the MJCF can be commanded");
    expect(await runOne({ scenario: file, policy: "zero" })).toMatchObject({ steps: 250 });
  });

  it("says which joints and actuators have no name", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "arm.xml"), ARM.replace('name="odd" ', ""));
    await expect(initScenario({ model: join(folder, "arm.xml"), out: folder })).rejects.toThrow(
      /have no name[\s\S]*actuator 5 \(joint "wrist2"\)/,
    );
  });
});
