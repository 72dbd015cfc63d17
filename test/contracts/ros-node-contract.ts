import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BEST_EFFORT, LATCHED, RELIABLE, type OnProblem, type RosNode } from "../../src/ros/node.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";

/** Opens nodes that find each other. */
export interface RosNetwork {
  readonly open: (name: string, namespace: string, onProblem: OnProblem) => Promise<RosNode>;
}

export interface RosNodeContractOptions {
  /** Why the whole suite is skipped here; undefined: it runs. */
  readonly skip: string | undefined;
}

const STRING = "std_msgs/msg/String";
const SET_BOOL = "std_srvs/srv/SetBool";
const STEP = "simulation_interfaces/srv/StepSimulation";
const WAIT_MS = 5_000;

/** What every adapter of a ROS node must do. */
export function describeRosNodeContract(
  adapter: string,
  network: () => Promise<RosNetwork>,
  { skip }: RosNodeContractOptions,
): void {
  describe(`ROS node contract: ${adapter}`, () => {
    let a: RosNode;
    let b: RosNode;
    let problems: string[];
    let tag = 0;

    beforeEach(async () => {
      if (skip !== undefined) return;
      problems = [];
      tag++;
      const onProblem: OnProblem = (where, thrown) => problems.push(`${where}: ${String(thrown)}`);
      const { open } = await network();
      [a, b] = [await open(`a${tag}`, "/", onProblem), await open(`b${tag}`, "/left", onProblem)];
    });
    afterEach(async () => {
      if (skip !== undefined) return;
      await Promise.all([a.close(), b.close()]);
    });

    const text = (data: string): Uint8Array => encodeMessage(STRING, { data });
    const decode = messageDecoder<{ data: string }>(STRING);
    const collect = (node: RosNode, topic: string, qos = RELIABLE): string[] => {
      const heard: string[] = [];
      node.topics.subscribe(topic, STRING, qos, (bytes) => heard.push(decode(bytes).data));
      return heard;
    };
    const seen = (node: RosNode, topic: string): Promise<void> =>
      until(
        () => node.topics.subscriptionsOf(topic).length > 0 && node.topics.publishersOf(topic).length > 0,
      );
    const test = (title: string, run: () => Promise<void>): void => {
      it(title, async (context) => {
        if (skip !== undefined) context.skip(skip);
        await run();
      });
    };

    test("says its fully qualified name", async () => {
      expect(a.name).toBe(`/a${tag}`);
      expect(b.name).toBe(`/left/b${tag}`);
    });

    test("carries bytes to the other node, whole and in order", async () => {
      const heard = collect(b, "/chatter");
      const publisher = a.topics.advertise("/chatter", STRING, RELIABLE);
      await seen(a, "/chatter");
      await settle();
      for (let i = 0; i < 8; i++) publisher.publish(text(`message ${i}`));
      await until(() => heard.length === 8);
      expect(heard).toEqual(Array.from({ length: 8 }, (_, i) => `message ${i}`));
    });

    test("reads the bytes during the call: the caller may overwrite them", async () => {
      const heard = collect(b, "/chatter");
      const publisher = a.topics.advertise("/chatter", STRING, RELIABLE);
      await seen(a, "/chatter");
      await settle();
      const bytes = text("first");
      publisher.publish(bytes);
      bytes.set(text("other"));
      await until(() => heard.length === 1);
      expect(heard).toEqual(["first"]);
    });

    test("resolves relative and private names as ROS does", async () => {
      b.topics.advertise("chatter", STRING, RELIABLE);
      b.topics.advertise("~/own", STRING, RELIABLE);
      expect(b.topics.nameOf("chatter")).toBe("/left/chatter");
      expect(b.topics.nameOf("~/own")).toBe(`/left/b${tag}/own`);
      await until(() => a.topics.publishersOf("/left/chatter").length === 1);
      await until(() => a.topics.publishersOf(`/left/b${tag}/own`).length === 1);
    });

    test("gives what is latched to those who come later, and nothing else", async () => {
      const latched = a.topics.advertise("/latched", STRING, LATCHED);
      const plain = a.topics.advertise("/plain", STRING, RELIABLE);
      latched.publish(text("old"));
      latched.publish(text("kept"));
      plain.publish(text("gone"));
      const late = collect(b, "/latched", LATCHED);
      const none = collect(b, "/plain");
      await until(() => late.length > 0);
      await settle();
      expect(late).toEqual(["kept"]);
      expect(none).toEqual([]);
    });

    test("does not match a reliable subscription with a best-effort publisher, and shows both", async () => {
      const demanding = collect(b, "/sensor", RELIABLE);
      const content = collect(b, "/sensor", BEST_EFFORT);
      const publisher = a.topics.advertise("/sensor", STRING, BEST_EFFORT);
      await until(() => b.topics.publishersOf("/sensor").length === 1);
      await until(() => a.topics.subscriptionsOf("/sensor").length === 2);
      await until(() => {
        publisher.publish(text("reading"));
        return content.length > 0;
      });
      expect(demanding).toEqual([]);
      expect(b.topics.publishersOf("/sensor")).toEqual([
        { node: a.name, type: STRING, qos: { reliability: "best-effort", durability: "volatile" } },
      ]);
    });

    test("reports a listener that throws, and goes on delivering", async () => {
      let heard = 0;
      b.topics.subscribe("/chatter", STRING, RELIABLE, () => {
        heard++;
        if (heard === 1) throw new Error("no good");
      });
      const publisher = a.topics.advertise("/chatter", STRING, RELIABLE);
      await seen(a, "/chatter");
      await settle();
      publisher.publish(text("1"));
      publisher.publish(text("2"));
      await until(() => heard === 2);
      expect(problems).toEqual(["topic /chatter: Error: no good"]);
    });

    test("says what messages a topic's peer cannot decode without going down", async () => {
      const heard = collect(b, "/chatter");
      const publisher = a.topics.advertise("/chatter", STRING, RELIABLE);
      await seen(a, "/chatter");
      await settle();
      publisher.publish(Uint8Array.of(0, 1, 0, 0, 255, 0, 0, 0, 65));
      publisher.publish(text("good"));
      await until(() => heard.length === 1);
      expect(heard).toEqual(["good"]);
      expect(problems.length).toBeLessThanOrEqual(1); // a middleware may drop what is malformed itself
    });

    test("answers a service call; 64-bit integers are bigint", async () => {
      b.services.serve("step", STEP, async (request) => ({
        result: { result: Number(request["steps"]), error_message: typeof request["steps"] },
      }));
      const answer = await a.services.call("/left/step", STEP, { steps: 7n }, { timeoutMs: WAIT_MS });
      expect(answer).toEqual({ result: { result: 7, error_message: "bigint" } });
    });

    test("reports an answer that fails, and the caller is not left waiting", async () => {
      b.services.serve("/set", SET_BOOL, () => Promise.reject(new Error("out of order")));
      await a.services.call("/set", SET_BOOL, { data: true }, { timeoutMs: WAIT_MS });
      expect(problems).toEqual(["service /set: Error: out of order"]);
    });

    test("ends a call that nobody answers, or answers too late, or that is stopped", async () => {
      const call = (name: string, timeoutMs: number, signal?: AbortSignal): Promise<unknown> =>
        a.services.call(name, SET_BOOL, { data: true }, { timeoutMs, ...(signal ? { signal } : {}) });
      await expect(call("/nobody", 100)).rejects.toMatchObject({ code: "runtime" });
      b.services.serve("/slow", SET_BOOL, () => new Promise((resolve) => setTimeout(resolve, 3000, {})));
      await until(() =>
        call("/slow", 300).then(
          () => false,
          (thrown: Error) => /no answer/.test(thrown.message),
        ),
      );
      await expect(call("/slow", 2000, AbortSignal.timeout(100))).rejects.toMatchObject({ code: "aborted" });
    });

    test("knows the fields of an installed interface, and says which is not installed", async () => {
      expect(a.services.fieldsOf(STEP)).toEqual({ request: ["steps"], response: ["result"] });
      expect(() => a.services.fieldsOf("no_such_package/srv/Thing")).toThrow(/no_such_package\/srv\/Thing/);
    });

    test("gives a declared parameter its value, and refuses to declare it twice", async () => {
      const rate = a.parameters.declare({ name: "rate", value: 2.5, description: "Hz", range: [0, 100] });
      const name = a.parameters.declare({ name: "title", value: "x", description: "a name" });
      const on = a.parameters.declare({ name: "on", value: true, description: "a switch", readOnly: true });
      expect([rate(), name(), on()]).toEqual([2.5, "x", true]);
      expect(() => a.parameters.declare({ name: "rate", value: 1, description: "" })).toThrow(/"rate"/);
    });

    test("closes what was opened on it, as often as it is asked to", async () => {
      const heard = collect(a, "/chatter");
      const publisher = b.topics.advertise("/chatter", STRING, RELIABLE);
      await seen(a, "/chatter");
      publisher.close();
      publisher.close();
      publisher.publish(text("too late"));
      await until(() => a.topics.publishersOf("/chatter").length === 0);
      await b.close();
      await b.close();
      expect(heard).toEqual([]);
    });
  });
}

/** Peers know of each other a little before messages flow. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 150));
}

export async function until(met: () => boolean | Promise<boolean>, waitMs = WAIT_MS): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`not within ${waitMs} ms: ${String(met)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
