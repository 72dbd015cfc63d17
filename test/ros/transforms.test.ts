import { expect, it } from "vitest";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { openWorld } from "../../src/api/open.ts";
import { entitiesOf } from "../../src/ros/entities.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE } from "../../src/ros/node.ts";
import { TransformPublisher } from "../../src/ros/transforms.ts";
import { until } from "../contracts/ros-node-contract.ts";

interface TfMessage {
  readonly transforms: readonly {
    readonly header: { readonly stamp: { sec: number; nanosec: number }; readonly frame_id: string };
    readonly child_frame_id: string;
    readonly transform: {
      readonly translation: Readonly<Record<"x" | "y" | "z", number>>;
      readonly rotation: Readonly<Record<"x" | "y" | "z" | "w", number>>;
    };
  }[];
}

it("says where the forklift is on /tf, and where the person is while they are seen", async () => {
  const scenario = await loadScenario("warehouse-turn");
  const network = new InMemoryNetwork({});
  const onProblem = (where: string, thrown: unknown): never => {
    throw new Error(where, { cause: thrown });
  };
  const node = network.open({ name: "simgate", onProblem });
  const listener = network.open({ name: "listener", onProblem });
  const decode = messageDecoder<TfMessage>("tf2_msgs/msg/TFMessage");
  const heard: TfMessage[] = [];
  listener.topics.subscribe("/tf", "tf2_msgs/msg/TFMessage", RELIABLE, (bytes) => heard.push(decode(bytes)));

  const world = await openWorld(scenario, "mujoco");
  const transforms = new TransformPublisher(node, entitiesOf(scenario));
  const [start] = drawPanel(scenario, { count: 1 });
  const turned = { ...start!.initial, yaw: [Math.PI / 2] };
  const inSight = { ...turned, position: [2.8, 0.9], person_position: [2.8, 2.4] };
  for (const initial of [turned, inSight]) {
    transforms.publish(await world.reset([{ ...start!, initial }]), 1_500_000_000n);
  }
  await until(() => heard.length === 2);
  expect(heard.map(({ transforms: all }) => all.map((one) => one.child_frame_id))).toEqual([
    ["base_link"],
    ["base_link", "person"],
  ]);
  const [forklift, person] = heard[1]!.transforms;
  expect(forklift!.header).toEqual({ stamp: { sec: 1, nanosec: 500_000_000 }, frame_id: "odom" });
  expect(forklift!.transform.translation).toEqual({ x: 2.8, y: 0.9, z: 0 });
  expect(forklift!.transform.rotation.z).toBeCloseTo(Math.SQRT1_2, 12);
  expect(person!.transform.translation).toEqual({ x: 2.8, y: 2.4, z: 0 });
  transforms.close();
  await world.close();
  await node.close();
  await listener.close();
});

it("opens no /tf where nothing has a place", async () => {
  const scenario = await loadScenario("cartpole");
  const network = new InMemoryNetwork({});
  const node = network.open({ name: "simgate", onProblem: () => undefined });
  new TransformPublisher(node, entitiesOf(scenario)).close();
  expect(node.topics.publishersOf("/tf")).toEqual([]);
  await node.close();
});
