import { inputError, runtimeError, SimgateError } from "../../core/errors.ts";
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
import type { Keep, Server, Wiring } from "./wiring.ts";

export class InMemoryServices implements RosServices {
  readonly #network: Wiring;
  readonly #node: string;
  readonly #keep: Keep;
  readonly #onProblem: OnProblem;

  constructor(network: Wiring, node: string, keep: Keep, onProblem: OnProblem) {
    this.#network = network;
    this.#node = node;
    this.#keep = keep;
    this.#onProblem = onProblem;
  }

  serve(name: string, type: string, answer: (request: RosMessage) => Promise<RosMessage>): RosHandle {
    const resolved = resolveName(name, this.#node);
    const own: Server = {
      type,
      answer: async (request) => {
        try {
          return await answer(request);
        } catch (thrown) {
          this.#onProblem(`service ${resolved}`, thrown);
          return {};
        }
      },
    };
    this.#network.servers.set(resolved, own);
    return this.#keep({ close: () => void this.#network.servers.delete(resolved) });
  }

  serveAction(name: string, type: string, execute: (goal: ActionGoal) => Promise<ActionOutcome>): RosHandle {
    const resolved = resolveName(name, this.#node);
    const running = new Set<AbortController>();
    const run = async (goal: ActionGoal): Promise<ActionOutcome> => {
      try {
        return await execute(goal);
      } catch (thrown) {
        this.#onProblem(`action ${resolved}`, thrown);
        return { status: "aborted", result: {} };
      }
    };
    this.#network.actions.set(resolved, {
      type,
      start: (goal, onFeedback) => {
        const controller = new AbortController();
        running.add(controller);
        const { signal } = controller;
        const outcome = turn()
          .then(() => run({ goal, signal, feedback: (message) => onFeedback?.(message) }))
          .finally(() => running.delete(controller));
        return { outcome, cancel: () => controller.abort() };
      },
    });
    return this.#keep({
      close: () => {
        this.#network.actions.delete(resolved);
        for (const controller of running) controller.abort();
      },
    });
  }

  async call(name: string, type: string, request: RosMessage, options: ServiceCall): Promise<RosMessage> {
    const resolved = resolveName(name, this.#node);
    await turn();
    const server = this.#network.servers.get(resolved);
    if (server?.type !== type) {
      throw runtimeError(`nobody serves ${resolved} as ${type}`, { hint: "is the peer running?" });
    }
    const asked = server.answer(structuredClone(request));
    return withDeadline(asked, options, resolved);
  }

  fieldsOf(type: string): InterfaceFields {
    const fields = this.#network.interfaces[type];
    if (fields === undefined) throw inputError(`the interface ${type} is not installed`);
    return fields;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function withDeadline(
  work: Promise<RosMessage>,
  { timeoutMs, signal }: ServiceCall,
  name: string,
): Promise<RosMessage> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(runtimeError(`${name} gave no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    onAbort = () => reject(new SimgateError("aborted", "stopped on request", { cause: signal?.reason }));
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
  }
}
