import { runtimeError } from "../core/errors.ts";
import { InMemoryParameters } from "./in-memory/parameters.ts";
import { InMemoryServices } from "./in-memory/services.ts";
import { InMemoryTopics } from "./in-memory/topics.ts";
import { Wiring, type RunningGoal } from "./in-memory/wiring.ts";
import type {
  InterfaceFields,
  ParameterValue,
  RosHandle,
  RosMessage,
  RosNode,
  RosNodeOptions,
  RosServices,
  RosTopics,
} from "./node.ts";

/**
 * A ROS network inside one process, for tests of what runs on one: matching by name, type and quality of service,
 * one message a subscription and turn of the event loop, queues that drop their oldest, as over DDS.
 */
export class InMemoryNetwork {
  readonly #wiring: Wiring;

  /** @param interfaces field names of the services that {@link RosServices.fieldsOf} is asked for. */
  constructor(interfaces: Readonly<Record<string, InterfaceFields>> = {}) {
    this.#wiring = new Wiring(interfaces);
  }

  /** @param overrides parameter values from the launch. */
  open(options: RosNodeOptions, overrides: Readonly<Record<string, ParameterValue>> = {}): InMemoryNode {
    return new InMemoryNode(this.#wiring, options, overrides);
  }

  /** What `ros2 action send_goal` does. */
  sendGoal(name: string, goal: RosMessage, onFeedback?: (message: RosMessage) => void): RunningGoal {
    const server = this.#wiring.actions.get(name);
    if (server === undefined) throw runtimeError(`no action server ${name}`);
    return server.start(goal, onFeedback);
  }
}

export class InMemoryNode implements RosNode {
  readonly name: string;
  readonly topics: RosTopics;
  readonly services: RosServices;
  readonly parameters: InMemoryParameters;
  readonly #handles = new Set<RosHandle>();
  #closed = false;

  constructor(
    wiring: Wiring,
    { name, namespace = "/", onProblem }: RosNodeOptions,
    overrides: Readonly<Record<string, ParameterValue>>,
  ) {
    this.name = `${namespace === "/" ? "" : namespace}/${name}`;
    const keep = <H extends RosHandle>(handle: H): H => {
      if (this.#closed) {
        handle.close();
        throw runtimeError(`node ${this.name} is closed`);
      }
      this.#handles.add(handle);
      return handle;
    };
    this.topics = new InMemoryTopics(wiring, this.name, keep, onProblem);
    this.services = new InMemoryServices(wiring, this.name, keep, onProblem);
    this.parameters = new InMemoryParameters(overrides);
    this.services.serve("~/set_parameters", "rcl_interfaces/srv/SetParameters", (request) =>
      Promise.resolve(this.parameters.answer(request)),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const handle of this.#handles) handle.close();
    this.#handles.clear();
  }
}
