import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fit } from "../../src/api/fit.ts";
import { runOne } from "../../src/api/run.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { LinearWorld } from "../../src/world/linear.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A cart on a rail without friction: over one period its motion is linear in position, velocity and force. */
const CART = `<mujoco>
  <option timestep="0.02" gravity="0 0 0" integrator="Euler"><flag contact="disable"/></option>
  <worldbody>
    <body><joint name="rail" type="slide" axis="1 0 0"/><geom size="0.1" mass="2"/></body>
  </worldbody>
  <actuator><motor name="push" joint="rail" ctrlrange="-4 4" ctrllimited="true"/></actuator>
</mujoco>`;
const SCENARIO = `schema: simgate/scenario@1
name: cart
title: a cart
control: { periodSec: 0.02, horizonSec: 1 }
observation:
  position: { unit: m, tolerance: 0.1, mujoco: { joint: rail, field: qpos } }
  velocity: { unit: m/s, tolerance: 0.1, mujoco: { joint: rail, field: qvel } }
action:
  push: { unit: N, limits: [-4, 4], mujoco: { actuator: push } }
starts:
  box: { position: [-1, 1], velocity: [-1, 1] }
  panel: { method: sobol, count: 4, seed: 7 }
success: { formula: "always[0,1] abs(position) < 5 m" }
truth: mujoco
baseline: linear
worlds:
  mujoco: { kind: mujoco, model: cart.xml }
  linear: { kind: linear, model: models/linear.json }
policies:
  random: { kind: scripted, action: { push: "0" }, noise: { push: 2 } }
`;

async function cartFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "cart.xml"), CART);
  await writeFile(join(folder, "scenario.yaml"), SCENARIO);
  return folder;
}

describe("fit", { timeout: 60_000 }, () => {
  it("finds the equations of a linear plant, and writes the model that its own manifest waits for", async () => {
    const folder = await cartFolder();
    const [scenario, out] = [join(folder, "scenario.yaml"), join(folder, "models/linear.json")];
    const { model, file, remarks } = await fit({ scenario, out, starts: 8, workers: 1, ridge: 1e-12 });
    expect({ file, remarks }).toEqual({ file: out, remarks: [] });
    expect(model.fittedOn).toMatchObject({ traces: 8, transitions: 400 });
    expect(model.fittedOn.description).toContain("8 starts (Sobol, seed 1007)");
    expect(model.fittedOn.files.map((one) => one.file)).toEqual(["cart.xml"]);

    // Semi-implicit Euler: v' = v + h f/m, x' = x + h v'.
    const loaded = await loadScenario(scenario);
    const world = await LinearWorld.open({ name: "linear", scenario: loaded, modelPath: out });
    const start = { index: 0, initial: { position: [0.5], velocity: [-0.4] }, parameters: {}, seed: 0n };
    await world.reset([start]);
    const push = new Float64Array([3]);
    const { observation } = await world.step({ lanes: 1, step: 0, columns: { push } });
    const velocity = -0.4 + (0.02 * 3) / 2;
    expect(observation.columns["velocity"]![0]).toBeCloseTo(velocity, 8);
    expect(observation.columns["position"]![0]).toBeCloseTo(0.5 + 0.02 * velocity, 8);
    await world.close();
  });

  it("gives the same bytes again, and replaces an older model but nothing else", async () => {
    const folder = await cartFolder();
    const [scenario, out] = [join(folder, "scenario.yaml"), join(folder, "linear.json")];
    const options = { scenario, out, starts: 4, workers: 1 };
    await fit(options);
    const first = await readFile(out, "utf8");
    await fit(options);
    expect(await readFile(out, "utf8")).toBe(first);
    await writeFile(out, '{ "somebody": "else" }');
    await expect(fit(options)).rejects.toThrow("not a linear model, so it is not replaced");
  });

  it("refuses the seed of the exam", async () => {
    const folder = await cartFolder();
    const options = { scenario: join(folder, "scenario.yaml"), seed: 7, workers: 1 };
    await expect(fit(options)).rejects.toThrow("must not be fitted on the starts of the exam");
  });

  it("learns the same from a recording of the plant", async () => {
    const folder = await cartFolder();
    const manifest = SCENARIO.replace("baseline: linear\n", "").replace(/ {2}linear:.*\n/, "");
    const scenario = join(folder, "scenario.yaml");
    await writeFile(scenario, manifest);
    const record = join(folder, "trial.mcap");
    await runOne({ scenario, policy: "random", record });
    const { model } = await fit({ scenario, logs: [record], ridge: 1e-12 });
    expect(model.fittedOn).toMatchObject({ description: "1 recording", traces: 1, transitions: 50 });
    expect(model.outputs.every(({ residualStd }) => residualStd < 1e-9)).toBe(true);
  });
});
