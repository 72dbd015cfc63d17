import { isMainThread } from "node:worker_threads";
import { messageOf } from "../../src/core/errors.ts";
import { loadRclnodejs } from "../../src/ros/rclnodejs/module.ts";

/** Why tests against a real ROS 2 cannot run here; undefined: they can. Keeps them on this machine, in a domain of their own. */
export async function whyNoRos(): Promise<string | undefined> {
  if (!isMainThread) return "rclnodejs runs on a main thread only: vitest --pool=forks";
  process.env["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST";
  process.env["ROS_DOMAIN_ID"] ??= `${1 + (process.pid % 100)}`;
  try {
    await loadRclnodejs();
    return undefined;
  } catch (thrown) {
    return messageOf(thrown).split("\n")[0]!;
  }
}
