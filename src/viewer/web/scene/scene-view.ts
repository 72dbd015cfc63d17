import { Color, Scene as World3, Vector2, WebGLRenderer } from "three";
import type { Pose } from "../../kinematics.ts";
import type { Scene } from "../../scene.ts";
import { afterQuiet, oncePerFrame, painted } from "../shell/frame.ts";
import { colour, onTheme } from "../shell/theme.ts";
import { Figure, movingBodies } from "./figure.ts";
import { Ground } from "./ground.ts";
import { SceneLabels, type SceneLabel } from "./labels.ts";
import { roleColour, type Colouring, type Look } from "./look.ts";
import { trackedPoints, type TrackedPoint } from "./tracked-points.ts";
import { Trail } from "./trail.ts";
import { Viewpoint } from "./viewpoint.ts";

/** What is drawn of one world at one moment. */
export interface Shown {
  readonly role: string;
  readonly look: Look;
  readonly poses: readonly Pose[];
  /** One polyline a tracked point: x y z each, oldest first. */
  readonly trails: readonly (readonly number[])[];
  /** What is predicted from here, likewise. */
  readonly ahead: readonly (readonly number[])[];
}

export interface SceneMoment {
  readonly worlds: readonly Shown[];
  /** Between truth and another world, x y z of both ends. */
  readonly errors: readonly { readonly points: readonly number[]; readonly role: string }[];
  /** Normals of contacts, x y z of both ends. */
  readonly contacts: readonly (readonly number[])[];
  readonly labels: readonly SceneLabel[];
  /** Where the camera goes along while it follows. */
  readonly focus: readonly [number, number, number] | undefined;
}

const SHARP = 2;
const SHARPENS_MS = 250;

/** The canvas of the scene. It knows geometry and colours, and nothing of time. */
export class SceneView {
  readonly viewpoint: Viewpoint;
  /** Asks for a frame. */
  readonly redraw: () => void;
  readonly canvas: HTMLCanvasElement;
  points: readonly TrackedPoint[] = [];
  colouring: Colouring = "world";
  readonly #place: HTMLElement;
  readonly #renderer: WebGLRenderer;
  readonly #labels: SceneLabels;
  readonly #root = new World3();
  readonly #viewport = new Vector2(1, 1);
  readonly #figures = new Map<string, Figure>();
  readonly #lines = new Map<string, Trail>();
  #ground: Ground | undefined;
  #still: Figure | undefined;
  #scene: Scene | undefined;
  /** Undefined: nothing is known of any world yet, and nothing is drawn. */
  #moment: SceneMoment | undefined;
  #drawn: (() => void)[] = [];
  #isStale = false;
  /** Drawn without a graphics card: what moves is drawn coarsely, what rests is sharpened. */
  readonly #isSlow: boolean;
  readonly #sharpen: () => void;
  #sharpNext = false;

