import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Picture } from "../../src/core/picture.ts";
import { detectorCardSchema } from "../../src/perception/detector-card.ts";
import { OnnxDetector } from "../../src/perception/detector.ts";
import { fillInput } from "../../src/perception/detector-frame.ts";

const graphs = fileURLToPath(new URL("fixtures/", import.meta.url));

/** A card of one of the graphs of fixtures/make-detectors.py, as a file. */
async function cardOf(graph: string, keys: object): Promise<string> {
  const model = join(graphs, `${graph}.onnx`);
  const sha256 = createHash("sha256")
    .update(await readFile(model))
    .digest("hex");
  const card = {
    schema: "simgate/detector-card@1",
    name: graph,
    title: graph,
    license: "Apache-2.0",
    ...{ model, sha256, ...keys },
  };
  const path = join(await mkdtemp(join(tmpdir(), "detector-")), "detector.yaml");
  await writeFile(path, stringify(card));
  return path;
}

const torchvision = {
  input: { tensor: "frame" },
  output: {
    form: "boxes",
    boxes: "boxes",
    scores: "scores",
    classes: "labels",
    box: "xyxy",
    unit: "pixels",
    overlap: 0.5,
  },
  classes: ["background", "puck", "bin"],
  objects: { red: "puck" },
};
const detr = {
  input: { tensor: "frame", layout: "nhwc", range: [0, 255] },
  output: {
    form: "boxes",
    boxes: "pred_boxes",
    scores: "logits",
    box: "cxcywh",
    unit: "normalised",
    scoring: "softmax",
  },
  classes: ["red puck", "blue puck", "none"],
  objects: { red: "red puck", blue: "blue puck" },
};
const yolo = {
  input: { tensor: "frame", fit: "letterbox" },
  output: { form: "yolo", tensor: "output0" },
  classes: ["red", "blue"],
  objects: { red: "red", blue: "blue" },
};

function frame(width: number, height: number): Picture {
  return { width, height, rgb: new Uint8Array(3 * width * height).fill(200) };
}

async function found(
  graph: string,
  keys: object,
  picture: Picture,
): Promise<readonly (readonly unknown[])[]> {
  const detector = await OnnxDetector.open(await cardOf(graph, keys), []);
  const seen = await detector.find(picture);
  await detector.close();
  return seen.map(({ identity, position, area, confidence }) => [
    identity,
    ...position.map((one) => Number(one.toFixed(4))),
    Number(area.toFixed(3)),
    Number(confidence.toFixed(4)),
  ]);
}

describe("a detector in ONNX", () => {
  it("gives boxes with scores and classes, as torchvision does: the surer of two that overlap, and only what is looked for", async () => {
    expect(await found("torchvision", torchvision, frame(64, 32))).toEqual([["red", 15, 15, 100, 0.9]]);
    const both = { ...torchvision, output: { ...torchvision.output, overlap: 0.7 } };
    expect(await found("torchvision", both, frame(64, 32))).toEqual([
      ["red", 15, 15, 100, 0.9],
      ["red", 17.5, 15, 100, 0.8],
    ]);
  });

  it("gives queries with logits of which the last is none, as DETR does, on a frame stretched to its size", async () => {
    // A frame of 128 × 96: shares of it, whatever the graph's own size is.
    expect(await found("detr", detr, frame(128, 96))).toEqual([
      ["red", 32, 48, 245.76, 0.9],
      ["blue", 96, 24, 122.88, 0.8],
    ]);
  });

  it("gives candidates, as YOLO does, in a letterbox that is taken off again", async () => {
    // 128 × 64 in 64 × 64: half as large, 16 rows of grey above and below.
    expect(await found("yolo", yolo, frame(128, 64))).toEqual([
      ["red", 32, 32, 256, 0.9],
      ["blue", 96, 16, 288, 0.6],
    ]);
  });

  it("has frames brought to its size by the middles of their pixels, scaled, normalised and in its order of colours", () => {
    const picture = { width: 2, height: 1, rgb: Uint8Array.of(0, 100, 200, 100, 200, 255) };
    const values = new Float32Array(12);
    const { input } = detectorCardSchema.parse({
      ...{ schema: "simgate/detector-card@1", name: "any", title: "any", license: "MIT" },
      ...{ model: "any.onnx", sha256: "0".repeat(64), ...yolo },
      input: { tensor: "frame", colours: "bgr", range: [0, 255], mean: [0, 0, 50], std: [1, 1, 2] },
    });
    fillInput(picture, input, [1, 4], values);
    // Columns at −¼, ¼, ¾, 1¼ of the two pixels.
    expect([...values]).toEqual([200, 213.75, 241.25, 255, 100, 125, 175, 200, -25, -12.5, 12.5, 25]);
  });

  it.each<[string, string, object, RegExp]>([
    [
      "an input that is none",
      "yolo",
      { ...yolo, input: { tensor: "image" } },
      /input\.tensor: the graph has no input "image"/,
    ],
    [
      "another layout",
      "yolo",
      { ...yolo, input: { tensor: "frame", layout: "nhwc" } },
      /another shape[^]*\[1, height, width, 3\][^]*\[1, 3, 64, 64\]/,
    ],
    [
      "an output that is none",
      "yolo",
      { ...yolo, output: { form: "yolo", tensor: "output1" } },
      /output\.tensor: the graph has no output "output1"[^]*output0/,
    ],
    [
      "a class that is none",
      "yolo",
      { ...yolo, objects: { red: "rad" } },
      /objects\.red: the detector has no class "rad"[^]*"red"/,
    ],
    [
      "a class for two",
      "yolo",
      { ...yolo, objects: { red: "red", blue: "red" } },
      /class "red" is two objects/,
    ],
  ])("is refused for %s, at a line of its card", async (_, graph, keys, message) => {
    await expect(OnnxDetector.open(await cardOf(graph, keys), [])).rejects.toThrow(message);
  });

  it("is refused where it does not look for all that is wanted", async () => {
    await expect(
      OnnxDetector.open(await cardOf("torchvision", torchvision), ["red", "blue"]),
    ).rejects.toThrow(/does not look for "blue"/);
  });

  it("says what is wrong with what its graph gives", async () => {
    const few = { ...yolo, classes: ["red"], objects: { red: "red" } };
    await expect(found("yolo", few, frame(64, 64))).rejects.toThrow(/another shape[^]*\[6, 3\]/);
    const unnamed = { ...torchvision, classes: ["background", "puck"] };
    await expect(found("torchvision", unnamed, frame(64, 32))).rejects.toThrow(
      /class 2, which its card does not name/,
    );
  });
});
