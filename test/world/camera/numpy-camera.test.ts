import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadScenario } from "../../../src/scenario/load.ts";
import { SceneCamera } from "../../../src/world/camera/scene-camera.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");

it.each([
  ["tabletop-push", "an eye that stands still"],
  ["warehouse-turn", "an eye that drives about, and what turns"],
])("draws byte for byte what the numpy camera draws that models are trained with: %s, %s", async (name) => {
  const { observation, images = [] } = await loadScenario(name);
  const { image, scenes, columns } = JSON.parse(
    readFileSync(join(FIXTURES, `camera-${name}.json`), "utf8"),
  ) as {
    image: string;
    scenes: number;
    columns: Record<string, number[]>;
  };
  const camera = new SceneCamera(
    images.find((one) => one.name === image)!,
    observation,
  );
  const rows = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  const expected = readFileSync(join(FIXTURES, `camera-${name}.rgb`));
  const size = expected.length / scenes;
  for (let scene = 0; scene < scenes; scene++) {
    const drawn = new Uint8Array(size);
    camera.draw(rows, scene, {}, drawn);
    const off = drawn.findIndex((byte, i) => byte !== expected[scene * size + i]);
    expect(off, `scene ${scene}: first byte that differs`).toBe(-1);
  }
});
