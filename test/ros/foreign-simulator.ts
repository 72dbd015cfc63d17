import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE, type RosMessage, type RosNode } from "../../src/ros/node.ts";

export interface ForeignOptions {
  /** Default: reset, steps, pause, set_entity_state. */
  readonly features?: readonly number[];
  /** Called before each step; may never answer. */
  readonly onStep?: () => void | Promise<void>;
  /** Does as if it had moved a thing, and does not. */
  readonly deaf?: boolean;
}

/**
 * A simulator that is none of ours: a cart at `/gz` with steps of a quarter of a second. It publishes when it steps and
 * not otherwise, its clock goes back to zero at a reset, and it answers INCORRECT_STATE where it is not paused.
 */
export class ForeignSimulator {
  state = 1;
  position = 0;
  resets: number[] = [];
  #quarters = 0;
  #speed = 0;

  constructor(
    node: RosNode,
    { features = [11, 20, 25, 26, 31, 32], onStep, deaf = false }: ForeignOptions = {},
  ) {
    const decode = messageDecoder<{ twist: { linear: { x: number } } }>("geometry_msgs/msg/TwistStamped");
    node.topics.subscribe("/cmd", "geometry_msgs/msg/TwistStamped", RELIABLE, (bytes) => {
      this.#speed = decode(bytes).twist.linear.x;
    });
    const joints = node.topics.advertise("/joint_states", "sensor_msgs/msg/JointState", RELIABLE);
    const publish = (): void => {
      const nanosec = (this.#quarters % 4) * 250_000_000;
      const stamp = { sec: Math.floor(this.#quarters / 4), nanosec };
      joints.publish(
        encodeMessage("sensor_msgs/msg/JointState", {
          header: { stamp },
          name: ["cart"],
          position: [this.position],
        }),
      );
    };
    const serve = (
      name: string,
      type: string,
      answer: (request: RosMessage) => Promise<RosMessage>,
    ): void => {
      node.services.serve(`/gz/${name}`, `simulation_interfaces/srv/${type}`, answer);
    };
    const done = (result = 1, error_message = ""): RosMessage => ({ result: { result, error_message } });
    serve("get_simulator_features", "GetSimulatorFeatures", () =>
      Promise.resolve({ features: { features: [...features], spawn_formats: [], custom_info: "a sim" } }),
    );
    serve("set_simulation_state", "SetSimulationState", (request) => {
      const { state } = request["state"] as { state: number };
      if (state === this.state) return Promise.resolve(done(101));
      this.state = state;
      return Promise.resolve(done());
    });
    serve("reset_simulation", "ResetSimulation", (request) => {
      this.resets.push(request["scope"] as number);
      [this.position, this.#quarters, this.#speed] = [0, 0, 0];
      return Promise.resolve(done());
    });
    serve("set_entity_state", "SetEntityState", (request) => {
      if (request["entity"] !== "crate") return Promise.resolve(done(2, "no such entity"));
      const { pose } = request["state"] as { pose: { position: { x: number } } };
      if (!deaf) this.position = pose.position.x;
      return Promise.resolve(done());
    });
    serve("step_simulation", "StepSimulation", async (request) => {
      if (this.state !== 2) return done(3, "not paused");
      await onStep?.();
      for (let i = 0; i < Number(request["steps"]); i++) {
        this.position += this.#speed / 4;
        this.#quarters++;
        publish();
      }
      return done();
    });
  }
}
