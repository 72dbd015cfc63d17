import { Vector3, type Camera } from "three";
import { element } from "../shell/element.ts";

export interface SceneLabel {
  readonly at: readonly [number, number, number];
  readonly text: string;
  /** Class of the style sheet: `axis-name`, `object`, `broken`, `distance`. */
  readonly kind: string;
}

/** Text at places of the scene, as HTML over the canvas: sharp, selectable by nothing, read by nobody twice. */
export class SceneLabels {
  readonly #layer = element("div", { class: "scene-labels", "aria-hidden": "true" });
  readonly #marks: HTMLElement[] = [];

  constructor(parent: HTMLElement) {
    parent.append(this.#layer);
  }

  draw(labels: readonly SceneLabel[], camera: Camera, width: number, height: number): void {
    const point = new Vector3();
    labels.forEach(({ at, text, kind }, i) => {
      const mark = (this.#marks[i] ??= this.#layer.appendChild(element("span")));
      point.set(...at).project(camera);
      const seen = point.z < 1 && Math.abs(point.x) < 1.05 && Math.abs(point.y) < 1.05;
      mark.hidden = !seen;
      if (!seen) return;
      if (mark.textContent !== text) mark.textContent = text;
      mark.className = kind;
      const x = ((point.x + 1) / 2) * width;
      const y = ((1 - point.y) / 2) * height;
      mark.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    });
    for (const mark of this.#marks.slice(labels.length)) mark.hidden = true;
  }
}
