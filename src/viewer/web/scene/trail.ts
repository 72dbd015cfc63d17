import { Color, type Object3D, type Vector2 } from "three";
import { Line2 } from "three/addons/lines/Line2.js";
import { LineGeometry } from "three/addons/lines/LineGeometry.js";
import { LineMaterial } from "three/addons/lines/LineMaterial.js";
import { ORDER } from "./look.ts";

/** Where a point was a moment ago: brightest now, fading into the ground behind. */
export class Trail {
  readonly #material: LineMaterial;
  readonly #line: Line2;
  #length = 0;

  constructor(
    parent: Object3D,
    viewport: Vector2,
    options: { readonly widthPx: number; readonly dashed: boolean },
  ) {
    this.#material = new LineMaterial({
      linewidth: options.widthPx,
      vertexColors: true,
      transparent: true,
      opacity: 0.9,
      depthTest: false,
      dashed: options.dashed,
      dashSize: 0.04,
      gapSize: 0.025,
    });
    this.#material.resolution = viewport;
    this.#line = new Line2(new LineGeometry(), this.#material);
    this.#line.renderOrder = ORDER.lines;
    this.#line.frustumCulled = false;
    this.#line.visible = false;
    parent.add(this.#line);
  }

  /** @param points x y z each, oldest first; `fade` false draws all of it as strongly. */
  set(points: readonly number[], color: Color, ground: Color, fade = true): void {
    const count = points.length / 3;
    this.#line.visible = count > 1;
    if (count < 2) return;
    const colors: number[] = [];
    const mixed = new Color();
    for (let i = 0; i < count; i++) {
      mixed.copy(ground).lerp(color, fade ? 0.1 + 0.9 * (i / (count - 1)) ** 1.5 : 1);
      colors.push(mixed.r, mixed.g, mixed.b);
    }
    // The buffers of a line have a fixed length.
    if (count !== this.#length) {
      this.#line.geometry.dispose();
      this.#line.geometry = new LineGeometry();
      this.#length = count;
    }
    this.#line.geometry.setPositions([...points]);
    this.#line.geometry.setColors(colors);
    if (this.#material.dashed) this.#line.computeLineDistances();
  }

  hide(): void {
    this.#line.visible = false;
  }

  dispose(): void {
    this.#line.removeFromParent();
    this.#line.geometry.dispose();
    this.#material.dispose();
  }
}
