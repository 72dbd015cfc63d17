import {
  BufferGeometry,
  Color,
  Float32BufferAttribute,
  Group,
  LineSegments,
  type RawShaderMaterial,
} from "three";
import type { Scene } from "../../scene.ts";
import { colour } from "../shell/theme.ts";
import { gridCell } from "./grid-cell.ts";
import { surfaceMaterial } from "./surface-material.ts";

/** The ground: a grid in the plane z = 0 around the scene, and the axes of the world at its origin. */
export class Ground {
  readonly group = new Group();
  readonly cellM: number;
  readonly axisM: number;

  constructor({ bounds }: Scene) {
    const extent = Math.max(bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1], 0.2);
    this.cellM = gridCell(extent);
    this.axisM = 1.5 * this.cellM;
    const reach = (low: number, high: number): [number, number] => {
      const pad = 0.25 * extent;
      return [Math.floor((low - pad) / this.cellM), Math.ceil((high + pad) / this.cellM)];
    };
    const [x0, x1] = reach(bounds.min[0], bounds.max[0]);
    const [y0, y1] = reach(bounds.min[1], bounds.max[1]);
    const z = Math.min(0, bounds.min[2]) - 0.002 * extent;
    const fine: number[] = [];
    const strong: number[] = [];
    for (let i = x0; i <= x1; i++) {
      (i % 5 === 0 ? strong : fine).push(
        i * this.cellM,
        y0 * this.cellM,
        z,
        i * this.cellM,
        y1 * this.cellM,
        z,
      );
    }
    for (let i = y0; i <= y1; i++) {
      (i % 5 === 0 ? strong : fine).push(
        x0 * this.cellM,
        i * this.cellM,
        z,
        x1 * this.cellM,
        i * this.cellM,
        z,
      );
    }
    this.#lines(fine, colour("scene-grid"));
    this.#lines(strong, colour("scene-grid-strong"));
    const a = this.axisM;
    this.#lines([0, 0, 0, a, 0, 0, 0, 0, 0, 0, a, 0, 0, 0, 0, 0, 0, a], colour("muted"));
  }

  dispose(): void {
    for (const line of this.group.children as LineSegments<BufferGeometry, RawShaderMaterial>[]) {
      line.geometry.dispose();
      line.material.dispose();
    }
    this.group.removeFromParent();
  }

  #lines(points: readonly number[], color: string): void {
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new Float32BufferAttribute([...points], 3));
    this.group.add(new LineSegments(geometry, surfaceMaterial({ color: new Color(color), lit: false })));
  }
}
