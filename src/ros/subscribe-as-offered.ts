import { BEST_EFFORT, RELIABLE, type Qos, type RosHandle, type RosNode } from "./node.ts";

const CHECK_MS = 1000;
/** A second of 100 Hz: a loop that is held up that long loses nothing. */
const DEPTH = 100;
const SURE = { ...RELIABLE, depth: DEPTH };
const UNSURE = { ...BEST_EFFORT, depth: DEPTH };

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
  const offered = (): Qos =>
    node.topics.publishersOf(topic).some(({ qos }) => qos.reliability === "best-effort") ? UNSURE : SURE;
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
