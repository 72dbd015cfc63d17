import { fixed, percent } from "../numbers/format.ts";
import type { Opened } from "../run/opened.ts";
import { element, setText } from "../shell/element.ts";
import { difference } from "./difference.ts";
import type { ShownPicture } from "./picture-source.ts";

interface Place {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly caption: HTMLElement;
}

/** One image channel: truth, candidate, difference. */
export class PictureRow {
  readonly root: HTMLElement;
  readonly #truth = place("truth-ink");
  readonly #candidate = place("candidate-ink");
  readonly #difference = place("");

  constructor(name: string) {
    this.root = element(
      "div",
      { class: "picture-row", role: "group", "aria-label": `Image ${name}` },
      element("h3", {}, name),
      this.#truth.root,
      this.#candidate.root,
      this.#difference.root,
    );
  }

  async show(
    { truth, candidate }: Opened,
    ofTruth: ShownPicture | undefined,
    ofCandidate: ShownPicture | undefined,
  ): Promise<void> {
    const [a, b] = [await pixelsOf(ofTruth), await pixelsOf(ofCandidate)];
    draw(this.#truth, a, `${truth.role === "" ? "recording" : "truth"}, ${ofTruth?.source ?? "none"}`);
    draw(this.#candidate, b, `${candidate?.role ?? ""}, ${ofCandidate?.source ?? "none"}`);
    this.#candidate.root.hidden = candidate === undefined;
    this.#difference.root.hidden = candidate === undefined;
    if (a === undefined || b === undefined) {
      draw(this.#difference, undefined, "difference: only one of them shows a picture");
    } else if (a.width !== b.width || a.height !== b.height) {
      draw(this.#difference, undefined, "difference: they are not of one size");
    } else {
      const { pixels, mean, share } = difference(a.data, b.data);
      const words = `difference: ${percent(share)} of the pixels, ${fixed(mean, 1)} of 255 in the mean`;
      draw(this.#difference, new ImageData(pixels, a.width, a.height), words);
    }
  }
}

function place(ink: string): Place {
  const canvas = element("canvas", { role: "img" });
  const caption = element("figcaption", { class: ink });
  return { root: element("figure", {}, canvas, caption), canvas, caption };
}

function draw({ canvas, caption }: Place, picture: ImageData | undefined, words: string): void {
  setText(caption, words);
  if (canvas.ariaLabel !== words) canvas.ariaLabel = words;
  const { width, height } = picture ?? { width: 1, height: 1 };
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d")!;
  if (picture === undefined) context.clearRect(0, 0, width, height);
  else context.putImageData(picture, 0, 0);
}

async function pixelsOf(picture: ShownPicture | undefined): Promise<ImageData | undefined> {
  if (picture === undefined) return undefined;
  const bitmap = await createImageBitmap(picture.file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
