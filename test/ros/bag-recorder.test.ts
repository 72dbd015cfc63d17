import { access, mkdir, readFile, symlink } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { topicLayouts } from "../../src/record/topic-layout.ts";
import { readBagMessages } from "../../src/record/bag-messages.ts";
import { describeRecording } from "../../src/record/describe-recording.ts";
import { BagRecorder } from "../../src/ros/bag-recorder.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { temporaryFolder } from "../record/temporary-folder.ts";
import { alongside, type Alongside } from "./alongside.ts";
import { scenario } from "./hosted.ts";

const inFolder = temporaryFolder();
let open: Alongside | undefined;
afterEach(() => open?.close());
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

async function recording(target: string): Promise<{ one: Alongside; recorder: BagRecorder; log: string[] }> {
  const log: string[] = [];
  const recorder = await BagRecorder.open({ target, log: (level, text) => log.push(`${level}: ${text}`) });
  const one = (open = await alongside({ recorder }));
  return { one, recorder, log };
}

async function play(one: Alongside, from: number, steps: number): Promise<void> {
  for (let k = 0; k < steps; k++) {
    one.show(0.5 * k, from + k);
    one.command(0.5, from + k);
    await turn();
  }
}

describe("recording", () => {
  it("holds truth, candidate, commands and divergence, on truth's clock, as a bag", async () => {
    const target = inFolder("run");
    const { one, recorder } = await recording(target);
    await play(one, 1, 5);
    await until(() => one.rows.length === 4);
    await one.beside.close();
    await recorder.close();
    const { topics } = await describeRecording(`${target}/run_0.mcap`);
    expect(Object.fromEntries(topics.map(({ topic, messages }) => [topic, messages]))).toMatchObject({
      "/joint_states": 5,
      "/cmd": 5,
      "/simgate/candidate/joint_states": 5,
      "/simgate/divergence": 4,
      "/simgate/markers": 5,
      "/tf": 5,
    });
    const metadata = parse(await readFile(`${target}/metadata.yaml`, "utf8")) as {
      rosbag2_bagfile_information: { starting_time: { nanoseconds_since_epoch: number } };
    };
    expect(metadata.rosbag2_bagfile_information.starting_time.nanoseconds_since_epoch).toBeLessThan(6e9);
    // and the bridge itself takes it for truth
    const layouts = topicLayouts(scenario).filter(({ role }) => role !== "requested");
    const { messages } = await readBagMessages(target, layouts);
    expect(messages).toHaveLength(10);
    await one.close();
    const again = (open = await alongside({
      recording: messages,
      config: { truth: { kind: "bag", path: target, rate: 0 } },
    }));
    await until(() => again.log.includes("info: the recording has ended"));
    await until(() => again.rows.length === 4);
    expect(again.rows).toEqual(one.rows);
    expect(again.log.filter((line) => line.includes("/joint_states"))).toEqual([]);
  });

  it("begins another bag when time is set back, and never writes over one", async () => {
    const target = inFolder("again");
    const { one, recorder, log } = await recording(target);
    await play(one, 10, 3);
    await play(one, 1, 3);
    await until(() => one.rows.length === 4);
    await one.beside.close();
    await recorder.close();
    expect(log.at(-1)).toMatch(/time was set back: recording on into .*again-2\/again-2_0.mcap/);
    await access(`${target}/metadata.yaml`);
    await access(`${target}-2/metadata.yaml`);
  });

  it("goes on without a recording when the disk is full, and says so", async () => {
    const target = inFolder("full");
    await mkdir(target);
    await symlink("/dev/full", `${target}/full_0.mcap`);
    const { one, recorder, log } = await recording(target);
    await play(one, 1, 1);
    for (let i = 0; i < 3000; i++) recorder.write("/note", "std_msgs/msg/String", new Uint8Array(200));
    await until(() => log.length === 2);
    expect(log[1]).toMatch(/warn: .*full_0.mcap: the recording stopped; got: +ENOSPC/);
    await play(one, 2, 2);
    await until(() => one.rows.length === 2);
    await until(() => one.status("recording")?.level === 2);
    expect(one.status("recording")!.message).toMatch(/ENOSPC/);
    await recorder.close();
  });
});
