import { BEST_EFFORT, RELIABLE, type RosHandle, type RosNode } from "./node.ts";

const CHECK_MS = 1000;

/**
 * A subscription as reliable as its publishers allow: nothing of a reliable one is lost, and a best-effort one (most
 * sensors) is heard at all. Looks again once a second, for publishers come and go.
 */
export function subscribeAsOffered(
  node: RosNode,
  topic: string,
  type: string,
  listener: (bytes: Uint8Array) => void,
): RosHandle {
  const offered = (): typeof RELIABLE =>
    node.topics.publishersOf(topic).some(({ qos }) => qos.reliability === "best-effort")
      ? BEST_EFFORT
      : RELIABLE;
  let qos = offered();
  let handle = node.topics.subscribe(topic, type, qos, listener);
  const timer = setInterval(() => {
    const now = offered();
    if (now === qos) return;
    qos = now;
    handle.close();
    handle = node.topics.subscribe(topic, type, qos, listener);
  }, CHECK_MS);
  return {
    close: () => {
      clearInterval(timer);
      handle.close();
    },
  };
}
