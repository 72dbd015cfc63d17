import { messageOf } from "../core/errors.ts";
import type { OnProblem } from "./node.ts";

/** One kind of trouble, and how often it came. */
export interface Problem {
  readonly where: string;
  readonly text: string;
  readonly count: number;
}

/**
 * Keeps count of what goes wrong in callbacks. A peer that sends rubbish does so at its own rate: each kind is told the
 * first time, the tenth, the hundredth, and so on.
 */
export class Problems {
  readonly #counts = new Map<string, Problem>();
  readonly #tell: (problem: Problem) => void;

  constructor(tell: (problem: Problem) => void) {
    this.#tell = tell;
  }

  readonly report: OnProblem = (where, thrown) => {
    const text = messageOf(thrown).replaceAll(/\s*\n\s*/g, "; ");
    const key = `${where}: ${text}`;
    const problem = { where, text, count: (this.#counts.get(key)?.count ?? 0) + 1 };
    this.#counts.set(key, problem);
    if (Number.isInteger(Math.log10(problem.count))) this.#tell(problem);
  };

  get all(): readonly Problem[] {
    return [...this.#counts.values()];
  }
}