  constructor(place: HTMLElement) {
    this.#renderer = new WebGLRenderer({ powerPreference: "high-performance" });
    this.canvas = this.#renderer.domElement;
    // Until something is drawn on it, it is black.
    this.canvas.style.visibility = "hidden";
    place.append(this.canvas);
    this.#labels = new SceneLabels(place);
    this.#isSlow = isSoftware(this.#renderer.getContext());
    this.#renderer.setPixelRatio(this.#isSlow ? 1 : SHARP);
    const sharpen = afterQuiet(SHARPENS_MS, () => this.#render(SHARP));
    // What rests is sharpened; what is not yet on the screen is not held up by that.
    this.#sharpen = () => void painted().then(sharpen);
    // To ask how each shader fared is to wait for it; one that does not compile is told by the browser all the same.
    this.#renderer.debug.checkShaderErrors = false;
    const drawLater = oncePerFrame(() => {
      if (this.#isStale) this.#draw();
    });
    this.redraw = () => {
      this.#isStale = true;
      drawLater();
    };
    this.viewpoint = new Viewpoint(this.canvas, this.redraw);
    this.#place = place;
    // At once: a canvas of another size is empty.
    new ResizeObserver(() => {
      if (this.measure()) this.#draw();
    }).observe(place);
    onTheme(() => this.#rebuild());
  }

  get gridCellM(): number | undefined {
    return this.#ground?.cellM;
  }

  setScene(scene: Scene): void {
    const first = this.#scene === undefined;
    this.#scene = scene;
    this.points = trackedPoints(scene, movingBodies(scene));
    this.#rebuild();
    if (first) this.viewpoint.frame(scene);
  }

  setColouring(colouring: Colouring): void {
    this.colouring = colouring;
    this.#rebuild();
  }

  /** At once: whoever shows a moment has waited for the frame already. */
  show(moment: SceneMoment): void {
    this.#moment = moment;
    this.#draw();
  }

  /** Called once, after the next frame was drawn: the canvas still holds it. */
  afterNextFrame(then: () => void, { sharp = false } = {}): void {
    this.#drawn.push(then);
    this.#sharpNext ||= sharp;
    this.redraw();
  }

  #rebuild(): void {
    for (const figure of this.#figures.values()) figure.dispose();
    this.#figures.clear();
    this.#still?.dispose();
    this.#ground?.dispose();
    if (this.#scene === undefined) return;
    this.#root.background = new Color(colour("scene"));
    this.#ground = new Ground(this.#scene);
    this.#still = new Figure(this.#scene, {
      role: undefined,
      look: "solid",
      colouring: "model",
      viewport: this.#viewport,
    });
    this.#root.add(this.#ground.group, this.#still.group);
    this.redraw();
  }

  /** Takes the size of its place; true if that is another than before. */
  measure(): boolean {
    const { clientWidth: width, clientHeight: height } = this.#place;
    if (width === 0 || height === 0 || (width === this.#viewport.x && height === this.#viewport.y))
      return false;
    this.#renderer.setSize(width, height);
    this.#viewport.set(width, height);
    this.viewpoint.setAspect(width / height);
    return true;
  }

  #draw(): void {
    this.#isStale = false;
    if (this.#moment === undefined || this.#viewport.x <= 1) return;
    const { worlds, errors, contacts, labels, focus } = this.#moment;
    if (focus !== undefined) this.viewpoint.follow(focus);
    this.#placeFigures(worlds);
    const used = new Set<string>();
    const ground = new Color(colour("scene"));
    for (const { role, trails, ahead } of worlds) {
      const own = new Color(roleColour(role));
      trails.forEach((points, i) => this.#line(`${role}/${i}`, used, false).set(points, own, ground));
      ahead.forEach((points, i) =>
        this.#line(`${role}/ahead/${i}`, used, true).set(points, own, ground, false),
      );
    }
    const ink = new Color(colour("ink"));
    errors.forEach(({ points }, i) => this.#line(`error/${i}`, used, true).set(points, ink, ground, false));
    const touch = new Color(colour("fail"));
    contacts.forEach((points, i) =>
      this.#line(`contact/${i}`, used, false).set(points, touch, ground, false),
    );
    for (const [name, line] of this.#lines) if (!used.has(name)) line.hide();
    this.#render(this.#isSlow && !this.#sharpNext ? 1 : SHARP);
    this.#sharpNext = false;
    if (this.#isSlow) this.#sharpen();
    this.#labels.draw(this.#withAxes(labels), this.viewpoint.camera, this.#viewport.x, this.#viewport.y);
    for (const then of this.#drawn.splice(0)) then();
  }

  /** @param pixels across one of the screen's: two by two make an edge smooth */
  #render(pixels: number): void {
    if (this.#renderer.getPixelRatio() !== pixels) this.#renderer.setPixelRatio(pixels);
    this.#renderer.render(this.#root, this.viewpoint.camera);
    this.canvas.style.visibility = "visible";
  }

  #placeFigures(worlds: readonly Shown[]): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    for (const [role, figure] of this.#figures) {
      figure.group.visible = worlds.some((one) => one.role === role);
    }
    for (const { role, look, poses } of worlds) this.#figureOf(scene, role, look).place(poses);
  }

  #figureOf(scene: Scene, role: string, look: Look): Figure {
    let figure = this.#figures.get(role);
    if (figure === undefined) {
      const { colouring } = this;
      figure = new Figure(scene, { role, look, colouring, viewport: this.#viewport });
      this.#figures.set(role, figure);
      this.#root.add(figure.group);
    }
    return figure;
  }

  #line(name: string, used: Set<string>, dashed: boolean): Trail {
    used.add(name);
    let line = this.#lines.get(name);
    if (line === undefined) {
      line = new Trail(this.#root, this.#viewport, { widthPx: dashed ? 1.6 : 2.2, dashed });
      this.#lines.set(name, line);
    }
    return line;
  }

  #withAxes(labels: readonly SceneLabel[]): readonly SceneLabel[] {
    const reach = this.#ground?.axisM;
    if (reach === undefined) return labels;
    return [
      { at: [reach, 0, 0], text: "x", kind: "axis-name" },
      { at: [0, reach, 0], text: "y", kind: "axis-name" },
      { at: [0, 0, reach], text: "z", kind: "axis-name" },
      ...labels,
    ];
  }
}

function isSoftware(gl: WebGLRenderingContext | WebGL2RenderingContext): boolean {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL);
  return /swiftshader|llvmpipe|software|basic render/i.test(String(name));
}
