import { SerialQueue } from "../record/serial-queue.ts";
import {
  ACTIVATE,
  CONFIGURE,
  STATES,
  TRANSITIONS,
  type LifecycleState,
  type Transition,
} from "./lifecycle/transitions.ts";
import { encodeMessage } from "./messages.ts";
import { RELIABLE, type RosHandle, type RosMessage, type RosNode, type RosPublisher } from "./node.ts";

/** What a managed node does between its states. One that fails leaves the node in the state it came from. */
export interface Managed {
  /** Opens everything it needs: worlds, topics, services. */
  configure(): Promise<void>;
  /** Begins to act. */
  activate(): Promise<void>;
  /** Stops acting, and keeps everything open. */
  deactivate(): Promise<void>;
  /** Closes what `configure` opened; called also where that came to no good end. */
  cleanup(): Promise<void>;
}

const EVENT_TYPE = "lifecycle_msgs/msg/TransitionEvent";

/**
 * A managed node (https://design.ros2.org/articles/node_lifecycle.html): `ros2 lifecycle set`, launch and lifecycle
 * managers move it between unconfigured, inactive, active and finalized. rclnodejs has a node of that kind, but its
 * transitions cannot wait, and a world takes its time to open; so the services are answered here.
 */
export class Lifecycle {
  readonly #managed: Managed;
  readonly #onFailure: (transition: string, thrown: unknown) => void;
  readonly #queue = new SerialQueue();
  readonly #handles: RosHandle[];
  readonly #events: RosPublisher;
  readonly #finalized: Promise<void>;
  #settleFinalized = (): void => undefined;
  #state: LifecycleState = "unconfigured";

  /** @param onFailure told of a transition that was asked for over ROS and failed. */
  constructor(node: RosNode, managed: Managed, onFailure: (transition: string, thrown: unknown) => void) {
    this.#managed = managed;
    this.#onFailure = onFailure;
    this.#finalized = new Promise((resolve) => (this.#settleFinalized = resolve));
    this.#events = node.topics.advertise("~/transition_event", EVENT_TYPE, RELIABLE);
    const serve = (name: string, type: string, answer: (request: RosMessage) => Promise<RosMessage>) =>
      node.services.serve(`~/${name}`, `lifecycle_msgs/srv/${type}`, answer);
    this.#handles = [
      this.#events,
      serve("change_state", "ChangeState", async ({ transition }) => ({
        success: await this.#change(transition as { id: number; label: string }),
      })),
      serve("get_state", "GetState", async () => ({ current_state: stateMessage(this.#state) })),
      serve("get_available_states", "GetAvailableStates", async () => ({
        available_states: STATES.map(stateMessage),
      })),
      serve("get_available_transitions", "GetAvailableTransitions", async () => ({
        available_transitions: TRANSITIONS.filter(({ from }) => from === this.#state).map(describe),
      })),
      serve("get_transition_graph", "GetAvailableTransitions", async () => ({
        available_transitions: TRANSITIONS.map(describe),
      })),
    ];
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /** Settles when somebody has shut the node down. */
  get finalized(): Promise<void> {
    return this.#finalized;
  }

  /** What a node that is not managed would do: it configures and activates itself. @throws what stood in the way. */
  async autostart(): Promise<void> {
    await this.#queue.run(async () => {
      await this.#carryOut(CONFIGURE);
      await this.#carryOut(ACTIVATE);
    });
  }

  /** Shuts down, whatever the state. */
  async close(): Promise<void> {
    await this.#queue.run(async () => {
      const shutdown = TRANSITIONS.find(({ from, to }) => from === this.#state && to === "finalized");
      if (shutdown !== undefined) await this.#carryOut(shutdown);
    });
    for (const handle of this.#handles) handle.close();
  }

  /** `ros2 lifecycle set` sends the number, some clients the label alone. */
  #change({ id, label }: { id: number; label: string }): Promise<boolean> {
    return this.#queue.run(async () => {
      const asked = TRANSITIONS.find(
        (one) => one.from === this.#state && (label === "" ? one.id === id : one.label === label),
      );
      if (asked === undefined) return false;
      try {
        await this.#carryOut(asked);
        return true;
      } catch (thrown) {
        this.#onFailure(asked.label, thrown);
        return false;
      }
    });
  }

  async #carryOut(transition: Transition): Promise<void> {
    const from = this.#state;
    try {
      await this.#work(transition);
      this.#state = transition.to;
    } catch (thrown) {
      // What cannot be stopped or closed in order is cleaned up as far as it goes, and begins anew.
      this.#state =
        transition.label === "configure" || transition.label === "activate" ? from : "unconfigured";
      if (this.#state === "unconfigured") await this.#managed.cleanup().catch(() => undefined);
      throw thrown;
    } finally {
      this.#events.publish(
        encodeMessage(EVENT_TYPE, {
          transition: { id: transition.id, label: transition.label },
          start_state: stateMessage(from),
          goal_state: stateMessage(this.#state),
        }),
      );
      if (this.#state === "finalized") this.#settleFinalized();
    }
  }

  async #work({ label, from }: Transition): Promise<void> {
    if (label === "configure") return this.#managed.configure();
    if (label === "activate") return this.#managed.activate();
    if (from === "active") await this.#managed.deactivate();
    if (label === "deactivate") return;
    if (from !== "unconfigured") await this.#managed.cleanup();
  }
}

function stateMessage(state: LifecycleState): { id: number; label: string } {
  return { id: STATES.indexOf(state) + 1, label: state };
}

function describe({ id, label, from, to }: Transition): RosMessage {
  return { transition: { id, label }, start_state: stateMessage(from), goal_state: stateMessage(to) };
}
