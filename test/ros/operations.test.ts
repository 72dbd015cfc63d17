import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { inspect } from "../../src/api/inspect.ts";
import { openRclnodejs } from "../../src/ros/rclnodejs.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE, type RosMessage, type RosNode } from "../../src/ros/node.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { temporaryFolder } from "../record/temporary-folder.ts";
import { whyNoRos } from "./why-no-ros.ts";

const MAIN = join(import.meta.dirname, "../../dist/cli/main.js");
const skip = (await whyNoRos()) ?? (existsSync(MAIN) ? undefined : "npm run build has not been run");

/** A process loads its modules and opens a world. */
const START_MS = 30_000;

const inFolder = temporaryFolder();
const running: ChildProcess[] = [];
let client: RosNode | undefined;
afterEach(async () => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  await client?.close();
  client = undefined;
});

/** `simgate bridge …` in a process of its own, as a user starts it. */
function bridge(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, "bridge", ...args]);
  running.push(child);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  return { child, ended, said: () => said };
}

async function call(name: string, type: string, request: RosMessage): Promise<RosMessage> {
  client ??= await openRclnodejs({ name: `client_${process.pid}`, onProblem: () => undefined });
  return client.services.call(name, type, request, { timeoutMs: 20_000 });
}
const lifecycleState = async (node: string): Promise<unknown> =>
  ((await call(`${node}/get_state`, "lifecycle_msgs/srv/GetState", {}))["current_state"] as { label: string })
    .label;
const transition = async (node: string, id: number): Promise<unknown> =>
  (await call(`${node}/change_state`, "lifecycle_msgs/srv/ChangeState", { transition: { id, label: "" } }))[
    "success"
  ];

/** What `ros2 param set` does. @returns why it was refused; empty: it was not. */
async function setParameter(node: string, name: string, value: string | number | bigint): Promise<unknown> {
  const message =
    typeof value === "string"
      ? { type: 4, string_value: value }
      : typeof value === "bigint"
        ? { type: 2, integer_value: value }
        : { type: 3, double_value: value };
  const { results } = await call(`${node}/set_parameters`, "rcl_interfaces/srv/SetParameters", {
    parameters: [{ name, value: message }],
  });
  return (results as { successful: boolean; reason: string }[])[0]!.reason;
}
async function getParameter(node: string, name: string): Promise<unknown> {
  const { values } = await call(`${node}/get_parameters`, "rcl_interfaces/srv/GetParameters", {
    names: [name],
  });
  const [value] = values as { type: number; double_value: number; string_value: string }[];
  return value!.type === 3 ? value!.double_value : value!.string_value;
}

const test = (title: string, run: () => Promise<void>): void => {
  it(title, { timeout: 120_000 }, async (context) => {
    if (skip !== undefined) context.skip(skip);
    await run();
  });
};

