/**
 * What a lockstep step over ROS 2 costs, beside a bare ping-pong: `npx jiti bench/ros-lockstep.ts` (after `npm run build`,
 * with ROS 2 sourced). Three processes: this one is the policy of a seven-joint arm; the bridge hosts MuJoCo; a third answers
 * each command with an observation and computes nothing. Rounds of steps and of ping-pong take turns, so that a busy
 * machine slows both: the bridge waits while the policy plays ping-pong. Both times are from one observation to the next, as
 * the policy hears them, with the same message types and sizes, as raw CDR. Prints a row of markdown a repetition.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { encodeMessage, messageDecoder, MULTI_ARRAY_TYPE } from "../src/ros/messages.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "../src/ros/node.ts";
import { openRclnodejs } from "../src/ros/rclnodejs.ts";

const JOINT_STATE = "sensor_msgs/msg/JointState";
const JOINTS = Array.from({ length: 7 }, (_, i) => `joint${i + 1}`);
const HOME = [0, -0.785, 0, -2.356, 0, 1.571, 0.785];
const ROUNDS = 20;
const A_ROUND = 250;
const REPETITIONS = 5;
/** Both sides of each topic must have found each other. */
const SETTLES_MS = 1000;

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const open = (name: string): Promise<RosNode> =>
  openRclnodejs({
    name,
    onProblem: (where, thrown) => console.error(where, thrown),
  });

/** Answers each command at once with an observation as large as the arm's; until the first one it shows it by itself. */
async function pong(): Promise<void> {
  const { topics } = await open("pong");
  const state = encodeMessage(JOINT_STATE, { name: JOINTS, position: HOME, velocity: HOME });
  const states = topics.advertise("/pong/joint_states", JOINT_STATE, RELIABLE);
  const shown = setInterval(() => states.publish(state), 100);
  topics.subscribe("/pong/commands", MULTI_ARRAY_TYPE, RELIABLE, () => {
    clearInterval(shown);
    states.publish(state);
  });
}

/** One side of a loop: answers observations as long as a round lasts, and keeps the last one for the next round. */
class Loop {
  readonly #act: (state: Uint8Array) => Uint8Array;
  readonly #commands: RosPublisher;
  #state: Uint8Array | undefined;
  #heard = (): void => undefined;

  constructor(
    { topics }: RosNode,
    names: { readonly states: string; readonly commands: string },
    act: (state: Uint8Array) => Uint8Array,
  ) {
    this.#act = act;
    this.#commands = topics.advertise(names.commands, MULTI_ARRAY_TYPE, RELIABLE);
    topics.subscribe(names.states, JOINT_STATE, RELIABLE, (state) => {
      this.#state = state;
      this.#heard();
    });
  }

  /** Waits for the first observation. */
  async begin(): Promise<void> {
    if (this.#state === undefined) await new Promise<void>((resolve) => (this.#heard = resolve));
    await new Promise((resolve) => setTimeout(resolve, SETTLES_MS));
  }

  /** @returns from one observation to the next, in ms. */
  round(steps: number): Promise<readonly number[]> {
    return new Promise((resolve) => {
      const times: number[] = [];
      let began = performance.now();
      this.#heard = () => {
        const now = performance.now();
        times.push(now - began);
        began = now;
        if (times.length < steps) return this.#answer();
        this.#heard = () => undefined;
        resolve(times);
      };
      this.#answer();
    });
  }

  #answer(): void {
    this.#commands.publish(this.#act(this.#state!));
  }
}

async function measure(): Promise<void> {
  const children = [
    [local("../node_modules/jiti/lib/jiti-cli.mjs"), local("ros-lockstep.ts"), "pong"],
    [local("../dist/cli/main.js"), "bridge", local("ros-lockstep/bridge.yaml")],
  ].map((args) => spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }));
  const node = await open("policy");
  try {
    const decode = messageDecoder<{ position: Float64Array; velocity: Float64Array }>(JOINT_STATE);
    const hold = (state: Uint8Array): Uint8Array => {
      const { position, velocity } = decode(state);
      const data = HOME.map((home, i) => 40 * (home - position[i]!) - 8 * velocity[i]!);
      return encodeMessage(MULTI_ARRAY_TYPE, { data });
    };
    const still = encodeMessage(MULTI_ARRAY_TYPE, { data: HOME });
    const arm = new Loop(node, { states: "/joint_states", commands: "/arm_controller/commands" }, hold);
    const bare = new Loop(node, { states: "/pong/joint_states", commands: "/pong/commands" }, () => still);
    await Promise.all([arm.begin(), bare.begin()]);
    await arm.round(A_ROUND);
    await bare.round(A_ROUND);
    console.log("| steps a second | step, p50 | step, p99 | ping-pong, p50 | ping-pong, p99 | p99 / p99 |");
    console.log("|---|---|---|---|---|---|");
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const steps: number[] = [];
      const pings: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        pings.push(...(await bare.round(A_ROUND)));
        steps.push(...(await arm.round(A_ROUND)));
      }
      console.log(row(steps, pings));
    }
  } finally {
    await node.close();
    for (const child of children) child.kill();
  }
}

function row(steps: readonly number[], pings: readonly number[]): string {
  const perSecond = (1000 * steps.length) / steps.reduce((sum, ms) => sum + ms, 0);
  const ms = (times: readonly number[], share: number): string => `${quantile(times, share).toFixed(2)} ms`;
  const ratio = quantile(steps, 0.99) / quantile(pings, 0.99);
  return `| ${perSecond.toFixed(0)} | ${ms(steps, 0.5)} | ${ms(steps, 0.99)} | ${ms(pings, 0.5)} | ${ms(pings, 0.99)} | ${ratio.toFixed(2)} |`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

if (process.argv[2] === "pong") await pong();
else await measure();
