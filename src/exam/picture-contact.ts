import type { Trace } from "../core/trace.ts";
import { type BodyTrack, contactCounts, type ContactOptions, excursion } from "../metrics/contact.ts";
import type { ClusterCount } from "../metrics/rate.ts";
import { clusteredRate } from "../metrics/rate.ts";
import type { Pictures } from "../report/result.ts";
import type { ImageShape } from "../scenario/image-schema.ts";
import type { Scenario, ScenarioImage } from "../scenario/scenario.ts";
import { measureOf } from "./measure.ts";

/** Bodies lie still for so long before they move. */
const SETTLE_SEC = 0.5;
/** In tolerances of their positions: what is nearer may touch. */
const TOUCH = 1.5;

/** Whether what is pushed moves, and only then, and whether a miss stays a miss: of the bodies that an image channel draws. */
export class PictureContact {
  readonly #scenario: Scenario;
  readonly #shapes: readonly (ImageShape & { readonly at: string })[];
  readonly #options: ContactOptions;
  readonly #uncaused = { truth: [] as ClusterCount[], candidate: [] as ClusterCount[] };
  readonly #pierced = { truth: [] as ClusterCount[], candidate: [] as ClusterCount[] };
  readonly #misses: ClusterCount[] = [];

  constructor(scenario: Scenario, image: ScenarioImage) {
    this.#scenario = scenario;
    this.#shapes = image.shapes.filter(
      (shape): shape is ImageShape & { readonly at: string } =>
        typeof shape.at === "string" &&
        typeof shape.turn === "number" &&
        shape.offset.every((by) => by === 0),
    );
    const tolerances = this.#shapes.map(({ at }) => toleranceOf(scenario, at));
    this.#options = {
      still: Math.max(...tolerances),
      touch: TOUCH * Math.max(...tolerances),
      settleSteps: Math.round(SETTLE_SEC / scenario.controlPeriodSec),
    };
  }

  add(truth: Trace, candidate: Trace): void {
    const bodies = { truth: this.#bodies(truth), candidate: this.#bodies(candidate) };
    for (const world of ["truth", "candidate"] as const) {
      const { begins, uncaused, touched, pierced } = contactCounts(bodies[world], this.#options);
      this.#uncaused[world].push({ hits: uncaused, trials: begins });
      this.#pierced[world].push({ hits: pierced, trials: touched });
    }
    const { still } = this.#options;
    const missed = bodies.truth.flatMap((body, i) => (body.passive && excursion(body) <= still ? [i] : []));
    const moves = missed.filter((i) => excursion(bodies.candidate[i]!) > 2 * still);
    this.#misses.push({ hits: missed.length - moves.length, trials: missed.length });
  }

  found(): Pictures["contact"] {
    const { confidence } = this.#scenario.thresholds;
    const share = (clusters: readonly ClusterCount[], whenEmpty: string): ReturnType<typeof measureOf> =>
      measureOf(clusteredRate(clusters, whenEmpty, confidence));
    const none = { uncaused: "nothing begins to move", pierced: "nothing is touched" };
    return {
      uncaused: {
        candidate: share(this.#uncaused.candidate, none.uncaused),
        truth: share(this.#uncaused.truth, none.uncaused),
      },
      pierced: {
        candidate: share(this.#pierced.candidate, none.pierced),
        truth: share(this.#pierced.truth, none.pierced),
      },
      missesKept: share(this.#misses, "in truth every object is moved"),
    };
  }

  #bodies({ observation }: Trace): readonly BodyTrack[] {
    return this.#shapes.map((shape) => {
      const [halfLength, radius, turn] = extentOf(shape);
      return {
        ...{ name: shape.at, halfLength, radius, angleRad: (shape.turn as number) + turn },
        passive: shape.object !== undefined,
        position: observation[shape.at]!,
        ...(shape.shown === undefined ? {} : { seen: observation[shape.shown]! }),
      };
    });
  }
}

/** A box counts as the capsule that lies in it, lengthwise. */
function extentOf(shape: ImageShape): readonly [halfLength: number, radius: number, turn: number] {
  if ("disc" in shape) return [0, shape.disc, 0];
  if ("capsule" in shape) return [...shape.capsule, 0];
  const [half, breadth] = shape.box;
  return half > breadth ? [half - breadth, breadth, 0] : [breadth - half, half, Math.PI / 2];
}

function toleranceOf({ observation }: Scenario, channel: string): number {
  return observation.find(({ name }) => name === channel)!.tolerance;
}
