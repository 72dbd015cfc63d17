import { PerspectiveCamera, Vector3 } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { Scene } from "../../scene.ts";

export type View = "orbit" | "top" | "follow";

/** The camera: turned by the pointer or the keys, seen from above, or carried along with a point that moves. */
export class Viewpoint {
  readonly camera = new PerspectiveCamera(35, 1, 0.01, 200);
  readonly #controls: OrbitControls;
  #view: View = "orbit";
  /** Somebody has turned it: it stays so, whatever the size of the picture. */
  #isTurned = false;
  #radius = 1;
  readonly #centre = new Vector3();
  #flat = false;
  #corners: readonly Vector3[] = [];

  constructor(surface: HTMLElement, changed: () => void) {
    this.camera.up.set(0, 0, 1);
    this.#controls = new OrbitControls(this.camera, surface);
    this.#controls.maxPolarAngle = Math.PI * 0.55;
    this.#controls.addEventListener("change", changed);
    this.#controls.addEventListener("start", () => (this.#isTurned = true));
  }

  get view(): View {
    return this.#view;
  }

  /** Looks at the whole scene. */
  frame({ bounds }: Scene): void {
    const [min, max] = [new Vector3(...bounds.min), new Vector3(...bounds.max)];
    this.#centre.copy(min).add(max).multiplyScalar(0.5);
    const size = max.clone().sub(min);
    this.#flat = size.z < 0.8 * size.y;
    this.#radius = Math.max(0.05, size.length() / 2);
    this.#corners = [min.x, max.x].flatMap((x) =>
      [min.y, max.y].flatMap((y) => [min.z, max.z].map((z) => new Vector3(x, y, z))),
    );
    this.camera.near = this.#radius / 200;
    this.camera.far = this.#radius * 60;
    this.set(this.#view);
  }

  set(view: View): void {
    this.#view = view;
    this.#isTurned = false;
    const polar = view === "top" ? 0.0001 : this.#flat ? 0.9 : 1.3;
    const azimuth = view === "top" ? 0 : 0.22;
    this.#controls.target.copy(this.#centre);
    this.#fit(polar, azimuth);
  }

  setAspect(aspect: number): void {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
    if (!this.#isTurned && this.#corners.length > 0) this.set(this.#view);
  }

  /** Carries camera and target along while following. */
  follow(point: readonly [number, number, number]): void {
    if (this.#view !== "follow") return;
    const step = new Vector3(...point).sub(this.#controls.target);
    if (step.lengthSq() < 1e-12) return;
    this.#controls.target.add(step);
    this.camera.position.add(step);
    this.camera.updateMatrixWorld();
  }

  /** Angles in radians, `closer` a factor of the distance. */
  turn(by: { readonly azimuth?: number; readonly polar?: number; readonly closer?: number }): void {
    this.#isTurned = true;
    const distance = this.#controls.getDistance() * (by.closer ?? 1);
    const polar = this.#controls.getPolarAngle() + (by.polar ?? 0);
    const azimuth = this.#controls.getAzimuthalAngle() + (by.azimuth ?? 0);
    this.#stand(Math.min(Math.PI * 0.55, Math.max(0.0001, polar)), azimuth, distance);
  }

  /** As near as the whole scene can be seen from; nearer while following. */
  #fit(polar: number, azimuth: number): void {
    let near = 0.2 * this.#radius;
    let far = 12 * this.#radius;
    for (let i = 0; i < 18; i++) {
      const distance = (near + far) / 2;
      this.#stand(polar, azimuth, distance);
      this.camera.updateMatrixWorld();
      const seen = this.#corners.every((corner) => {
        const { x, y, z } = corner.clone().project(this.camera);
        return z < 1 && Math.abs(x) < 0.94 && Math.abs(y) < 0.8;
      });
      if (seen) far = distance;
      else near = distance;
    }
    this.#stand(polar, azimuth, this.#view === "follow" ? 0.7 * far : far);
  }

  /** Azimuth 0 looks along +y, with x to the right. */
  #stand(polar: number, azimuth: number, distance: number): void {
    const { target } = this.#controls;
    this.camera.position.set(
      target.x + distance * Math.sin(polar) * Math.sin(azimuth),
      target.y - distance * Math.sin(polar) * Math.cos(azimuth),
      target.z + distance * Math.cos(polar),
    );
    this.#controls.update();
  }
}
