/**
 * Mode `beside` on a real ROS 2 network, for long: samples lost, resident memory, and how soon after a sample its
 * divergence is out. With ROS 2 sourced and rclnodejs installed:
 *   npm run build && npx jiti bench/ros-beside.ts [minutes, default 10]
 * This process is the robot: MuJoCo's double pendulum, 100 Hz, balanced by an LQR. The bridge, another process, runs the
 * learned world beside it. A delay is from just before the sample is published here to the divergence of its stamp being
 * received here: two transports, and the wait for this process's own loop, are in it. In the same run as many bytes go to
 * a process that only sends them back, on another topic: what the network and a busy machine take by themselves.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPolicy, openWorld } from "../src/api/open.ts";
import { toNs } from "../src/core/time.ts";
import { TopicEncoder } from "../src/record/topic-encoder.ts";
import { topicLayouts } from "../src/record/topic-layout.ts";
import { CommandPublisher } from "../src/ros/command-publisher.ts";
import { messageDecoder } from "../src/ros/messages.ts";
import { RELIABLE, type RosNode } from "../src/ros/node.ts";
import { openRclnodejs } from "../src/ros/rclnodejs.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";

const SCENARIO = "double-pendulum";
const [TRUTH, CANDIDATE, POLICY] = ["friction", "learned", "lqr-both"];
const ECHO = "--echo";
const [PING, PONG, ECHO_TYPE] = ["/bench/ping", "/bench/pong", "std_msgs/msg/Float64MultiArray"];
const DEEP = { ...RELIABLE, depth: 1000 };

const open = (name: string): Promise<RosNode> =>
  openRclnodejs({ name, onProblem: (where, thrown) => console.error(where, thrown) });
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const jiti = fileURLToPath(new URL("../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));

if (process.argv[2] === ECHO) await echo();
else await bench(Number(process.argv[2] ?? 10) * 60);

/** Sends back what it is sent, until it is told to end. */
async function echo(): Promise<void> {
  const node = await open("bench_echo");
  const pong = node.topics.advertise(PONG, ECHO_TYPE, DEEP);
  node.topics.subscribe(PING, ECHO_TYPE, DEEP, (bytes) => pong.publish(bytes));
  await once(process, "SIGTERM");
  await node.close();
}

async function bench(forSec: number): Promise<void> {
  const scenario = await loadScenario(SCENARIO);
  const { controlPeriodSec: periodSec } = scenario;
  const folder = await mkdtemp(join(tmpdir(), "simgate-bench-"));
  const config = join(folder, "beside.yaml");
  await writeFile(
    config,
    `{ schema: simgate/bridge@1, mode: beside, scenario: ${SCENARIO}, world: ${CANDIDATE}, resync: { everySteps: 50 } }\n`,
  );
  const bridge = spawn(process.execPath, [main, "bridge", config], { stdio: ["ignore", "ignore", "pipe"] });
  process.on("exit", () => bridge.kill());
  let said = "";
  bridge.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const echoing = spawn(process.execPath, [jiti, fileURLToPath(import.meta.url), ECHO], { stdio: "inherit" });
  process.on("exit", () => echoing.kill());

  const node = await open("robot");
  const [layout] = topicLayouts({ observation: scenario.observation, action: [] });
  const states = node.topics.advertise(layout!.topic, layout!.type.name, RELIABLE);
  const encoder = new TopicEncoder(layout!);
  const commands = new CommandPublisher(node, scenario.action);
  const ping = node.topics.advertise(PING, ECHO_TYPE, DEEP);

  const sentMs: number[] = [];
  const delaysMs: number[] = [];
  const echoesMs: number[] = [];
  const compared = new Set<number>();
  const decode = messageDecoder<{ data: Float64Array }>(ECHO_TYPE);
  let waiting: Uint8Array | undefined;
  node.topics.subscribe("/simgate/divergence", ECHO_TYPE, DEEP, (bytes) => {
    const nowMs = performance.now();
    const step = Math.round(decode(bytes).data[0]! / periodSec) - 1;
    compared.add(step);
    delaysMs.push(nowMs - sentMs[step]!);
    waiting ??= bytes.slice(); // what is echoed has the size of what is measured
  });
  let pingedMs = 0;
  node.topics.subscribe(PONG, ECHO_TYPE, DEEP, () => echoesMs.push(performance.now() - pingedMs));

  const until = async (met: () => boolean): Promise<void> => {
    for (const deadline = performance.now() + 60_000; !met();) {
      if (performance.now() > deadline) throw new Error(`not within a minute: ${String(met)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await until(() => node.topics.subscriptionsOf(layout!.topic).length > 0);
  await until(() => node.topics.subscriptionsOf(commands.layouts[0]!.topic).length > 0);
  await until(() => node.topics.publishersOf(PONG).length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1000)); // they know of each other a little before messages flow

  const world = await openWorld(scenario, TRUTH);
  const policy = await openPolicy(scenario, POLICY);
  const [start] = drawPanel(scenario, { count: 1 });
  let observation = await world.reset([start!]);
  await policy.reset(1, [1n]);
  const memory: number[] = [];
  const beganMs = performance.now();
  const steps = Math.round(forSec / periodSec);
  for (let step = 0; step < steps; step++) {
    const early = beganMs + step * periodSec * 1000 - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    sentMs[step] = performance.now();
    const stampNs = toNs((step + 1) * periodSec); // a stamp of zero is one that nobody filled in
    states.publish(encoder.encode(observation.columns, 0, stampNs));
    const [action] = (await policy.act(observation)).actions;
    commands.publish(action!.columns, stampNs);
    observation = (await world.step(action!)).observation;
    if (step % 10 === 5 && waiting !== undefined) {
      // Half a period after the sample: the two do not queue behind each other.
      await new Promise((resolve) => setTimeout(resolve, (periodSec * 1000) / 2));
      pingedMs = performance.now();
      ping.publish(waiting);
    }
    if (step % 100 === 0) memory.push(await residentMiB(bridge.pid!));
  }
  const tookSec = (performance.now() - beganMs) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 1000));

  bridge.kill("SIGINT");
  echoing.kill("SIGTERM");
  await Promise.all([once(bridge, "exit"), once(echoing, "exit")]);
  await Promise.all([node.close(), world.close(), policy.close()]);
  await rm(folder, { recursive: true });

  // The first sample is where the candidate begins: there is nothing to compare.
  const lost = steps - 1 - compared.size;
  const tenth = Math.max(1, Math.floor(memory.length / 10));
  const early = median(memory.slice(tenth, 2 * tenth));
  const late = median(memory.slice(-tenth));
  const ms = (values: number[], share: number): string => quantile(values, share).toFixed(1);
  console.log(
    `| ${(forSec / 60).toFixed(1)} min | ${steps} samples in ${tookSec.toFixed(0)} s | ${lost} | ` +
      `${early.toFixed(0)} → ${late.toFixed(0)} MiB (${((100 * (late - early)) / early).toFixed(1)} %) | ` +
      `${ms(delaysMs, 0.5)} / ${ms(delaysMs, 0.99)} / ${ms(delaysMs, 1)} ms | ` +
      `${ms(echoesMs, 0.5)} / ${ms(echoesMs, 0.99)} / ${ms(echoesMs, 1)} ms |`,
  );
  console.log(
    `memory a minute, MiB: ${memory
      .filter((_, i) => i % 60 === 0)
      .map(Math.round)
      .join(" ")}`,
  );
  console.log(said.trim());
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
