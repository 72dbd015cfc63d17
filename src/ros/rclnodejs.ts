import { inputError, messageOf } from "../core/errors.ts";
import type { RosNode, RosNodeOptions, RosParameters, RosTopics } from "./node.ts";
import { loadRclnodejs, type RclContext, type Rclnodejs, type RclNode } from "./rclnodejs/module.ts";
import { parameterOverrides } from "./rclnodejs/parameter-overrides.ts";
import { RclParameters } from "./rclnodejs/parameters.ts";
import { RclServices } from "./rclnodejs/services.ts";
import { RclTopics } from "./rclnodejs/topics.ts";

export interface RclnodejsOptions extends RosNodeOptions {
  /** `--ros-args …` as the process was given them: remaps, parameters, log level. */
  readonly rosArgs?: readonly string[];
}

/**
 * How long one wait for work lasts, in the background thread. Whoever adds or removes a subscription, service or client holds up
 * this loop until it is over, some forty times at the start and at the end of a bridge.
 */
const SPIN_TIMEOUT_MS = 5;

/** rclnodejs announces changed parameters in the node's namespace, where no tool listens. */
const GLOBAL_EVENTS = ["--ros-args", "-r", "parameter_events:=/parameter_events"];

/**
 * Joins the ROS 2 network that the shell has sourced. Only what keeps this loop free can run beside it: while
 * JavaScript computes, no message arrives.
 * @throws SimgateError `input` if ROS 2 or rclnodejs is not there.
 */
export async function openRclnodejs(options: RclnodejsOptions): Promise<RosNode> {
  const rcl = await loadRclnodejs();
  rcl.removeSignalHandlers();
  const context = new rcl.Context();
  try {
    await rcl.init(context, [...(options.rosArgs ?? []), ...GLOBAL_EVENTS]);
    return new RclnodejsNode(rcl, context, options);
  } catch (cause) {
    if (!context.isShutdown()) rcl.shutdown(context);
    throw inputError("the ROS 2 node could not be created", { got: messageOf(cause), cause });
  }
}

class RclnodejsNode implements RosNode {
  readonly name: string;
  readonly topics: RosTopics;
  readonly services: RclServices;
  readonly parameters: RosParameters;
  readonly #rcl: Rclnodejs;
  readonly #context: RclContext;
  readonly #node: RclNode;
  #closed = false;

  constructor(
    rcl: Rclnodejs,
    context: RclContext,
    { name, namespace = "/", rosArgs = [], onProblem }: RclnodejsOptions,
  ) {
    this.#rcl = rcl;
    this.#context = context;
    this.#node = new rcl.Node(name, namespace === "/" ? "" : namespace, context, {
      startParameterServices: true,
      startTypeDescriptionService: true,
      enableRosout: true,
    });
    this.name = this.#node.getFullyQualifiedName();
    this.topics = new RclTopics(rcl, this.#node, this.name, onProblem);
    this.services = new RclServices(rcl, this.#node, this.name, onProblem);
    this.parameters = new RclParameters(rcl, this.#node, {
      overrides: parameterOverrides(rosArgs, this.name),
      onProblem,
    });
    this.#node.spin(SPIN_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.services.stopGoals();
    this.#node.destroy();
    this.#rcl.shutdown(this.#context);
  }
}
