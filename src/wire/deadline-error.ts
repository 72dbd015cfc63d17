import { SimgateError } from "../core/errors.ts";

/** A peer that did not answer in time. A class of its own, because a lane's fault says so. */
export class WireDeadlineError extends SimgateError {
  constructor(what: string, limitMs: number) {
    super("runtime", `${what} did not answer within ${limitMs / 1000} s`);
    this.name = "WireDeadlineError";
  }
}
