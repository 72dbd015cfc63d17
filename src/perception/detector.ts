import { didYouMean, messageOf, runtimeError } from "../core/errors.ts";
import type { Picture } from "../core/picture.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import { showTensor } from "../tensor/graph-check.ts";
import { OnnxSession, type OnnxTensor, type TensorInfo } from "../tensor/session.ts";
import { type DetectorCard, loadDetectorCard } from "./detector-card.ts";
import { fillInput } from "./detector-frame.ts";
import { type Answer, detectionsOf } from "./detections.ts";
import type { Probe, Seen } from "./probe.ts";

/** The input of a detector's graph. */
interface InputPlan {
  readonly type: "float32" | "float64" | "uint8";
  /** Whether there is an axis for several frames. */
  readonly batched: boolean;
  /** [height, width]; undefined: as the frame. */
  readonly size: readonly [number, number] | undefined;
}

/** Finds objects by a detector in ONNX: whatever its card says how to read. One frame a call. */
export class OnnxDetector implements Probe {
  readonly card: DetectorCard;
  readonly #session: OnnxSession;
  readonly #input: InputPlan;
  /** Object by class; the other classes are not looked at. */
  readonly #objects: ReadonlyMap<number, string>;

  private constructor(
    card: DetectorCard,
    session: OnnxSession,
    input: InputPlan,
    objects: ReadonlyMap<number, string>,
  ) {
    this.card = card;
    this.#session = session;
    this.#input = input;
    this.#objects = objects;
  }

  /**
   * @param wanted the objects that are to be looked for
   * @throws SimgateError `input`, at a line of the card, for a card, model or graph that does not fit, or does not know them
   */
  static async open(path: string, wanted: readonly string[]): Promise<OnnxDetector> {
    const { card, document, model, modelFile } = await loadDetectorCard(path);
    const objects = objectsOf(document, wanted);
    const session = await OnnxSession.open(model, modelFile, card.device);
    try {
      checkOutputs(document, session.outputs);
      return new OnnxDetector(card, session, planInput(document, session.inputs), objects);
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
  }

  /** @throws SimgateError `runtime` if the graph fails, or gives what its card does not say. */
  async find(picture: Picture): Promise<readonly Seen[]> {
    const { input } = this.card;
    const { type, batched, size = [picture.height, picture.width] } = this.#input;
    const values = new VALUES[type](3 * size[0] * size[1]);
    const { scale, offset } = fillInput(picture, input, size, values);
    const dims = input.layout === "nchw" ? [3, ...size] : [...size, 3];
    const tensor = this.#session.tensor(type, values, batched ? [1, ...dims] : dims);
    const answers = await this.#run({ [input.tensor]: tensor });
    const answer = (name: string, rank: number): Answer => answerOf(name, answers[name]!, rank);
    return detectionsOf(this.card, answer, size).flatMap((found): Seen[] => {
      const identity = this.#objects.get(found.class);
      if (identity === undefined) return [];
      const [width, height] = [found.size[0] / scale[0], found.size[1] / scale[1]];
      return [
        {
          identity,
          position: [(found.middle[0] - offset[0]) / scale[0], (found.middle[1] - offset[1]) / scale[1]],
          area: width * height,
          elongation: Math.max(width, height) / Math.max(Math.min(width, height), 1e-6),
          // All that a box says of it.
          turnRad: width >= height ? 0 : Math.PI / 2,
          confidence: found.score,
        },
      ];
    });
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #run(feeds: Record<string, OnnxTensor>): Promise<Readonly<Record<string, OnnxTensor>>> {
    try {
      return await this.#session.run(feeds, outputNames(this.card));
    } catch (cause) {
      throw runtimeError(`detector ${this.card.name} failed`, { got: messageOf(cause), cause });
    }
  }
}

const VALUES = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array } as const;

function outputNames({ output }: DetectorCard): string[] {
  if (output.form !== "boxes") return [output.tensor];
  return [output.boxes, output.scores, ...(output.classes === undefined ? [] : [output.classes])];
}

