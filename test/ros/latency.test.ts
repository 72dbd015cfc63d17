import { afterEach, describe, expect, it } from "vitest";
import { latencyModel, latencySchema, stepsOf } from "../../src/ros/latency.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE } from "../../src/ros/node.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { host, scenario, type HostOptions, type InMemoryHosted } from "./hosted.ts";

let open: InMemoryHosted[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
async function hosted(options: HostOptions): Promise<InMemoryHosted> {
  const one = await host(options);
  open.push(one);
  return one;
}
const sync = (latency: object) => ({ mode: "lockstep", deadlineMs: 5000, latency });

describe("latency models", () => {
  it.each([
    [{ kind: "free" }, [0, 0, 0]],
    [{ kind: "measured" }, [70, 70, 70]],
    [{ kind: "fixed", ms: 12 }, [12, 12, 12]],
    [{ kind: "recorded", listMs: [5, 9] }, [5, 9, 5]],
    [{ kind: "distribution", meanMs: 4, stdMs: 0 }, [4, 4, 4]],
  ])("%j", (config, expected) => {
    const model = latencyModel(latencySchema.parse(config));
    expect([0, 1, 2].map((answer) => model(answer, 70))).toEqual(expected);
  });

  it("draw from the distribution that is asked for, the same each time", () => {
    const config = latencySchema.parse({ kind: "distribution", meanMs: 100, stdMs: 20, seed: 3 });
    const draws = Array.from({ length: 4000 }, (_, i) => latencyModel(config)(i, 0));
    const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
    const variance = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 100)).toBeLessThan(5 * (20 / Math.sqrt(4000)));
    expect(Math.sqrt(variance)).toBeCloseTo(20, -0.3);
    expect(latencyModel(config)(17, 0)).toBe(draws[17]);
  });

  it("take effect at the first control step that begins after them", () => {
    expect([0, 1, 20, 20.1, 40].map((ms) => stepsOf(ms, 0.02))).toEqual([0, 1, 1, 2, 2]);
  });
});

describe("thinking time in lockstep", () => {
  it("leaves the command before in force until it has passed", async () => {
    // 1 s a step; the speed is the number of the observation it answers
    const one = await hosted({
      config: { play: true, atEnd: "continue", sync: sync({ kind: "fixed", ms: 2000 }) },
      policy: (_position, timeSec) => (timeSec + 1) / 10,
    });
    await until(() => one.heard.length >= 8);
    const speeds = one.heard.slice(1, 8).map(([, at], i) => Math.round(10 * (at - one.heard[i]![1])));
    // asked at 0: in force from 2 on; asked again at 3: in force from 5 on
    expect(speeds).toEqual([0, 0, 1, 1, 1, 4, 4]);
  });

  it("moves the boundary between two action chunks", async () => {
    const chunked = {
      ...scenario,
      action: [
        {
          ...scenario.action[0]!,
          ros: {
            topic: "/cmd",
            type: "trajectory_msgs/msg/JointTrajectory",
            field: "points[0].velocities[cart]",
            align: "hold" as const,
            stamp: "header" as const,
          },
        },
      ],
    };
    const boundaries = async (latency: object): Promise<number[]> => {
      const one = await hosted({
        scenario: chunked,
        config: { play: true, atEnd: "continue", sync: sync(latency) },
      });
      const out = one.client.topics.advertise("/cmd", "trajectory_msgs/msg/JointTrajectory", RELIABLE);
      const decode = messageDecoder<{ header: { stamp: { sec: number; nanosec: number } } }>(
        "sensor_msgs/msg/JointState",
      );
      // Chunks of three speeds: 0.1, 0.2, 0.3.
      one.client.topics.subscribe("/joint_states", "sensor_msgs/msg/JointState", RELIABLE, (bytes) =>
        out.publish(
          encodeMessage("trajectory_msgs/msg/JointTrajectory", {
            header: decode(bytes).header,
            joint_names: ["cart"],
            points: [0.1, 0.2, 0.3].map((speed) => ({ velocities: [speed] })),
          }),
        ),
      );
      await until(() => one.heard.length >= 12);
      // whoever comes after the first observation hears it again
      const told = one.heard.filter(([time], i) => time !== one.heard[i - 1]?.[0]);
      return told.slice(1, 11).map(([, at], i) => Math.round(10 * (at - told[i]![1])));
    };
    expect(await boundaries({ kind: "free" })).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1]);
    expect(await boundaries({ kind: "fixed", ms: 1500 })).toEqual([0, 0, 1, 2, 3, 3, 3, 1, 2, 3]);
  });
});

describe("commands without a stamp", () => {
  const unstamped = {
    ...scenario,
    action: [
      {
        ...scenario.action[0]!,
        ros: { ...scenario.action[0]!.ros!, stamp: "receive" as const },
      },
    ],
  };

  it("answer the observation that is owed an answer after a missed deadline, not the next one", async () => {
    const one = await hosted({
      scenario: unstamped,
      config: {
        play: true,
        atEnd: "continue",
        sync: { mode: "lockstep", deadlineMs: 100, onDeadline: "zero" },
      },
    });
    await until(() => one.heard.length === 1);
    one.command(0.1, 0); // answers the first observation
    await until(() => one.heard.length === 2);
    await until(() => one.heard.length === 3); // nobody answered the second in time
    one.command(0.9, 0); // late: for the second
    one.command(0.3, 0); // for the third
    await until(() => one.heard.length === 4);
    expect(one.heard.map(([, at]) => Math.round(at * 10))).toEqual([0, 1, 1, 4]);
  });

  it("count again once it is clear that nothing is owed any more", async () => {
    const one = await hosted({
      scenario: unstamped,
      config: {
        play: true,
        atEnd: "continue",
        sync: { mode: "lockstep", deadlineMs: 100, onDeadline: "zero" },
      },
    });
    await until(() => one.heard.length === 1);
    one.command(0.1, 0);
    await until(() => one.heard.length === 4); // the policy has died; two deadlines missed
    one.command(0.9, 0); // it is back: taken for a late answer once
    await until(() => one.heard.length === 5);
    one.command(0.5, 0);
    await until(() => one.heard.length === 6);
    expect(one.heard.map(([, at]) => Math.round(at * 10))).toEqual([0, 1, 1, 1, 1, 6]);
  });
});
