import { PerspectiveCamera, Vector3 } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { Scene } from "../../session.ts";

export type View = "orbit" | "top" | "follow";

/** The camera: turned by the pointer or the keys, seen from above, or carried along with a point that moves. */
export class Viewpoint {
  readonly camera = new PerspectiveCamera(35, 1, 0.01, 200);
  readonly #controls: OrbitControls;
  #view: View = "orbit";
  #radius = 1;
  readonly #centre = new Vector3();
  #flat = false;

  constructor(surface: HTMLElement, changed: () => void) {
    this.camera.up.set(0, 0, 1);
    this.#controls = new OrbitControls(this.camera, surface);
    this.#controls.maxPolarAngle = Math.PI * 0.55;
    this.#controls.addEventListener("change", changed);
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
    this.camera.near = this.#radius / 200;
    this.camera.far = this.#radius * 60;
    this.set(this.#view);
  }

  set(view: View): void {
    this.#view = view;
    const polar = view === "top" ? 0.0001 : this.#flat ? 0.9 : 1.3;
    const azimuth = view === "top" ? 0 : 0.22;
    this.#controls.target.copy(this.#centre);
    this.#stand(polar, azimuth, this.#distance());
  }

  setAspect(aspect: number): void {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
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
    const distance = this.#controls.getDistance() * (by.closer ?? 1);
    const polar = this.#controls.getPolarAngle() + (by.polar ?? 0);
    const azimuth = this.#controls.getAzimuthalAngle() + (by.azimuth ?? 0);
    this.#stand(Math.min(Math.PI * 0.55, Math.max(0.0001, polar)), azimuth, distance);
  }

  #distance(): number {
    const vertical = (this.camera.fov * Math.PI) / 360;
    const horizontal = Math.atan(Math.tan(vertical) * this.camera.aspect);
    return (
      (this.#radius / Math.sin(Math.min(vertical, horizontal))) * (this.#view === "follow" ? 0.75 : 0.92)
    );
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
