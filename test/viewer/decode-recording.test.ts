import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { composeContract } from "../../src/api/contract.ts";
import { ContractRollouts } from "../../src/api/view-rollouts.ts";
import { sceneOf } from "../../src/api/view-scene.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import type { RecordedChannel } from "../../src/record/recorded-channel.ts";
import { writeTraces } from "../../src/record/write-traces.ts";
import type { Trace } from "../../src/core/trace.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { compareWorlds } from "../../src/viewer/compare-worlds.ts";
import { decodeGiven, decodeRecording, type GivenBytes } from "../../src/viewer/decode-recording.ts";
import { bodyPoses } from "../../src/viewer/kinematics.ts";
import type { Recording } from "../../src/viewer/recording.ts";

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

it("channels that share a message of ROS, a yaw as a quaternion and a scan are read as they are on disk", async () => {
  const contract = await composeContract({
    ...{ scenario: "warehouse-turn", world: "linear", policies: ["careful"], starts: 2 },
  });
  const rollouts = new ContractRollouts(contract);
  const folder = mkdtempSync(join(tmpdir(), "simgate-decode-"));
  try {
    const file = join(folder, "run.mcap");
    writeFileSync(file, await rollouts.recording("careful", 1, ["truth", "candidate"], never));
    const { worlds, undecoded } = await decodeRecording(readFileSync(file));
    expect(undecoded).toEqual([]);
    for (const world of worlds) {
      const [trace] = await readTraces(file, contract.scenario, { role: world.role });
      expect(Object.keys(world.observation).sort()).toEqual(Object.keys(trace!.observation).sort());
      for (const [name, values] of Object.entries(trace!.observation)) {
        expect(world.observation[name]!.values).toEqual(values);
      }
    }
  } finally {
    await rollouts.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("a long recording", () => {
  const STEPS = 6000;
  const channels = Array.from({ length: 5 }, (_, i): RecordedChannel => ({
    name: `channel_${i}`,
    unit: "m",
    kind: "linear",
    shape: [3],
    size: 3,
    tolerance: 0.1,
  }));
  let bytes: Uint8Array;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "simgate-parts-"));
    const path = join(folder, "long.mcap");
    const traceOf = (offset: number): Trace => ({
      start: { index: 0, initial: {}, parameters: {}, seed: 1n },
      steps: STEPS,
      controlPeriodSec: 0.01,
      end: "horizon",
      observation: Object.fromEntries(
        channels.map(({ name }) => [
          name,
          Float64Array.from({ length: 3 * (STEPS + 1) }, (_, i) => i + offset),
        ]),
      ),
      requestedAction: {},
      appliedAction: {},
    });
    await writeTraces(
      [
        { role: "truth", world: "a", trace: traceOf(0) },
        { role: "candidate", world: "b", trace: traceOf(0.5) },
      ],
      { path, channels: { observation: channels, action: [] } },
    );
    bytes = readFileSync(path);
    rmSync(folder, { recursive: true });
  });

  /** Reads it, and keeps of each part what it was when it was handed over. */
  async function partsFrom(fromSec: number): Promise<{ parts: Recording[]; whole: Recording }> {
    let farthest = 0;
    const given: GivenBytes = {
      size: bytes.length,
      read: async (offset, length) => {
        // The index at the end of the file is read first.
        if (offset < 0.9 * bytes.length) farthest = Math.max(farthest, offset + length);
        return bytes.subarray(offset, offset + length);
      },
    };
    const parts: Recording[] = [];
    const whole = await decodeGiven(
      given,
      {},
      {
        fromSec,
        take: async (part) => {
          const before = farthest;
          parts.push(structuredClone(part));
          await new Promise((resolve) => setTimeout(resolve, 5));
          expect(farthest).toBe(before);
        },
      },
    );
    return { parts, whole };
  }

  it("comes in parts, each from its beginning, that know how long it will be", async () => {
    const { parts, whole } = await partsFrom(0);
    expect(parts.length).toBeGreaterThan(0);
    expect(whole.durationSec).toBeCloseTo(60, 6);
    expect(whole.wholeSec).toBe(whole.durationSec);
    for (const part of parts) {
      expect(part.durationSec).toBeLessThan(59);
      expect(part.wholeSec).toBeCloseTo(60, 1);
      expect(part.worlds.map(({ role }) => role)).toEqual(["truth", "candidate"]);
      for (const [i, { observation }] of part.worlds.entries()) {
        const { timesSec, values } = observation["channel_4"]!;
        expect(values.length).toBe(3 * timesSec.length);
        expect(values).toEqual(whole.worlds[i]!.observation["channel_4"]!.values.subarray(0, values.length));
      }
    }
    expect(parts[0]!.durationSec).toBeLessThan(20);
    expect(await decodeRecording(bytes)).toEqual(whole);
  });

  it("comes first as far as the moment that is looked at", async () => {
    const { parts } = await partsFrom(25);
    expect(parts[0]!.durationSec).toBeGreaterThanOrEqual(25);
    expect((await partsFrom(1000)).parts).toEqual([]);
  });
});

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
