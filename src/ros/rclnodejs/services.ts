import { messageOf, runtimeError, SimgateError } from "../../core/errors.ts";
import {
  resolveName,
  type ActionGoal,
  type ActionOutcome,
  type InterfaceFields,
  type OnProblem,
  type RosHandle,
  type RosMessage,
  type RosServices,
  type ServiceCall,
} from "../node.ts";
import { once, withInterface } from "./handle.ts";
import type { RclClient, RclGoal, Rclnodejs, RclNode } from "./module.ts";

export class RclServices implements RosServices {
  readonly #rcl: Rclnodejs;
  readonly #node: RclNode;
  readonly #name: string;
  readonly #onProblem: OnProblem;
  readonly #goals = new Map<AbortController, Promise<unknown>>();
  /** By service and type, kept as long as the node: to find each other takes both sides longer than most answers. */
  readonly #clients = new Map<string, RclClient>();

  constructor(rcl: Rclnodejs, node: RclNode, name: string, onProblem: OnProblem) {
    this.#rcl = rcl;
    this.#node = node;
    this.#name = name;
    this.#onProblem = onProblem;
  }

  serve(name: string, type: string, answer: (request: RosMessage) => Promise<RosMessage>): RosHandle {
    const resolved = resolveName(name, this.#name);
    const callback = async (request: RosMessage): Promise<Record<string, unknown>> => {
      try {
        return await answer(request);
      } catch (thrown) {
        this.#onProblem(`service ${resolved}`, thrown);
        return {};
      }
    };
    const service = withInterface(type, () =>
      this.#node.createService(type, resolved, { enableTypedArray: false }, callback),
    );
    return once(() => this.#node.destroyService(service));
  }

  serveAction(name: string, type: string, execute: (goal: ActionGoal) => Promise<ActionOutcome>): RosHandle {
    const resolved = resolveName(name, this.#name);
    const interfaces = withInterface(type, () => this.#rcl.require(type));
    const controllers = new Map<RclGoal, AbortController>();
    const run = async (goal: RclGoal): Promise<unknown> => {
      const controller = new AbortController();
      controllers.set(goal, controller);
      const work = this.#carryOut(goal, controller.signal, interfaces.Feedback, execute, resolved);
      this.#goals.set(controller, work);
      const outcome = await work;
      controllers.delete(goal);
      this.#goals.delete(controller);
      if (outcome.status === "succeeded") goal.succeed();
      else if (outcome.status === "canceled" && goal.isCancelRequested) goal.canceled();
      else goal.abort();
      return new interfaces.Result(outcome.result);
    };
    const cancel = (goal: RclGoal): number => {
      // After the client was told that the goal is being cancelled.
      setImmediate(() => controllers.get(goal)?.abort());
      return this.#rcl.CancelResponse.ACCEPT;
    };
    const server = new this.#rcl.ActionServer(this.#node, type, resolved, run, null, null, cancel, {
      enableTypedArray: false,
    });
    return once(() => server.destroy());
  }

  async #carryOut(
    goal: RclGoal,
    signal: AbortSignal,
    Feedback: new (values: object) => object,
    execute: (goal: ActionGoal) => Promise<ActionOutcome>,
    name: string,
  ): Promise<ActionOutcome> {
    try {
      return await execute({
        goal: goal.request.toPlainObject(false),
        signal,
        feedback: (message) => {
          if (!goal.isCancelRequested) goal.publishFeedback(new Feedback(message));
        },
      });
    } catch (thrown) {
      this.#onProblem(`action ${name}`, thrown);
      return { status: "aborted", result: {} };
    }
  }

  async call(name: string, type: string, request: RosMessage, options: ServiceCall): Promise<RosMessage> {
    const resolved = resolveName(name, this.#name);
    const client = this.#clientOf(resolved, type);
    const { timeoutMs, signal } = options;
    const began = performance.now();
    try {
      if (!(await client.waitForService(timeoutMs))) {
        throw runtimeError(`nobody serves ${resolved} as ${type}`, { hint: "is the peer running?" });
      }
      const timeout = Math.max(1, Math.round(timeoutMs - (performance.now() - began)));
      return await client.sendRequestAsync(request, { timeout, ...(signal === undefined ? {} : { signal }) });
    } catch (cause) {
      if (cause instanceof SimgateError) throw cause;
      if (signal?.aborted === true) throw new SimgateError("aborted", "stopped on request", { cause });
      throw runtimeError(`${resolved} gave no answer within ${timeoutMs} ms`, {
        got: messageOf(cause),
        cause,
      });
    }
  }

  #clientOf(name: string, type: string): RclClient {
    const key = `${name} ${type}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const options = { enableTypedArray: false };
    const client = withInterface(type, () => this.#node.createClient(type, name, options));
    this.#clients.set(key, client);
    return client;
  }

  fieldsOf(type: string): InterfaceFields {
    const { Request, Response } = withInterface(type, () => this.#rcl.require(type));
    const names = ({ ROSMessageDef }: typeof Request): string[] =>
      ROSMessageDef.fields.map(({ name }) => name);
    return { request: names(Request), response: names(Response) };
  }

  async stopGoals(): Promise<void> {
    for (const controller of this.#goals.keys()) controller.abort();
    await Promise.allSettled(this.#goals.values());
  }
}
