import { describe, expect, it } from "vitest";
import type { Start, Trace } from "../../src/core/trace.ts";
import { LogWorld } from "../../src/world/log.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { scenario, tinyForce, tinyStarts } from "./fixtures/tiny-scenario.ts";

/** Position counts 100 a recording and 1 a step. */
function recording(start: Start, steps: number): Trace {
  const rows = Array.from({ length: steps + 1 }, (_, step) => step);
  return {
    start,
    steps,
    controlPeriodSec: 0.02,
    end: "horizon",
    observation: {
      position: Float64Array.from(rows, (step) => 10 * start.index + step),
      angle: Float64Array.from(rows, (step) => 0.1 * step),
      joint_vel: Float64Array.from(rows.flatMap((step) => [step, -step])),
    },
    requestedAction: { force: new Float64Array(steps) },
    appliedAction: { force: new Float64Array(steps) },
  };
}

const starts = tinyStarts(5);
const open = (traces: readonly Trace[]) => LogWorld.open({ name: "log", scenario, traces });

describeWorldContract("log", async () => ({
  world: await open(starts.map((start) => recording(start, 12))),
  starts,
}));

describe("a recording as a world", () => {
  it("plays each start's own trace and does not heed actions", async () => {
    const world = await open(starts.map((start) => recording(start, 12)));
    expect(world.spec.respondsToActions).toBe(false);
    const first = await world.reset([starts[2]!, starts[0]!]);
    expect([...first.columns["position"]!]).toEqual([20, 0]);
    const { observation, faults } = await world.step(tinyForce(2, 0));
    expect([...observation.columns["position"]!]).toEqual([21, 1]);
    expect([...observation.columns["joint_vel"]!]).toEqual([1, -1, 1, -1]);
    expect(faults).toEqual([]);
  });

  it("ends a lane when its recording does, and plays the others on", async () => {
    const world = await open([recording(starts[0]!, 1), recording(starts[1]!, 3)]);
    await world.reset(starts.slice(0, 2));
    await world.step(tinyForce(2, 0));
    const { observation, faults } = await world.step(tinyForce(2, 1));
    expect(faults).toEqual([{ lane: 0, step: 1, kind: "ended", reason: "the recording ends after 1 steps" }]);
    expect([...observation.columns["position"]!]).toEqual([1, 12]);
  });

  it("plays its only trace whatever the start, and asks for the right one among several", async () => {
    const only = await open([recording(starts[3]!, 2)]);
    const { columns } = await only.reset(starts.slice(0, 2));
    expect([...columns["position"]!]).toEqual([30, 30]);
    const several = await open([recording(starts[0]!, 2), recording(starts[3]!, 2)]);
    await expect(several.reset([starts[1]!])).rejects.toThrow(/no recording of start #1[^]*#0, #3/);
  });

  it("faults a lane where the recording holds a value that is no number", async () => {
    const trace = recording(starts[0]!, 3);
    trace.observation["angle"]![2] = NaN;
    const world = await open([trace]);
    await world.reset([starts[0]!]);
    await world.step(tinyForce(1, 0));
    const { faults } = await world.step(tinyForce(1, 1));
    expect(faults).toMatchObject([{ lane: 0, step: 1, kind: "not-finite" }]);
  });

  it("refuses recordings that are not of the scenario", async () => {
    const trace = recording(starts[0]!, 3);
    await expect(open([])).rejects.toMatchObject({ code: "input" });
    await expect(open([{ ...trace, controlPeriodSec: 0.1 }])).rejects.toThrow(/another control period/);
    const { angle: _, ...rest } = trace.observation;
    await expect(open([{ ...trace, observation: rest }])).rejects.toThrow(
      /channel "angle"[^]*no such channel/,
    );
  });
});
