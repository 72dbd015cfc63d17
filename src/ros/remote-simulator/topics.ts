import { runtimeError } from "../../core/errors.ts";
import { topicLayouts, type TopicLayout } from "../../record/topic-layout.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Endpoint, RosNode } from "../node.ts";

const LOOK_EVERY_MS = 20;

/**
 * Waits until somebody publishes each observation and listens to each command.
 * @throws SimgateError `runtime` naming the topics where nobody does in time.
 */
export async function findTopics(
  node: RosNode,
  { observation, action }: Pick<Scenario, "observation" | "action">,
  timeoutMs: number,
): Promise<void> {
  const shown = topicLayouts({ observation, action: [] });
  const commanded = topicLayouts({ observation: [], action }).filter(({ role }) => role === "applied");
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const missing = [
      ...shown.flatMap((layout) => lack(layout, node.topics.publishersOf(layout.topic), "publishes")),
      ...commanded.flatMap((layout) => lack(layout, node.topics.subscriptionsOf(layout.topic), "listens to")),
    ];
    if (missing.length === 0) return;
    if (performance.now() > deadline) {
      throw runtimeError("the simulator and the scenario do not meet on their topics", {
        got: missing.join("; "),
        hint: "correct the ros: mappings of the scenario's channels, or remap the simulator's topics",
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function lack({ topic, type }: TopicLayout, peers: readonly Endpoint[], does: string): string[] {
  if (peers.some((peer) => peer.type === type.name)) return [];
  const others = [...new Set(peers.map((peer) => peer.type))];
  return others.length === 0
    ? [`nobody ${does} ${topic} (${type.name})`]
    : [`${topic} is ${others.join(" and ")} there, ${type.name} in the scenario`];
}
