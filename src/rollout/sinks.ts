import { messageOf } from "../core/errors.ts";
import type { Step, TraceSink } from "../core/trace.ts";

/** A sink that threw, and at which step it was dropped. */
export interface SinkFailure {
  readonly sink: number;
  readonly step: number;
  readonly reason: string;
}

/** Hands every step to every sink; one that fails is dropped and reported, and the others go on. */
export class SinkGroup {
  readonly failures: SinkFailure[] = [];
  readonly #live: Map<number, TraceSink>;

  constructor(sinks: readonly TraceSink[]) {
    this.#live = new Map(sinks.entries());
  }

  get empty(): boolean {
    return this.#live.size === 0;
  }

  async write(step: Step): Promise<void> {
    for (const [index, sink] of this.#live) {
      try {
        await sink.write(step);
      } catch (thrown) {
        this.#live.delete(index);
        this.failures.push({ sink: index, step: step.step, reason: messageOf(thrown) });
      }
    }
  }
}
