import {
  Color,
  Float32BufferAttribute,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBufferAttribute,
  Mesh,
  type Object3D,
  type Vector2,
} from "three";
import { lineMaterial } from "./line-material.ts";
import { ORDER } from "./look.ts";

/** Enough for a trail; a longer line makes room for itself. */
const FIRST_SEGMENTS = 96;

/** Where a point was a moment ago: brightest now, fading into the ground behind. */
export class Trail {
  readonly #line: Mesh<InstancedBufferGeometry>;
  #buffers = new SegmentBuffers(FIRST_SEGMENTS);
  #coloured = "";

  constructor(
    parent: Object3D,
    viewport: Vector2,
    options: { readonly widthPx: number; readonly dashed: boolean },
  ) {
    this.#line = new Mesh(this.#buffers.geometry, lineMaterial({ ...options, viewport }));
    this.#line.renderOrder = ORDER.lines;
    this.#line.frustumCulled = false;
    this.#line.visible = false;
    parent.add(this.#line);
  }

  /** @param points x y z each, oldest first; `fade` false draws all of it as strongly. */
  set(points: readonly number[], color: Color, ground: Color, fade = true): void {
    const segments = points.length / 3 - 1;
    this.#line.visible = segments > 0;
    if (segments < 1) return;
    if (segments > this.#buffers.segments) {
      this.#buffers.geometry.dispose();
      this.#buffers = new SegmentBuffers(2 * segments);
      this.#line.geometry = this.#buffers.geometry;
      this.#coloured = "";
    }
    this.#buffers.place(points);
    const colours = `${segments} ${color.getHex()} ${ground.getHex()} ${fade}`;
    if (colours === this.#coloured) return;
    this.#coloured = colours;
    const mixed = new Color();
    this.#buffers.colour(segments, (share) =>
      mixed.copy(ground).lerp(color, fade ? 0.1 + 0.9 * share ** 1.5 : 1),
    );
  }

  hide(): void {
    this.#line.visible = false;
  }
}

/** What a line is drawn from, kept from picture to picture: a start and an end for each of its segments. */
class SegmentBuffers {
  readonly segments: number;
  readonly geometry = new InstancedBufferGeometry();
  readonly #places: InstancedInterleavedBuffer;
  readonly #colours: InstancedInterleavedBuffer;
  /** Along the line, for dashes. */
  readonly #distances: InstancedInterleavedBuffer;

  constructor(segments: number) {
    this.segments = segments;
    this.geometry.setAttribute("corner", new Float32BufferAttribute([0, -1, 0, 1, 1, -1, 1, 1], 2));
    this.geometry.setIndex([0, 2, 1, 1, 2, 3]);
    this.#places = this.#pair("instanceStart", "instanceEnd", 3);
    this.#colours = this.#pair("instanceColorStart", "instanceColorEnd", 3);
    this.#distances = this.#pair("instanceDistanceStart", "instanceDistanceEnd", 1);
  }

  place(points: readonly number[]): void {
    const segments = points.length / 3 - 1;
    const [places, distances] = [this.#places.array, this.#distances.array];
    let along = 0;
    for (let k = 0; k < segments; k++) {
      for (let i = 0; i < 6; i++) places[6 * k + i] = points[3 * k + i]!;
      distances[2 * k] = along;
      along += Math.hypot(
        points[3 * k + 3]! - points[3 * k]!,
        points[3 * k + 4]! - points[3 * k + 1]!,
        points[3 * k + 5]! - points[3 * k + 2]!,
      );
      distances[2 * k + 1] = along;
    }
    this.#places.needsUpdate = this.#distances.needsUpdate = true;
    this.geometry.instanceCount = segments;
  }

  /** @param at colour at a share of the line, 0 … 1 */
  colour(segments: number, at: (share: number) => Color): void {
    for (let k = 0; k < segments; k++) {
      at(k / segments).toArray(this.#colours.array, 6 * k);
      at((k + 1) / segments).toArray(this.#colours.array, 6 * k + 3);
    }
    this.#colours.needsUpdate = true;
  }

  #pair(start: string, end: string, size: number): InstancedInterleavedBuffer {
    const buffer = new InstancedInterleavedBuffer(new Float32Array(this.segments * 2 * size), 2 * size, 1);
    this.geometry.setAttribute(start, new InterleavedBufferAttribute(buffer, size, 0));
    this.geometry.setAttribute(end, new InterleavedBufferAttribute(buffer, size, size));
    return buffer;
  }
}
