import { expect, it } from "vitest";
import { bytesOf } from "../../../src/core/picture.ts";
import { loadScenario } from "../../../src/scenario/load.ts";
import type { ScenarioImage } from "../../../src/scenario/scenario.ts";
import { SceneCamera } from "../../../src/world/camera/scene-camera.ts";
import { WhiteBalance } from "../../../src/world/frames/white-balance.ts";

it("takes half the light out of pictures whose eye drives about, and takes no shadow for want of light", async () => {
  const { observation, images = [] } = await loadScenario("warehouse-turn");
  const image = images.find(({ name }) => name === "coarse")!;
  const balance = new WhiteBalance(image);
  for (const position of [
    [0, 0],
    [2.6, 0.8],
    [1, 3.8],
  ]) {
    const draw = (changes: Partial<ScenarioImage> = {}): Uint8Array => {
      const columns = observation.map(({ name, size }) => [name, new Float64Array(size)] as const);
      const rgb = new Uint8Array(bytesOf(image));
      const now = { ...Object.fromEntries(columns), position: Float64Array.from(position) };
      new SceneCamera({ ...image, ...changes }, observation).draw(now, 0, {}, rgb);
      return rgb;
    };
    const white = draw();
    expect(balance.balance(white)).toBe(white);
    const dim = balance.balance(draw({ light: { ...image.light, brightness: 0.5 } }));
    white.forEach((value, i) => expect(Math.abs(dim[i]! - value)).toBeLessThanOrEqual(3));
  }
});
