import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../src/scenario/load.ts";

const MANIFEST = `
schema: simgate/scenario@1
name: line
title: a mass on a line
control: { periodSec: 0.1, horizonSec: 1 }
observation:
  position: { unit: m, tolerance: 0.1 }
  angle: { unit: rad, kind: angle, tolerance: 0.1 }
action: { force: { unit: N, limits: [-1, 1] } }
starts: { box: { position: [0, 1] }, panel: { method: sobol, count: 2 } }
success: { formula: "always position < 1 m" }
truth: engine
worlds:
  engine: { kind: mujoco, model: engine.xml }
  net: { kind: onnx, card: net.world.yaml }
  WORLDS
policies: {}
`;

async function load(...worlds: string[]) {
  const folder = await mkdtemp(join(tmpdir(), "simgate-hybrids-"));
  const file = join(folder, "scenario.yaml");
  await writeFile(file, MANIFEST.replace("WORLDS", worlds.join("\n  ")));
  return loadScenario(file, { missingFiles: "allow" });
}

describe("worlds of worlds", () => {
  it("are read with their defaults, and the card's path made absolute", async () => {
    const { worlds } = await load(
      "sum: { kind: residual, base: engine, card: sum.world.yaml }",
      "both: { kind: switched, learned: net, physics: sum, when: { wall: position > 0.5 m } }",
    );
    expect(worlds["sum"]).toMatchObject({ kind: "residual", base: "engine" });
    expect((worlds["sum"] as { card: string }).card).toMatch(/^\/.*\/sum\.world\.yaml$/);
    expect(worlds["both"]).toMatchObject({ hysteresis: 0, dwellSteps: 1 });
  });

  it.each([
    ["sum: { kind: residual, base: engin, card: c.yaml }", /worlds\.sum\.base.*no world "engin".*engine/s],
    ["sum: { kind: residual, base: sum, card: c.yaml }", /would be a part of itself/],
    ["both: { kind: switched, learned: net, physics: engine }", /nothing says when physics takes over/],
    [
      "both: { kind: switched, learned: net, physics: engine, when: { wall: speed > 1 m } }",
      /worlds\.both\.when\.wall.*speed/s,
    ],
    [
      "both: { kind: switched, learned: net, physics: engine, when: { wall: position > 1 rad } }",
      /compares m with rad|compares/,
    ],
    [
      "both: { kind: switched, learned: net, physics: engine, when: { wall: 'always position > 1 m' } }",
      /worlds\.both\.when\.wall/,
    ],
    [
      "both: { kind: switched, learned: net, physics: engine, uncertainty: { above: 1, below: 2 } }",
      /below must not be more than above/,
    ],
    [
      "both: { kind: switched, learned: net, physics: engine, uncertainty: { above: 1, channels: [positon] } }",
      /no channel "positon".*position/s,
    ],
    [
      "both: { kind: switched, learned: net, physics: engine, when: { uncertainty: position > 1 m } }",
      /uncertainty has a key of its own/,
    ],
  ])("%s is refused", async (world, message) => {
    await expect(load(world)).rejects.toThrow(message);
  });

  it("that are parts of each other are refused, however far round", async () => {
    const a = "a: { kind: switched, learned: net, physics: b, when: { wall: position > 1 m } }";
    await expect(load(a, "b: { kind: residual, base: a, card: c.yaml }")).rejects.toThrow(/part of itself/);
  });
});
