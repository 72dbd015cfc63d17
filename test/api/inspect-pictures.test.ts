import { beforeAll, describe, expect, it } from "vitest";
import { auditPictures } from "../../src/api/inspect-pictures.ts";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { bytesOf } from "../../src/core/picture.ts";
import type { Trace } from "../../src/core/trace.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

let table: Scenario;
let truth: Trace;
beforeAll(async () => {
  table = await loadScenario("tabletop-push");
  const world = await openWorld(table, "mujoco");
  const policy = await openPolicy(table, "careful");
  const { tape } = await closedLoop(world, policy, drawPanel(table).slice(0, 1), {
    horizonSteps: 20,
    keep: ["images"],
  });
  truth = tape.trace(0);
  await Promise.all([world.close(), policy.close()]);
});

/** The trace with every pixel of these steps changed. */
function changed(steps: readonly number[], change: (pixel: Uint8Array) => void): Trace {
  const size = bytesOf(table.images![0]!);
  const overhead = truth.images!["overhead"]!.slice();
  for (const step of steps) {
    for (let i = step * size; i < (step + 1) * size; i += 3) change(overhead.subarray(i, i + 3));
  }
  return { ...truth, images: { overhead } };
}

const TABLE = [0xcc, 0xc2, 0xb3];
const isReddish = ([red, green, blue]: Uint8Array): boolean => red! - Math.max(green!, blue!) > 25;

describe("the pictures of a recording", () => {
  it("that show what its channels say keep every object", async () => {
    const kept = { pictures: 21, persistenceRate: 1, firstBreakStep: null, events: [], flickers: [] };
    expect(await auditPictures(table, truth)).toEqual([
      { image: "overhead", ...kept },
      { image: "coarse", ...kept },
    ]);
    const { images: _, ...without } = truth;
    expect(await auditPictures(table, without)).toEqual([]);
  });

  it("from which a puck is gone for a while say from when, and for how long", async () => {
    const gone = changed([10, 11, 12, 13, 14], (pixel) => isReddish(pixel) && pixel.set(TABLE));
    const [audit] = await auditPictures(table, gone);
    expect(audit).toMatchObject({ persistenceRate: 37 / 42, firstBreakStep: 10 });
    expect(audit!.events).toEqual([{ kind: "vanished", object: "red", step: 10, steps: 5 }]);
  });

  it("in which red has become blue show the one where the other should be", async () => {
    const turned = changed([20], (pixel) => isReddish(pixel) && pixel.set([0x2e, 0x5c, 0xbf]));
    const [audit] = await auditPictures(table, turned);
    expect(audit!.firstBreakStep).toBe(20);
    expect(audit!.events).toContainEqual(
      expect.objectContaining({ object: "red", step: 20, as: "blue" }) as object,
    );
  });

  it("that turn red as a whole lose what they show, and flash when they do", async () => {
    const shifted = changed([15, 16, 17, 18, 19, 20], (pixel) => {
      pixel[0] = pixel[0]! + 0.6 * (255 - pixel[0]!);
      pixel[2] = 0.4 * pixel[2]!;
    });
    const [audit] = await auditPictures(table, shifted);
    expect(audit!.firstBreakStep).toBe(15);
    expect(audit!.persistenceRate).toBeLessThan(0.9);
    expect(audit!.flickers).toEqual([15]);
  });
});