/** Axes of one element that come before the others are taken off. */
function answerOf(name: string, { dims, data }: OnnxTensor, rank: number): Answer {
  const extra = Math.max(0, dims.length - rank);
  const first = dims.slice(0, extra).every((size) => size === 1) ? extra : 0;
  return { name, dims: dims.slice(first), at: (i) => Number(data[i]) };
}

function objectsOf(document: YamlDocument<DetectorCard>, wanted: readonly string[]): Map<number, string> {
  const { objects, classes } = document.value;
  const found = new Map<number, string>();
  for (const [object, name] of Object.entries(objects)) {
    const index = classes.indexOf(name);
    if (index < 0) {
      throw document.error(["objects", object], `the detector has no class "${name}"`, {
        hint: didYouMean(name, classes),
      });
    }
    if (found.has(index)) {
      throw document.error(["objects", object], `class "${name}" is two objects`, {
        expected: "a class of its own for each object: only so can they be told apart",
        got: `${found.get(index)!} and ${object}`,
      });
    }
    found.set(index, object);
  }
  for (const object of wanted) {
    if (Object.keys(objects).includes(object)) continue;
    throw document.error(["objects"], `the detector does not look for "${object}"`, {
      expected: wanted.join(", "),
      got: Object.keys(objects).join(", ") || "nothing",
      hint: "say which class it is",
    });
  }
  return found;
}

function checkOutputs(document: YamlDocument<DetectorCard>, outputs: readonly TensorInfo[]): void {
  const { output } = document.value;
  const names = outputs.map(({ name }) => name);
  for (const key of ["boxes", "scores", "classes", "tensor"] as const) {
    const name = (output as Partial<Record<typeof key, string>>)[key];
    if (name === undefined || names.includes(name)) continue;
    throw document.error(["output", key], `the graph has no output "${name}"`, {
      expected: outputs.map(showTensor).join(", "),
      hint: didYouMean(name, names),
    });
  }
}

function planInput(document: YamlDocument<DetectorCard>, inputs: readonly TensorInfo[]): InputPlan {
  const { tensor: name, layout, size } = document.value.input;
  const at = ["input", "tensor"];
  const info = inputs.find((one) => one.name === name);
  const shown = inputs.map(showTensor).join(", ");
  if (info === undefined || inputs.length > 1) {
    throw document.error(
      at,
      info === undefined
        ? `the graph has no input "${name}"`
        : "the graph wants more than a frame, and nothing says what",
      {
        expected: info === undefined ? shown : showTensor(info),
        got: info === undefined ? name : shown,
        hint: didYouMean(
          name,
          inputs.map((one) => one.name),
        ),
      },
    );
  }
  const { type, shape } = info;
  if (type !== "float32" && type !== "float64" && type !== "uint8") {
    throw document.error(at, "the graph's input has an element type that no frame is brought to", {
      expected: "float32, float64 or uint8",
      got: showTensor(info),
    });
  }
  const batched = shape.length === 4;
  const [first, second, third] = batched ? shape.slice(1) : shape;
  const [colours, height, width] = layout === "nchw" ? [first, second, third] : [third, first, second];
  const fits = (actual: number | string | undefined, expected: number): boolean =>
    typeof actual === "string" || actual === expected;
  const wrong =
    (shape.length !== 3 && !batched) ||
    (batched && !fits(shape[0], 1)) ||
    !fits(colours, 3) ||
    (size !== undefined && !(fits(height, size[0]) && fits(width, size[1])));
  if (wrong) {
    const plane = size ?? ["height", "width"];
    const axes = layout === "nchw" ? [3, ...plane] : [...plane, 3];
    throw document.error(at, `input "${name}" has another shape than the card implies`, {
      expected: `[1, ${axes.join(", ")}] or [${axes.join(", ")}]`,
      got: showTensor(info),
      hint: "check layout and size",
    });
  }
  const own =
    typeof height === "number" && typeof width === "number" ? ([height, width] as const) : undefined;
  return { type, batched, size: size ?? own };
}
