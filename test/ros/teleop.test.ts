import { afterEach, describe, expect, it } from "vitest";
import { bridgeConfigSchema } from "../../src/ros/bridge-config.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE } from "../../src/ros/node.ts";
import type { TeleopConfig } from "../../src/ros/teleop-config.ts";
import { Teleop } from "../../src/ros/teleop.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { scenario } from "./hosted.ts";

let open: Teleop[] = [];
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

const STAMPED = "geometry_msgs/msg/TwistStamped";
const JOY = { axes: [{ axis: 1, channel: "speed", scale: 0.8 }], deadman: 4, deadzone: 0.2 };

async function teleop(config: object) {
  const network = new InMemoryNetwork();
  const onProblem = (where: string, thrown: unknown): never => {
    throw new Error(`${where}: ${String(thrown)}`);
  };
  const one = new Teleop({
    node: network.open({ name: "teleop", onProblem }),
    scenario: { ...scenario, controlPeriodSec: 0.005 },
    config: bridgeConfigSchema.parse({
      schema: "simgate/bridge@1",
      mode: "teleop",
      scenario: "cart",
      ...config,
    }) as TeleopConfig,
    problems: () => [],
    log: () => undefined,
  });
  open.push(one);
  const person = network.open({ name: "person", onProblem });
  const commands: number[] = [];
  const decode = messageDecoder<{ twist: { linear: { x: number } } }>(STAMPED);
  person.topics.subscribe("/cmd", STAMPED, { ...RELIABLE, depth: 1000 }, (bytes) =>
    commands.push(decode(bytes).twist.linear.x),
  );
  const send = (topic: string, type: string) => {
    const publisher = person.topics.advertise(topic, type, RELIABLE);
    return (message: Readonly<Record<string, unknown>>) => publisher.publish(encodeMessage(type, message));
  };
  await one.activate();
  return { one, commands, send };
}

describe("teleop", () => {
  it("turns a joystick into commands while the deadman button is held, and zero once when it is let go", async () => {
    const { commands, send } = await teleop({ joy: JOY, timeoutMs: 60_000 });
    const joy = send("/joy", "sensor_msgs/msg/Joy");
    const buttons = (held: 0 | 1): number[] => [0, 0, 0, 0, held];
    joy({ axes: [0, 1], buttons: buttons(0) });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(commands).toEqual([]); // not held
    joy({ axes: [0, 0.6], buttons: buttons(1) });
    await until(() => commands.length >= 3);
    // (0.6 − 0.2) of the 0.8 beyond the dead zone, times 0.8
    expect(commands[0]).toBeCloseTo(0.4, 6);
    joy({ axes: [0, 0.6], buttons: buttons(0) });
    await until(() => commands.at(-1) === 0);
    const sent = commands.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(commands.length).toBe(sent); // zero once: nobody else is talked over
    joy({ axes: [0, -0.1], buttons: buttons(1) });
    await until(() => commands.length > sent);
    expect(commands.at(-1)).toBeCloseTo(0, 9); // in the dead zone
  });

  it.each(["geometry_msgs/msg/Twist", STAMPED])(
    "turns %s into commands, and zero when it stops",
    async (type) => {
      const map = [{ field: "angular.z", channel: "speed", scale: -0.5 }];
      const { commands, send } = await teleop({ twist: { topic: "/cmd_vel", type, map }, timeoutMs: 50 });
      const twist = { linear: { x: 9 }, angular: { z: 1 } };
      send("/cmd_vel", type)(type === STAMPED ? { twist } : twist);
      await until(() => commands.length > 0 && commands.at(-1) === 0);
      expect(commands[0]).toBe(-0.5);
      expect(commands.filter((speed) => speed === 0)).toHaveLength(1);
    },
  );

  it("adds what several inputs say, within the limits of the channel", async () => {
    const { commands, send } = await teleop({
      twist: { map: [{ field: "linear.x", channel: "speed" }] },
      joy: { buttons: [{ button: 0, channel: "speed", value: 0.75 }] },
    });
    send("/joy", "sensor_msgs/msg/Joy")({ buttons: [1] });
    await until(() => commands.length > 0);
    expect(commands.at(-1)).toBe(0.75);
    send("/cmd_vel", "geometry_msgs/msg/Twist")({ linear: { x: 0.5 } });
    await until(() => commands.at(-1) === 1);
  });

  it.each([
    [{}, /nothing to listen to/],
    [{ joy: {} }, /no axis and no button/],
    [{ joy: { axes: [{ axis: 0, channel: "sped" }] } }, /did you mean "speed"/],
    [{ twist: { topic: "/cmd", map: [{ field: "linear.x", channel: "speed" }] } }, /its own commands/],
  ])("refuses %j", async (config, message) => {
    await expect(teleop(config)).rejects.toThrow(message);
  });
});
