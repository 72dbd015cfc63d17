import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { encodeMessage } from "../../src/ros/messages.ts";
import { BagRecorder } from "../../src/ros/bag-recorder.ts";
import { BEST_EFFORT, LATCHED, RELIABLE } from "../../src/ros/node.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { CountingWorld } from "../rollout/counting-world.ts";
import {
  alongside,
  JOINTS,
  jointState,
  play,
  turn,
  type Alongside,
  type AlongsideOptions,
} from "./alongside.ts";
import type { OpenNode } from "./hosted.ts";

export interface BesideFaultsOptions {
  /** Default: on a network in memory. */
  readonly open?: OpenNode;
  /** Why all of it is skipped here. */
  readonly skip?: string | undefined;
}

const CLOCK = "rosgraph_msgs/msg/Clock";
const WAIT_MS = 20_000; // a peer that is gone is missed after a while on a real network

/** What may go wrong beside a truth that runs elsewhere: the node lives, says what happened, and keeps what it had. */
export function describeBesideFaults(network: string, { open, skip }: BesideFaultsOptions = {}): void {
  describe(`beside, when something goes wrong: ${network}`, () => {
    let one: Alongside | undefined;
    afterEach(() => one?.close());
    const beside = async (options: AlongsideOptions = {}): Promise<Alongside> =>
      (one = await alongside({ ...options, ...(open === undefined ? {} : { open }) }));
    const test = (title: string, run: () => Promise<void>): void => {
      it(title, { timeout: 60_000 }, async (context) => {
        if (skip !== undefined) context.skip(skip);
        await run();
      });
    };
    const compared = (count: number): Promise<void> => until(() => one!.rows.length === count, WAIT_MS);
    const errors = (): number[] => one!.rows.map(({ worst }) => Math.round(10 * worst) / 10);
    const said = (what: string, message: RegExp): Promise<void> =>
      until(
        () =>
          one!.statuses.some(({ name, message: text }) => name === `/simgate: ${what}` && message.test(text)),
        WAIT_MS,
      );

    test("the policy dies and returns: its last command holds, and that nobody commands is said", async () => {
      const { policyDies, policyReturns } = await beside();
      let at = await play(one!, 3);
      await compared(2);
      await policyDies();
      for (const timeSec of [4, 5]) {
        one!.show(at, timeSec);
        await turn();
        at += 0.5;
      }
      await compared(4);
      await said("/cmd", /nobody publishes it: the candidate is given the last command/);
      expect(one!.log).toContainEqual(expect.stringMatching(/^warn: \/cmd: nobody publishes it/));
      await policyReturns();
      await play(one!, 3, { from: 6, at });
      await compared(7);
      expect(errors()).toEqual([0, 0, 0, 0, 0, 0, 0]);
      expect(one!.rows.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    test("truth stops and goes on: it is stale meanwhile, and nothing is forgotten", async () => {
      await beside({ config: { silentAfterMs: 300 } });
      const at = await play(one!, 3);
      await compared(2);
      await until(() => one!.status("truth")?.message === "silent");
      expect(one!.status("divergence")).toMatchObject({
        level: 3,
        message: "truth has been silent since 3.000 s",
      });
      await play(one!, 2, { from: 4, at });
      await compared(4);
      await until(() => one!.status("truth")?.message === "heard");
      expect(errors()).toEqual([0, 0, 0, 0]);
      expect(one!.log).toContain("info: truth is heard again");
    });

    test("/clock jumps back: a new episode begins", async () => {
      await beside();
      const tell = async (sec: number): Promise<void> => {
        one!.clock.publish(encodeMessage(CLOCK, { clock: { sec } }));
        await turn();
      };
      await tell(10);
      await play(one!, 3, { from: 10 });
      await compared(2);
      await tell(0);
      await until(() => one!.log.includes("info: a new episode begins: /clock jumped back"), WAIT_MS);
      await play(one!, 3, { from: 0, at: 7 });
      await compared(4);
      expect(one!.rows.map(({ time, stepsAlone, worst }) => [time, stepsAlone, worst])).toEqual([
        [11, 1, 0],
        [12, 2, 0],
        [1, 1, 0],
        [2, 2, 0],
      ]);
    });

    test("stamps jump back, or truth was silent for long: a new episode begins", async () => {
      await beside();
      await play(one!, 3, { from: 10 });
      await compared(2);
      await play(one!, 3, { from: 1 });
      await compared(4);
      await play(one!, 3, { from: 50 });
      await compared(6);
      const begun = one!.log.filter((line) => line.startsWith("info: a new episode"));
      expect(begun).toEqual([
        expect.stringMatching(/stamps of \/joint_states jumped back by 11.000 s/),
        expect.stringMatching(/truth was silent for 47.000 s/),
      ]);
    });

    test("truth is published best effort: it is heard all the same", async () => {
      await beside({ truthQos: { ...BEST_EFFORT, depth: 100 } });
      // A subscription that was made before its publisher was known is made anew within a second or two.
      await until(() => {
        const [asked] = one!.robot.topics.subscriptionsOf("/joint_states");
        return asked?.qos.reliability === "best-effort";
      }, WAIT_MS);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await play(one!, 3);
      await compared(2);
    });

    test("somebody asks for the candidate's messages as they are not offered: that is said, with the remedy", async () => {
      await beside();
      const other = await one!.join("panel");
      other.topics.subscribe("/simgate/candidate/joint_states", JOINTS, LATCHED, () => undefined);
      await said("/simgate/candidate/joint_states", /\/panel asks for transient-local messages/);
      await play(one!, 3);
      await compared(2);
    });

    test("a topic of truth is used with another type: that is said, and truth is heard on", async () => {
      await beside();
      const other = await one!.join("stranger");
      const wrong = other.topics.advertise("/joint_states", "std_msgs/msg/String", RELIABLE);
      await said(
        "/joint_states",
        /\/stranger uses type std_msgs\/msg\/String; here it is sensor_msgs\/msg\/JointState/,
      );
      wrong.publish(encodeMessage("std_msgs/msg/String", { data: "not a state" }));
      await play(one!, 3);
      await compared(2);
    });

    test("messages are malformed, or not what the scenario says: they are left out, and that is said", async () => {
      await beside();
      const at = await play(one!, 3);
      await compared(2);
      const other = await one!.join("stranger");
      const states = other.topics.advertise("/joint_states", JOINTS, RELIABLE);
      await until(() => other.topics.subscriptionsOf("/joint_states").length > 0, WAIT_MS);
      await new Promise((resolve) => setTimeout(resolve, 300));
      states.publish(jointState(9, 4).slice(0, 21)); // a middleware may drop what is malformed itself
      states.publish(
        encodeMessage(JOINTS, { header: { stamp: { sec: 4 } }, name: ["wheel"], position: [9] }),
      );
      await said("topic /joint_states", /cart/);
      await play(one!, 3, { from: 4, at });
      await compared(5);
      expect(errors()).toEqual([0, 0, 0, 0, 0]);
    });

    test("two nodes publish /clock: that is said, with the remedy", async () => {
      await beside();
      const other = await one!.join("player");
      other.topics.advertise("/clock", CLOCK, RELIABLE);
      await said(
        "/clock",
        /(\/player and \/robot|\/robot and \/player) publish \/clock: time jumps between the two/,
      );
      await play(one!, 3);
      await compared(2);
    });

    test("the disk is full while recording: the recording ends, the node does not", async () => {
      const folder = mkdtempSync(join(tmpdir(), "simgate-full-"));
      try {
        symlinkSync("/dev/full", join(folder, "full.mcap"));
        const log: string[] = [];
        const recorder = await BagRecorder.open({
          target: join(folder, "full.mcap"),
          log: (_, text) => log.push(text),
        });
        await beside({ recorder });
        const at = await play(one!, 2);
        await compared(1);
        for (let i = 0; i < 3000; i++) recorder.write("/note", "std_msgs/msg/String", new Uint8Array(200));
        await said("recording", /ENOSPC/);
        await play(one!, 2, { from: 3, at });
        await compared(3);
        expect(log.at(-1)).toMatch(/the recording stopped; got: +ENOSPC/);
        await recorder.close();
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test("the candidate throws: there is none for a while, that is said, and then it is tried again", async () => {
      let thrown = false;
      const candidate = new CountingWorld({
        onStep: (step) => {
          if (step !== 2 || thrown) return;
          thrown = true;
          throw new Error("out of memory");
        },
      });
      await beside({ candidate });
      const at = await play(one!, 10);
      await said("divergence", /out of memory/);
      await play(one!, 50, { from: 11, at });
      await until(() => one!.rows.at(-1)?.time === 60, WAIT_MS);
      expect(one!.rows.at(-1)!.worst).toBe(0);
      expect(errors()).toContain(Infinity);
    });
  });
}
