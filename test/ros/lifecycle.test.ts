import { describe, expect, it } from "vitest";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { Lifecycle, type Managed } from "../../src/ros/lifecycle.ts";
import { messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE } from "../../src/ros/node.ts";
import { until } from "../contracts/ros-node-contract.ts";

const silent = (): void => undefined;

/** A managed node, a client of it, and what it was made to do. */
function managed(broken: Partial<Record<keyof Managed, string>> = {}) {
  const network = new InMemoryNetwork();
  const node = network.open({ name: "simgate", onProblem: silent });
  const client = network.open({ name: "client", onProblem: silent });
  const done: string[] = [];
  const failures: string[] = [];
  const act = (what: keyof Managed) => async (): Promise<void> => {
    done.push(what);
    if (broken[what] !== undefined) throw new Error(broken[what]);
  };
  const lifecycle = new Lifecycle(
    node,
    {
      configure: act("configure"),
      activate: act("activate"),
      deactivate: act("deactivate"),
      cleanup: act("cleanup"),
    },
    (transition, thrown) => failures.push(`${transition}: ${String(thrown)}`),
  );
  const call = (name: string, type: string, request = {}) =>
    client.services.call(`/simgate/${name}`, `lifecycle_msgs/srv/${type}`, request, { timeoutMs: 1000 });
  return {
    lifecycle,
    client,
    done,
    failures,
    /** What `ros2 lifecycle set` does. */
    set: async (id: number, label = "") =>
      (await call("change_state", "ChangeState", { transition: { id, label } }))["success"],
    state: async () => (await call("get_state", "GetState"))["current_state"],
    available: async () =>
      (
        (await call("get_available_transitions", "GetAvailableTransitions"))["available_transitions"] as {
          transition: { label: string };
        }[]
      ).map(({ transition }) => transition.label),
  };
}

const [CONFIGURE, CLEANUP, ACTIVATE, DEACTIVATE, ACTIVE_SHUTDOWN] = [1, 2, 3, 4, 7];

describe("lifecycle", () => {
  it("moves through its states as it is told over services, and does what each transition asks for", async () => {
    const one = managed();
    expect(await one.state()).toEqual({ id: 1, label: "unconfigured" });
    expect(await one.available()).toEqual(["configure", "shutdown"]);
    expect(await one.set(ACTIVATE)).toBe(false); // not from here
    expect(await one.set(CONFIGURE)).toBe(true);
    expect(await one.state()).toEqual({ id: 2, label: "inactive" });
    expect(await one.set(0, "activate")).toBe(true); // some clients send the label alone
    expect(await one.state()).toEqual({ id: 3, label: "active" });
    expect(await one.available()).toEqual(["deactivate", "shutdown"]);
    expect(await one.set(DEACTIVATE)).toBe(true);
    expect(await one.set(CLEANUP)).toBe(true);
    expect(await one.set(CONFIGURE)).toBe(true);
    expect(await one.set(ACTIVATE)).toBe(true);
    expect(await one.set(ACTIVE_SHUTDOWN, "shutdown")).toBe(true);
    expect(await one.state()).toEqual({ id: 4, label: "finalized" });
    await one.lifecycle.finalized;
    expect(one.done).toEqual([
      ...["configure", "activate", "deactivate", "cleanup"],
      ...["configure", "activate", "deactivate", "cleanup"],
    ]);
    expect(one.failures).toEqual([]);
  });

  it("tells every transition to those who watch", async () => {
    const one = managed();
    const type = "lifecycle_msgs/msg/TransitionEvent";
    const events: string[] = [];
    const decode = messageDecoder<{ transition: { label: string }; goal_state: { label: string } }>(type);
    one.client.topics.subscribe("/simgate/transition_event", type, RELIABLE, (bytes) => {
      const { transition, goal_state } = decode(bytes);
      events.push(`${transition.label} → ${goal_state.label}`);
    });
    await one.lifecycle.autostart();
    await one.lifecycle.close();
    await until(() => events.length === 3);
    expect(events).toEqual(["configure → inactive", "activate → active", "shutdown → finalized"]);
  });

  it("stays where it was if a transition fails, cleans up, and says why", async () => {
    const one = managed({ configure: "no such model" });
    expect(await one.set(CONFIGURE)).toBe(false);
    expect(await one.state()).toEqual({ id: 1, label: "unconfigured" });
    expect(one.done).toEqual(["configure", "cleanup"]);
    expect(one.failures).toEqual(["configure: Error: no such model"]);
    await expect(managed({ configure: "no such model" }).lifecycle.autostart()).rejects.toThrow(
      "no such model",
    );
  });

  it("begins anew where it cannot stop in order", async () => {
    const one = managed({ deactivate: "stuck" });
    await one.lifecycle.autostart();
    expect(await one.set(DEACTIVATE)).toBe(false);
    expect(await one.state()).toEqual({ id: 1, label: "unconfigured" });
    expect(one.done).toEqual(["configure", "activate", "deactivate", "cleanup"]);
  });
});
