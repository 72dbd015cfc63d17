import { RemoteSimulator } from "../../src/ros/remote-simulator.ts";
import { RosWorld } from "../../src/world/ros.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { startsAt } from "../rollout/counting-world.ts";
import { host, scenario } from "../ros/hosted.ts";

/** As many as the contract ever asks for at once: each lane is a simulator on a network of its own. */
const SIMULATORS = 12;

describeWorldContract("simulators on ROS, in memory", async () => {
  const hosts = await Promise.all(
    Array.from({ length: SIMULATORS }, () =>
      host({ about: { simgate: "1", scenario: "cart" }, config: { atEnd: "continue" } }),
    ),
  );
  const simulators = await Promise.all(
    hosts.map(({ network }) =>
      RemoteSimulator.open({
        node: network.open({
          name: "exam",
          onProblem: (where, thrown) => {
            throw new Error(`${where}: ${String(thrown)}`);
          },
        }),
        scenario,
        namespace: "/simgate",
        steps: 1,
        settleSteps: 0,
        deadlineMs: 2000,
      }),
    ),
  );
  const world = new RosWorld({ name: "counting", scenario, simulators });
  const closeWorld = world.close.bind(world);
  world.close = async () => {
    await closeWorld();
    await Promise.all(hosts.map((one) => one.close()));
  };
  return { world, starts: startsAt(0.1, 2, -3, 40) };
});
