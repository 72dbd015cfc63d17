import { describe, expect, it } from "vitest";
import { ClockPublisher, followClock, otherClocks, type ClockTick } from "../../src/ros/clock.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { BEST_EFFORT } from "../../src/ros/node.ts";
import { CLOCK_TYPE, encodeMessage } from "../../src/ros/messages.ts";
import { until } from "../contracts/ros-node-contract.ts";

const onProblem = (where: string, thrown: unknown): never => {
  throw new Error(`${where}: ${String(thrown)}`);
};

describe("clock", () => {
  it("is heard whether it is published reliably or not, and tells when it jumps back", async () => {
    const network = new InMemoryNetwork();
    const [player, listener] = ["player", "listener"].map((name) => network.open({ name, onProblem }));
    const ticks: ClockTick[] = [];
    followClock(listener!, (tick) => ticks.push(tick));
    const bag = player!.topics.advertise("/clock", CLOCK_TYPE, BEST_EFFORT); // as `ros2 bag play --clock` does
    for (const sec of [5, 6, 1]) bag.publish(encodeMessage(CLOCK_TYPE, { clock: { sec, nanosec: 7 } }));
    await until(() => ticks.length === 3);
    expect(ticks).toEqual([
      { timeNs: 5_000_000_007n, jumpedBack: false },
      { timeNs: 6_000_000_007n, jumpedBack: false },
      { timeNs: 1_000_000_007n, jumpedBack: true },
    ]);
  });

  it("is published no more often than it is to, except that a jump back is told at once", async () => {
    const network = new InMemoryNetwork();
    const [own, listener] = ["own", "listener"].map((name) => network.open({ name, onProblem }));
    const heard: number[] = [];
    followClock(listener!, ({ timeNs }) => heard.push(Number(timeNs / 1_000_000n)));
    const clock = new ClockPublisher(own!, 0.01);
    for (const ms of [0, 4, 8, 12, 16, 23, 0, 5]) {
      clock.publish(BigInt(ms) * 1_000_000n);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => heard.length === 4);
    expect(heard).toEqual([0, 12, 23, 0]);
    expect(otherClocks(own!)).toEqual([]);
    expect(otherClocks(listener!)).toEqual(["/own"]);
  });
});
