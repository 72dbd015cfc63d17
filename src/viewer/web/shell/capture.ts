import type { SceneView } from "../scene/scene-view.ts";
import { download, fileName } from "./download.ts";
import { colour } from "./theme.ts";

/** What is written below a picture, so that it still says what it shows when it is alone. */
export interface Caption {
  readonly title: string;
  readonly moment: string;
}

/** Of the picture, across one of the screen's: however coarse the scene is while it moves. */
const PIXELS = 2;
const FOOT_PX = 34;
const FRAMES_A_SECOND = 30;
/** A clip that nobody stops ends by itself, ms. */
const LONGEST_MS = 60_000;

/** The scene as a PNG with its caption. */
export async function screenshot(view: SceneView, caption: Caption): Promise<void> {
  const canvas = document.createElement("canvas");
  await new Promise<void>((resolve) =>
    view.afterNextFrame(
      () => {
        compose(canvas, view.canvas, caption);
        resolve();
      },
      { sharp: true },
    ),
  );
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob !== null) download(fileName([caption.title, caption.moment], "png"), blob);
}

/** Films the scene while it lasts. */
export class Clip {
  readonly #recorder: MediaRecorder;
  readonly #canvas = document.createElement("canvas");
  readonly #view: SceneView;
  readonly #caption: () => Caption;
  #running = true;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(view: SceneView, caption: () => Caption, ended: () => void) {
    this.#view = view;
    this.#caption = caption;
    compose(this.#canvas, view.canvas, caption());
    const stream = this.#canvas.captureStream(FRAMES_A_SECOND);
    this.#recorder = new MediaRecorder(stream, { mimeType: "video/webm", videoBitsPerSecond: 6_000_000 });
    const parts: Blob[] = [];
    this.#recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.#recorder.addEventListener("stop", () => {
      download(fileName([caption().title], "webm"), new Blob(parts, { type: "video/webm" }));
      ended();
    });
    this.#recorder.start(500);
    this.#timer = setTimeout(() => this.stop(), LONGEST_MS);
    this.#film();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    clearTimeout(this.#timer);
    this.#recorder.stop();
  }

  #film(): void {
    if (!this.#running) return;
    this.#view.afterNextFrame(() => {
      compose(this.#canvas, this.#view.canvas, this.#caption());
      requestAnimationFrame(() => this.#film());
    });
  }
}

function compose(canvas: HTMLCanvasElement, scene: HTMLCanvasElement, { title, moment }: Caption): void {
  const ratio = PIXELS;
  const foot = FOOT_PX * ratio;
  const [width, height] = [scene.clientWidth * ratio, scene.clientHeight * ratio];
  if (canvas.width !== width || canvas.height !== height + foot) {
    canvas.width = width;
    canvas.height = height + foot;
  }
  const context = canvas.getContext("2d")!;
  context.drawImage(scene, 0, 0, width, height);
  context.fillStyle = colour("paper");
  context.fillRect(0, height, width, foot);
  context.font = `${13 * ratio}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillStyle = colour("ink");
  context.fillText(title, 12 * ratio, height + foot / 2);
  context.textAlign = "right";
  context.fillStyle = colour("muted");
  context.fillText(moment, width - 12 * ratio, height + foot / 2);
  context.textAlign = "left";
}
