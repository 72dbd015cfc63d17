import { runtimeError, SimgateError } from "../core/errors.ts";

/** What is wrong with a message of a server is no mistake of who asked: bad input becomes a failure of the server. */
export function fromServer<T>(url: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof SimgateError) || thrown.code !== "input") throw thrown;
    throw runtimeError(`${url}: ${thrown.what}`, thrown.details);
  }
}
