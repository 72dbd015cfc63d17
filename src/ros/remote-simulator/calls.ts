import { runtimeError } from "../../core/errors.ts";
import type { RosMessage, RosNode } from "../node.ts";
import { RESULT } from "../simulation-interfaces/codes.ts";

const CODE_NAMES: Readonly<Record<number, string>> = {
  [RESULT.featureUnsupported]: "feature unsupported",
  [RESULT.notFound]: "not found",
  [RESULT.incorrectState]: "incorrect state",
  [RESULT.operationFailed]: "operation failed",
};

export interface SimulatorCallsOptions {
  readonly node: RosNode;
  /** Before the names of the services: `/gzserver`; empty: none. */
  readonly namespace: string;
  /** Longest wait for one answer. */
  readonly deadlineMs: number;
}

/** Asks a simulator through the services of `simulation_interfaces`. */
export class SimulatorCalls {
  readonly #options: SimulatorCallsOptions;

  constructor(options: SimulatorCallsOptions) {
    this.#options = options;
  }

  /** @throws SimgateError `runtime` if nobody answers in time. */
  ask(service: string, type: string, request: RosMessage, signal?: AbortSignal): Promise<RosMessage> {
    const { node, namespace, deadlineMs } = this.#options;
    return node.services.call(`${namespace}/${service}`, `simulation_interfaces/srv/${type}`, request, {
      timeoutMs: deadlineMs,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** @throws SimgateError `runtime` too if the answer is another than OK, or than the `also` allowed codes. */
  async demand(
    service: string,
    type: string,
    request: RosMessage,
    { signal, also = [] }: { signal?: AbortSignal | undefined; also?: readonly number[] } = {},
  ): Promise<RosMessage> {
    const answer = await this.ask(service, type, request, signal);
    const { result, error_message } = answer["result"] as { result: number; error_message: string };
    if (result === RESULT.ok || also.includes(result)) return answer;
    const name = CODE_NAMES[result] ?? `code ${result}`;
    throw runtimeError(`${this.#options.namespace}/${service} answered: ${name}`, {
      got: error_message === "" ? "no reason given" : error_message,
    });
  }

  /** Of the installed definition: releases of the package differ. */
  requestFields(type: string): readonly string[] {
    return this.#options.node.services.fieldsOf(`simulation_interfaces/srv/${type}`).request;
  }
}
