import { afterEach, describe, expect, it } from "vitest";
import { until } from "../contracts/ros-node-contract.ts";
import { CountingWorld } from "../rollout/counting-world.ts";
import { alongside, play, type Alongside, type AlongsideOptions } from "./alongside.ts";
import { describeBesideFaults } from "./beside-faults.ts";

let open: Alongside[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
async function beside(options?: AlongsideOptions): Promise<Alongside> {
  const one = await alongside(options);
  open.push(one);
  return one;
}

describe("beside", () => {
  it("gives the candidate truth's start and truth's commands, and finds no error where it is perfect", async () => {
    const one = await beside();
    await play(one, 5, { at: 3 });
    await until(() => one.rows.length === 4);
    expect(one.rows.map(({ time, step, stepsAlone, worst }) => [time, step, stepsAlone, worst])).toEqual([
      [2, 1, 1, 0],
      [3, 2, 2, 0],
      [4, 3, 3, 0],
      [5, 4, 4, 0],
    ]);
    expect(one.ghosts).toEqual([
      [1, 3],
      [2, 3.5],
      [3, 4],
      [4, 4.5],
      [5, 5],
    ]);
  });

  it("says how far off it is, in tolerances, and since when", async () => {
    const one = await beside();
    // Truth moves 0.56 m a second and is told 0.5: 0.06 m more each second, of 0.1 m tolerance.
    await play(one, 4, { speed: 0.56, told: 0.5 });
    await until(() => one.rows.length === 3);
    one.rows.forEach(({ worst, errors }, i) => {
      expect(worst).toBeCloseTo(0.6 * (i + 1), 9);
      expect(errors).toEqual([worst]);
    });
    await until(() => one.status("divergence")?.level === 1);
    expect(one.valueOf("divergence", "first divergence")).toMatch(/^3.000 s, position, 2.000 s after/);
    expect(one.log).toContainEqual(
      expect.stringMatching(/^warn: 3.000 s: ok → warn: position is 1.20 tolerances off/),
    );
  });

  it("is never heard commanding", async () => {
    const one = await beside();
    await play(one, 3);
    expect(one.robot.topics.publishersOf("/cmd").map(({ node }) => node)).toEqual(["/policy"]);
  });

  it("is put where truth is every k steps", async () => {
    const one = await beside({ config: { resync: { everySteps: 2 } } });
    await play(one, 6, { speed: 0.6, told: 0.5 });
    await until(() => one.rows.length === 5);
    expect(one.rows.map(({ stepsAlone, worst }) => [stepsAlone, Math.round(worst)])).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it("is put where truth is once it is too far off", async () => {
    const one = await beside({ config: { resync: { beyond: 2.5 } } });
    await play(one, 6, { speed: 0.6, told: 0.5 });
    await until(() => one.rows.length === 5);
    expect(one.rows.map(({ worst }) => Math.round(worst))).toEqual([1, 2, 3, 1, 2]);
  });

  it("is put where truth is on request", async () => {
    const one = await beside();
    const at = await play(one, 3, { speed: 0.6, told: 0.5 });
    expect(await one.resync()).toMatchObject({ success: true });
    await play(one, 3, { from: 4, at, speed: 0.6, told: 0.5 });
    await until(() => one.rows.length === 5);
    expect(one.rows.map(({ stepsAlone }) => stepsAlone)).toEqual([1, 2, 3, 1, 2]);
  });

  it("says whether it is within the horizon over which it may be believed", async () => {
    const one = await beside({ usableHorizon: { sec: 2, source: "an exam" } });
    await play(one, 3);
    await until(() => one.valueOf("divergence", "usable horizon") === "inside");
    await play(one, 2, { from: 4, at: 1.5 });
    await until(() => one.valueOf("divergence", "usable horizon") === "outside");
    expect(one.valueOf("divergence", "usable horizon from")).toBe("an exam");
  });

  it("never holds truth up: a slow candidate gives steps up and goes on from the newest", async () => {
    const one = await beside({
      candidate: new CountingWorld({ onStep: () => new Promise((resolve) => setTimeout(resolve, 30)) }),
      config: { longestQueue: 3 },
    });
    const at = await play(one, 20);
    await until(() => one.log.some((line) => line.startsWith("warn: the candidate is too slow")));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await play(one, 2, { from: 21, at });
    await until(() => one.rows.at(-1)?.time === 22);
    expect(one.rows.at(-1)!.worst).toBe(0);
    await until(() => one.status("candidate")?.level === 1);
  });

  it("counts what comes late, twice, out of order, or not at all", async () => {
    const one = await beside();
    await play(one, 3);
    one.show(9, 2.9); // of a step that is over
    one.show(1.5, 4);
    one.show(1.5, 4);
    one.show(2.5, 6); // nothing for 5 s: the last is held
    await until(() => one.valueOf("truth", "/joint_states samples") === "7");
    expect(one.valueOf("truth", "/joint_states out of order")).toBe("1");
    expect(one.valueOf("truth", "/joint_states too late")).toBe("1");
    expect(one.valueOf("truth", "/joint_states repeated")).toBe("1");
  });
});

describeBesideFaults("in memory");
