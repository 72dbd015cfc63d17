import { inputError, messageOf } from "../../core/errors.ts";
import type { RosHandle } from "../node.ts";

/** Calls that are made once: publishers and handles may be closed again and after the node. */
export function once(close: () => void): RosHandle {
  let closed = false;
  return {
    close: () => {
      if (closed) return;
      closed = true;
      try {
        close();
      } catch {
        // the node went first, and took it along
      }
    },
  };
}

/** Runs what needs the definition of an interface. @throws SimgateError `input` if it is not installed. */
export function withInterface<T>(type: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const [package_ = ""] = type.split("/");
    throw inputError(`${type} cannot be used`, {
      got: messageOf(cause),
      hint:
        `install its package (ros-<distro>-${package_.replaceAll("_", "-")}) and source it; ` +
        "if it is new, `npx generate-ros-messages` makes it known to rclnodejs",
      cause,
    });
  }
}
