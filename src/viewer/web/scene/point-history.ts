import { bodyPoses } from "../../kinematics.ts";
import type { RecordedWorld } from "../../recording.ts";
import type { Scene } from "../../scene.ts";
import { indexAt } from "../time/nearest.ts";
import { observationAt } from "../time/signal-value.ts";
import { pointInWorld, type TrackedPoint } from "./tracked-points.ts";

/** Samples of a trail; a longer stretch is thinned out. */
const MOST_SAMPLES = 80;

/** Where the tracked points of a world were, computed as far as somebody asks. */
export class PointHistory {
  readonly #scene: Scene;
  readonly #world: RecordedWorld;
  readonly #points: readonly TrackedPoint[];
  readonly #timesSec: Float64Array;
  readonly #places = new Map<number, readonly (readonly [number, number, number])[]>();

  constructor(scene: Scene, world: RecordedWorld, points: readonly TrackedPoint[]) {
    this.#scene = scene;
    this.#world = world;
    this.#points = points;
    this.#timesSec = Object.values(world.observation)[0]?.timesSec ?? new Float64Array();
  }

  /** One polyline a point, over [fromSec, toSec], oldest first, to the sample before `toSec`. */
  between(fromSec: number, toSec: number): number[][] {
    const from = Math.max(0, indexAt(this.#timesSec, fromSec));
    const to = indexAt(this.#timesSec, toSec);
    // On a grid of its own, so that the thinned line does not crawl while time goes on.
    const every = Math.max(1, Math.ceil((to - from) / MOST_SAMPLES));
    const lines: number[][] = this.#points.map(() => []);
    for (let k = Math.ceil(from / every) * every; k <= to; k += every) {
      this.#at(k).forEach((place, i) => lines[i]!.push(...place));
    }
    return lines;
  }

  #at(sample: number): readonly (readonly [number, number, number])[] {
    let places = this.#places.get(sample);
    if (places === undefined) {
      const poses = bodyPoses(this.#scene, observationAt(this.#world, this.#timesSec[sample]!));
      places = this.#points.map((point) => pointInWorld(point, poses));
      this.#places.set(sample, places);
    }
    return places;
  }
}
