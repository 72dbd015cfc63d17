import { messageOf } from "../core/errors.ts";
import type { TimeNs } from "../core/time.ts";
import { DIAGNOSTICS_TYPE, encodeDiagnostics, type DiagnosticStatus } from "./messages.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "./node.ts";
import type { Problem } from "./problems.ts";
import { findMismatches, type Mismatch, type OwnTopics } from "./self-check.ts";

export interface DiagnosticsOptions {
  readonly node: RosNode;
  readonly own: OwnTopics;
  /** What has gone wrong in callbacks so far. */
  readonly problems: () => readonly Problem[];
  /** What the node says of itself, and at what time. */
  readonly status: () => { readonly timeNs: TimeNs; readonly statuses: readonly DiagnosticStatus[] };
  readonly log: (level: "warn", text: string) => void;
}

const PERIOD_MS = 1000;

/** `/diagnostics`, once a second: how the node is, what went wrong in it, and what on the network does not fit. */
export class Diagnostics {
  readonly #options: DiagnosticsOptions;
  readonly #publisher: RosPublisher;
  readonly #timer: NodeJS.Timeout;
  #mismatches: readonly Mismatch[] = [];

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
    this.#publisher = options.node.topics.advertise("/diagnostics", DIAGNOSTICS_TYPE, RELIABLE);
    this.#timer = setInterval(() => {
      try {
        this.publish();
      } catch (thrown) {
        options.log("warn", `diagnostics: ${messageOf(thrown)}`); // what watches must not end what it watches
      }
    }, PERIOD_MS);
  }

  /** Also between two periods: when the level changes. */
  publish(): void {
    const { node, own, problems, status, log } = this.#options;
    const known = new Set(this.#mismatches.map(({ problem }) => problem));
    this.#mismatches = findMismatches(node, own);
    for (const { topic, problem, remedy } of this.#mismatches) {
      if (!known.has(problem)) log("warn", `${topic}: ${problem}; ${remedy}`);
    }
    const { timeNs, statuses } = status();
    const warning = (about: string, message: string, values: Record<string, string>): DiagnosticStatus => ({
      level: "warn",
      name: `${node.name}: ${about}`,
      message,
      hardwareId: about,
      values,
    });
    this.#publisher.publish(
      encodeDiagnostics(timeNs, [
        ...statuses,
        ...problems().map(({ where, text, count }) => warning(where, text, { times: `${count}` })),
        ...this.#mismatches.map(({ topic, problem, remedy }) => warning(topic, problem, { remedy })),
      ]),
    );
  }

  close(): void {
    clearInterval(this.#timer);
    this.#publisher.close();
  }
}
