import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { runOne } from "../../src/api/run.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { DiffusionWorld } from "../../src/world/diffusion.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadScenario("tabletop-push");
});

async function open(): Promise<DiffusionWorld> {
  const config = scenario.worlds["diffusion"];
  if (config?.kind !== "onnx") throw new Error("the scenario has no world diffusion");
  return DiffusionWorld.open({ name: "diffusion", scenario, cardPath: config.card });
}

// Its card says rowGroup: 1: bit for bit the same, whatever the number of lanes.
describeWorldContract(
  "diffusion, the bundled one",
  async () => ({ world: await open(), starts: drawPanel(scenario, { count: 4 }) }),
  { steps: 3 },
);

describe("the bundled diffusion world", { timeout: 60_000 }, () => {
  it("shows the pictures that it is read from, and the same ones for the same seed", async () => {
    const world = await openWorld(scenario, "diffusion");
    const policy = await openPolicy(scenario, "careful");
    const starts = drawPanel(scenario, { count: 2 });
    const roll = async () => {
      const { tape } = await closedLoop(world, policy, starts, { horizonSteps: 8, keep: ["images"] });
      return starts.map((_, lane) => tape.trace(lane));
    };
    const first = await roll();
    for (const { images, steps } of first) expect(images?.["coarse"]).toHaveLength((steps + 1) * 3 * 32 * 64);
    const again = await roll();
    expect(again.map(({ images }) => images)).toEqual(first.map(({ images }) => images));
    await policy.close();
    await world.close();
  });

  it("is recorded with its own pictures, though the scenario declares others too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simgate-diffusion-"));
    const record = join(folder, "trial.mcap");
    const options = {
      scenario: "tabletop-push",
      world: "diffusion",
      policy: "careful",
      images: true,
      record,
    };
    const { recordingProblems, steps } = await runOne(options);
    expect(recordingProblems).toEqual([]);
    const [trace] = await readTraces(record, scenario, { images: scenario.images! });
    expect(Object.keys(trace!.images!)).toEqual(["coarse"]);
    expect(trace!.images!["coarse"]).toHaveLength((steps + 1) * 3 * 32 * 64);
    await rm(folder, { recursive: true });
  });
});