describe("simgate bridge, as a process on a real ROS 2 network", () => {
  test("waits to be configured and activated if it is told to, and leaves when it is shut down", async () => {
    const { ended, said } = bridge("replace", "--ros-args", "-p", "autostart:=false", "-p", "world:=linear");
    expect(await lifecycleState("/simgate")).toBe("unconfigured");
    expect(await setParameter("/simgate", "world", "no-such-world")).toBe("");
    expect(await transition("/simgate", 1)).toBe(false);
    await until(() => /configure failed: .*no-such-world/.test(said()), START_MS);
    expect(await setParameter("/simgate", "world", "linear")).toBe("");
    expect(await transition("/simgate", 1)).toBe(true);
    expect(await lifecycleState("/simgate")).toBe("inactive");
    expect(await setParameter("/simgate", "world", "gru")).toMatch(/unconfigured/);
    expect(await transition("/simgate", 3)).toBe(true);
    expect(await lifecycleState("/simgate")).toBe("active");
    expect(await transition("/simgate", 7)).toBe(true);
    expect(await ended).toBe(0);
  });

  test("takes parameters from the launch in a namespace, and others while it runs", async () => {
    const { child, ended, said } = bridge(
      ...["replace", "--ros-args", "-r", "__ns:=/left", "-r", "__node:=cart"],
      ...["-p", "cart:sync.deadlineMs:=250", "-p", "world:=linear", "-p", "start:='#3'"],
    );
    await until(() => /\/left\/cart hosts cartpole\/linear/.test(said()), START_MS);
    expect(await getParameter("/left/cart", "sync.deadlineMs")).toBe(250);
    expect(await getParameter("/left/cart", "start")).toBe("#3");
    expect(await setParameter("/left/cart", "sync.deadlineMs", 100n)).toBe(""); // an integer, as people type it
    expect(await getParameter("/left/cart", "sync.deadlineMs")).toBe(100);
    expect(await setParameter("/left/cart", "sync.deadlineMs", -1)).not.toBe("");
    expect(await setParameter("/left/cart", "start", "#100000")).toMatch(/no start #100000/);
    expect(await setParameter("/left/cart", "sync.onDeadline", "wait")).toMatch(/"hold"/);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  test("plays with a policy in another process until Ctrl-C, and is gone from the network", async () => {
    const world = bridge("replace", "--ros-args", "-p", "world:=linear", "-p", "atEnd:=reset");
    const policy = bridge("policy");
    let outcomes = "";
    world.child.stdout?.on("data", (chunk: Buffer) => (outcomes += chunk.toString()));
    await until(() => /hosts/.test(world.said()), START_MS);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    for (const { child } of [world, policy]) child.kill("SIGINT");
    expect(await world.ended).toBe(0);
    expect(await policy.ended).toBe(0);
    expect(outcomes).toMatch(/episode 1 \(start #0\): /);
    await call("/simgate/get_state", "lifecycle_msgs/srv/GetState", {}).then(
      () => expect.unreachable("it still answers"),
      (thrown: Error) => expect(thrown.message).toMatch(/nobody serves|no answer/),
    );
  });

  test("hands over from truth to the candidate under a policy in another process: at a mark, and when it is asked to", async () => {
    const config = join(inFolder(""), "handover.yaml");
    await writeFile(
      config,
      "{ schema: simgate/bridge@1, mode: handover, scenario: cartpole, world: linear, mark: { at: service }, " +
        "sync: { mode: free-running }, atEnd: continue, node: { name: asked } }\n",
    );
    const marked = bridge("handover", "--ros-args", "-p", "world:=linear", "-p", "atEnd:=pause");
    bridge("policy");
    await until(() => /linear took over at control step 51/.test(marked.said()), START_MS);
    marked.child.kill("SIGINT");
    expect(await marked.ended).toBe(0);

    const asked = bridge(config);
    await until(() => /hosts/.test(asked.said()), START_MS);
    expect(asked.said()).not.toMatch(/took over/);
    expect(await call("/asked/handover", "std_srvs/srv/Trigger", {})).toMatchObject({ success: true });
    await until(() => /linear took over at control step/.test(asked.said()), START_MS);
  });

  test("lets a person drive with /cmd_vel, and commands zero once they let go", async () => {
    const world = bridge("replace", "--ros-args", "-p", "sync.mode:=free-running", "-p", "atEnd:=continue");
    const teleop = bridge("teleop");
    await until(() => /hosts/.test(world.said()) && /a person commands/.test(teleop.said()), START_MS);
    client = await openRclnodejs({ name: `person_${process.pid}`, onProblem: () => undefined });
    const forces: number[] = [];
    const decode = messageDecoder<{ data: Float64Array }>("std_msgs/msg/Float64MultiArray");
    client.topics.subscribe(
      "/cart_controller/commands",
      "std_msgs/msg/Float64MultiArray",
      RELIABLE,
      (bytes) => void forces.push(decode(bytes).data[0]!),
    );
    const stick = client.topics.advertise("/cmd_vel", "geometry_msgs/msg/Twist", RELIABLE);
    await until(() => client!.topics.subscriptionsOf("/cmd_vel").length === 1, START_MS);
    stick.publish(encodeMessage("geometry_msgs/msg/Twist", { linear: { x: 0.25 } }));
    await until(() => forces.includes(2.5), START_MS);
    await until(() => forces.at(-1) === 0, START_MS);
    const zeros = forces.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(forces).toHaveLength(zeros);
  });

  test("records under the names that the launch gave", async () => {
    const folder = inFolder("");
    const config = join(folder, "replace.yaml");
    await writeFile(
      config,
      "{ schema: simgate/bridge@1, mode: replace, scenario: cartpole, world: linear, record: ./run, sync: { mode: free-running } }\n",
    );
    const { child, ended, said } = bridge(config, "--ros-args", "-r", "joint_states:=arm/state");
    await until(() => /hosts/.test(said()), START_MS);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    const bag = await inspect({ path: join(folder, "run") });
    if (bag.kind !== "recording") return expect.unreachable(bag.kind);
    const names = bag.topics.map(({ topic }) => topic);
    expect(names).toContain("/arm/state");
    expect(names).not.toContain("/joint_states");
  });

  test("records beside truth; Ctrl-C closes the bag, kill -9 leaves all of it readable, and either is truth again", async () => {
    const folder = inFolder("");
    const truth = bridge(
      ...["replace", "--ros-args", "-r", "__node:=truth", "-p", "world:=mujoco"],
      ...["-p", "sync.mode:=free-running", "-p", "atEnd:=continue"],
    );
    bridge("policy", "--ros-args", "-p", "epoch:=/truth/epoch");
    await until(() => /hosts/.test(truth.said()), START_MS);
    for (const [name, signal] of [
      ["closed", "SIGINT"],
      ["killed", "SIGKILL"],
    ] as const) {
      const config = join(folder, `${name}.yaml`);
      await writeFile(
        config,
        `{ schema: simgate/bridge@1, mode: beside, scenario: cartpole, world: linear, record: ./${name} }\n`,
      );
      const { child, ended, said } = bridge(config);
      await until(() => /runs cartpole\/linear beside truth/.test(said()), START_MS);
      await new Promise((resolve) => setTimeout(resolve, 4000));
      child.kill(signal);
      expect(await ended).toBe(signal === "SIGINT" ? 0 : "SIGKILL");

      const bag = await inspect({ path: join(folder, name) });
      if (bag.kind !== "recording") return expect.unreachable(bag.kind);
      const counts = new Map(bag.topics.map(({ topic, messages }) => [topic, messages]));
      expect(bag.closed).toBe(signal === "SIGINT");
      expect(counts.get("/joint_states")).toBeGreaterThan(50);
      expect(counts.get("/simgate/divergence")).toBeGreaterThan(50);

      const again = join(folder, `${name}-again.yaml`);
      await writeFile(
        again,
        "{ schema: simgate/bridge@1, mode: beside, scenario: cartpole, world: linear, node: { name: again }, " +
          `truth: { kind: bag, path: ./${name}, rate: 0 } }\n`,
      );
      const replayed = bridge(again);
      await until(() => /the recording has ended/.test(replayed.said()), START_MS);
      expect(replayed.said()).not.toMatch(/warning: topic/);
      replayed.child.kill("SIGKILL");
    }
  });
});
