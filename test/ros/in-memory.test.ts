import { describe, expect, it } from "vitest";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { describeRosNodeContract } from "../contracts/ros-node-contract.ts";
import { INTERFACES } from "./interfaces.ts";

describeRosNodeContract(
  "in memory",
  () => {
    const network = new InMemoryNetwork(INTERFACES);
    return Promise.resolve({
      open: (name, namespace, onProblem) => Promise.resolve(network.open({ name, namespace, onProblem })),
    });
  },
  { skip: undefined },
);

describe("in-memory network", () => {
  it("carries out goals, tells of progress, and lets them be cancelled", async () => {
    const network = new InMemoryNetwork();
    const node = network.open({ name: "server", onProblem: () => undefined });
    node.services.serveAction("count", "x/action/Count", async ({ goal, signal, feedback }) => {
      for (let i = 1; i <= Number(goal["to"]); i++) {
        if (signal.aborted) return { status: "canceled", result: { at: i } };
        feedback({ at: i });
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { status: "succeeded", result: { at: goal["to"] } };
    });
    const heard: unknown[] = [];
    const whole = network.sendGoal("/count", { to: 3 }, (message) => heard.push(message["at"]));
    expect(await whole.outcome).toEqual({ status: "succeeded", result: { at: 3 } });
    expect(heard).toEqual([1, 2, 3]);
    // Cancelled at a step, not after a time: how far it has come by then must not depend on the machine.
    const long = network.sendGoal("/count", { to: Infinity }, ({ at }) => {
      if (at === 5) long.cancel();
    });
    expect((await long.outcome).status).toBe("canceled");
  });

  it("lets a parameter be set within its range only, and not if it is read-only", () => {
    const node = new InMemoryNetwork().open({ name: "n", onProblem: () => undefined }, { rate: 7 });
    const rate = node.parameters.declare({ name: "rate", value: 1, description: "", range: [0, 10] });
    expect(rate()).toBe(7);
    expect(node.parameters.set("rate", 11)).toMatch(/\[0, 10\]/);
    expect(node.parameters.set("rate", "fast")).toMatch(/number/);
    expect(node.parameters.set("rate", 3)).toBeUndefined();
    expect(rate()).toBe(3);
    node.parameters.declare({ name: "fixed", value: 1, description: "", readOnly: true });
    expect(node.parameters.set("fixed", 2)).toMatch(/read-only/);
  });
});
