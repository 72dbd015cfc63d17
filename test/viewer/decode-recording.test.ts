import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { composeContract } from "../../src/api/contract.ts";
import { ContractRollouts } from "../../src/api/view-rollouts.ts";
import { sceneOf } from "../../src/api/view-scene.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { compareWorlds } from "../../src/viewer/compare-worlds.ts";
import { decodeRecording } from "../../src/viewer/decode-recording.ts";
import { bodyPoses } from "../../src/viewer/kinematics.ts";

const never = new AbortController().signal;

it("a run rolled out again is read in the browser as it is read on disk, and branches go on from it exactly", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simgate-decode-"));
  const contract = await composeContract({
    scenario: "cartpole",
    world: "linear",
    policies: ["lqr", "timid"],
    starts: 4,
  });
  const rollouts = new ContractRollouts(contract);
  try {
    const bytes = await rollouts.recording("lqr", 2, ["truth", "candidate"], never);
    const file = join(folder, "run.mcap");
    writeFileSync(file, bytes);
    const { worlds, losses } = await decodeRecording(readFileSync(file));
    expect(losses).toEqual([]);
    expect(worlds.map(({ role, name }) => [role, name])).toEqual([
      ["truth", "mujoco"],
      ["candidate", "linear"],
    ]);
    for (const world of worlds) {
      const [trace] = await readTraces(file, contract.scenario, { role: world.role });
      for (const [name, values] of Object.entries(trace!.observation)) {
        expect(world.observation[name]!.values).toEqual(values);
      }
      expect(world.applied["force"]!.values).toEqual(trace!.appliedAction["force"]);
    }
    const comparison = compareWorlds(worlds[0]!, worlds[1]!)!;
    expect(comparison.worst[0]).toBe(0);

    for (const world of ["truth", "candidate"] as const) {
      const branched = await decodeRecording(
        await rollouts.branch({ run: "lqr/2", atStep: 10, from: world, world }, never),
      );
      const [branch] = branched.worlds;
      const whole = worlds.find(({ role }) => role === world)!;
      const signal = whole.observation["pole_angle"]!;
      expect(branch!.fromSec).toBeCloseTo(0.2, 12);
      expect(branch!.observation["pole_angle"]!.timesSec[0]).toBeCloseTo(0.2, 9);
      expect(branch!.observation["pole_angle"]!.values).toEqual(signal.values.slice(10));
    }
    const cut = await decodeRecording(bytes.subarray(0, bytes.length / 2));
    expect(cut.losses.length).toBeGreaterThan(0);
    expect(cut.worlds[0]!.steps).toBeGreaterThan(0);
  } finally {
    await rollouts.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);

it("bodies stand where the angles of the joints put them", async () => {
  const scenario = await loadScenario("double-pendulum");
  const scene = await sceneOf(scenario, scenario.worlds["ideal"], {});
  const [shoulder, elbow] = [0.7, -1.2];
  const poses = bodyPoses(scene, (channel) => (channel === "joint_pos" ? [shoulder, elbow] : undefined));
  const lower = poses[scene.bodies.findIndex(({ name }) => name === "lower")]!;
  // The upper link is 0.2 m long; 0 hangs down, positive swings to +x; both turn about -y.
  expect(lower.position[0]).toBeCloseTo(0.2 * Math.sin(shoulder), 12);
  expect(lower.position[2]).toBeCloseTo(-0.2 * Math.cos(shoulder), 12);
  expect(lower.orientation[0]).toBeCloseTo(Math.cos((shoulder + elbow) / 2), 12);
  expect(lower.orientation[2]).toBeCloseTo(-Math.sin((shoulder + elbow) / 2), 12);
}, 60_000);
