import type { Batch } from "../../core/channels.ts";
import { toStamp, type TimeNs } from "../../core/time.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { entitiesOf, type Entity } from "../entities.ts";
import { poseOf, type Pose, type Vector } from "../entity-state.ts";
import { encodeMessage } from "../messages.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "../node.ts";
import { GHOST_PREFIX } from "./candidate-publisher.ts";
import type { AlarmLevel } from "./divergence-monitor.ts";

type Placed = Entity & { readonly place: NonNullable<Entity["place"]> };

/** visualization_msgs/Marker */
const [ARROW, SPHERE] = [0, 2];
const TRUTH = { r: 0.85, g: 0.85, b: 0.85, a: 1 };
const GHOST = { r: 0.35, g: 0.6, b: 1, a: 0.45 };
const ERROR_COLOURS = {
  ok: { r: 0.2, g: 0.75, b: 0.35, a: 1 },
  warn: { r: 0.95, g: 0.7, b: 0.1, a: 1 },
  error: { r: 0.9, g: 0.2, b: 0.2, a: 1 },
  stale: { r: 0.5, g: 0.5, b: 0.5, a: 1 },
} as const satisfies Record<AlarmLevel, object>;

/**
 * The scenario's objects as the candidate has them: ghost frames on `/tf`, and on `~/markers` truth, ghost, and the
 * arrow from the one to the other.
 */
export class Ghosts {
  readonly #entities: readonly Placed[];
  readonly #matchWithin: ReadonlyMap<string, number>;
  readonly #tf: RosPublisher | undefined;
  readonly #markers: RosPublisher | undefined;

  constructor(node: RosNode, scenario: Scenario) {
    this.#entities = entitiesOf(scenario).filter((one): one is Placed => one.place !== undefined);
    this.#matchWithin = new Map(scenario.objects.map(({ name, matchWithin }) => [name, matchWithin]));
    if (this.#entities.length === 0) return;
    this.#tf = node.topics.advertise("/tf", "tf2_msgs/msg/TFMessage", { ...RELIABLE, depth: 100 });
    this.#markers = node.topics.advertise("~/markers", "visualization_msgs/msg/MarkerArray", RELIABLE);
  }

  publish(truth: Batch["columns"], candidate: Batch, timeNs: TimeNs, level: AlarmLevel): void {
    if (this.#entities.length === 0) return;
    const stamp = toStamp(timeNs);
    const pairs = this.#entities.map((entity) => ({
      entity,
      frame: entity.place.position.frame ?? "world",
      at: poseOf(entity.place, truth),
      ghost: poseOf(entity.place, candidate.columns),
    }));
    this.#tf!.publish(
      encodeMessage("tf2_msgs/msg/TFMessage", {
        transforms: pairs.map(({ entity, frame, ghost }) => ({
          header: { stamp, frame_id: frame },
          child_frame_id: `${GHOST_PREFIX}${entity.name}`,
          transform: { translation: ghost.position, rotation: ghost.orientation },
        })),
      }),
    );
    const markers = pairs
      .filter(({ at }) => Number.isFinite(at.position.x))
      .flatMap(({ entity: { name: text }, frame, at, ghost }, id) => {
        // Drawn at the size of what still counts as the same thing.
        const size = this.#matchWithin.get(text) ?? 0.1;
        const marker = { header: { stamp, frame_id: frame }, id, text };
        return [
          { ...marker, ...sphere("truth", at, size, TRUTH) },
          { ...marker, ...sphere("candidate", ghost, size, GHOST) },
          { ...marker, ...arrow("error", at.position, ghost.position, size / 5, ERROR_COLOURS[level]) },
        ];
      });
    this.#markers!.publish(encodeMessage("visualization_msgs/msg/MarkerArray", { markers }));
  }

  close(): void {
    this.#tf?.close();
    this.#markers?.close();
  }
}

function sphere(ns: string, pose: Pose, size: number, color: object): object {
  return { ns, type: SPHERE, pose, scale: { x: size, y: size, z: size }, color };
}

function arrow(ns: string, from: Vector, to: Vector, width: number, color: object): object {
  const scale = { x: width, y: 2 * width, z: 0 };
  return { ns, type: ARROW, pose: { orientation: { w: 1 } }, scale, color, points: [from, to] };
}
