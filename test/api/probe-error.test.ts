import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { inspect } from "../../src/api/inspect.ts";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { measureProbe } from "../../src/api/probe-error.ts";
import { bytesOf } from "../../src/core/picture.ts";
import { encodePng } from "../../src/core/png.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let table: Scenario;
beforeAll(async () => {
  table = await loadScenario("tabletop-push");
});

describe("the probe on frames of truth", { timeout: 300_000 }, () => {
  it("finds the pucks of the table nearly always, to a few millimetres", async () => {
    const found = await measureProbe(table, table.images![0]!);
    expect(found.frames).toBeGreaterThan(1000);
    expect(found.position!.median).toBeLessThan(0.003);
    expect(found.position!.largest).toBeLessThan(0.06);
    for (const rate of [found.missed, found.misnamed, found.phantom]) {
      expect("value" in rate && rate.value).toBeLessThan(0.01);
    }
  });

  it("misses them in a light it was not made for", async () => {
    const image = table.images![0]!;
    const dark = { ...image, light: { ...image.light, brightness: 0.3 } };
    const { missed } = await measureProbe({ ...table, images: [dark] }, dark);
    expect("value" in missed && missed.value).toBeGreaterThan(0.5);
  });

  it("says of a clip of a scenario how often it errs there", async () => {
    const image = table.images![0]!;
    const [height, width] = image.size;
    const world = await openWorld(table, "mujoco");
    const policy = await openPolicy(table, "careful");
    const { tape } = await closedLoop(world, policy, drawPanel(table).slice(0, 1), {
      horizonSteps: 4,
      keep: ["images"],
    });
    await Promise.all([world.close(), policy.close()]);
    const clip = join(await temporaryFolder(), "clip");
    await mkdir(clip);
    const pictures = tape.trace(0).images!["overhead"]!;
    for (let frame = 0; frame < 5; frame++) {
      const rgb = pictures.slice(frame * bytesOf(image), (frame + 1) * bytesOf(image));
      await writeFile(join(clip, `${frame}.png`), encodePng({ width, height, rgb }));
    }
    const inspection = await inspect({ path: clip, scenario: "tabletop-push" });
    expect(inspection).toMatchObject({
      kind: "clip",
      persistenceRate: 1,
      objects: [
        { id: "red", label: "red puck" },
        { id: "blue", label: "blue puck" },
      ],
      probe: { errorRate: { image: "overhead", missed: { value: expect.any(Number) as number } } },
    });
    await expect(inspect({ path: clip, scenario: "warehouse-turn" })).rejects.toThrow(
      /not of an image channel.*112 × 96/s,
    );
  });
});
