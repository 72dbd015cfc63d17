import { SimgateError, inputError } from "../core/errors.ts";
import type { ErrorDetails } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";

/** Gathers what is wrong with a manifest, so that its author sees all of it at once. */
export class Problems {
  readonly #document: Pick<YamlDocument<unknown>, "where" | "error">;
  readonly #found: SimgateError[] = [];

  constructor(document: Pick<YamlDocument<unknown>, "where" | "error">) {
    this.#document = document;
  }

  where(path: KeyPath): string {
    return this.#document.where(path);
  }

  add(path: KeyPath, what: string, details: Omit<ErrorDetails, "where"> = {}): void {
    this.#found.push(this.#document.error(path, what, details));
  }

  /** Runs a check that throws; what it throws is kept, with its own place or this one, and undefined returned. */
  try<T>(path: KeyPath, check: (where: string) => T): T | undefined {
    const where = this.where(path);
    try {
      return check(where);
    } catch (cause) {
      if (!(cause instanceof SimgateError) || cause.code !== "input") throw cause;
      this.#found.push(
        cause.details.where === undefined ? inputError(cause.what, { ...cause.details, where }) : cause,
      );
      return undefined;
    }
  }

  /** @throws SimgateError that lists everything found, if anything was. */
  throwIfAny(what: string): void {
    const [first] = this.#found;
    if (first === undefined) return;
    if (this.#found.length === 1) throw first;
    const list = [...this.#found]
      .sort((a, b) => lineOf(a) - lineOf(b))
      .map((problem) => `\n${problem.message}`)
      .join("")
      .replaceAll("\n", "\n  ");
    throw inputError(`${what} has ${this.#found.length} problems${list}`);
  }
}

/** The line in `file:line:column key`. */
function lineOf({ details }: SimgateError): number {
  return Number(/:(\d+):\d+(?: |$)/.exec(details.where ?? "")?.[1] ?? 0);
}
