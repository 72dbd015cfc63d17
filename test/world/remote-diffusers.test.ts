import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Images } from "../../src/core/picture.ts";
import type { Start } from "../../src/core/trace.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { remoteWorldSchema } from "../../src/scenario/remote-schema.ts";
import { RemoteWorld } from "../../src/world/remote.ts";
import { EXAMPLES, PYTHON, startPython, whyNoPython } from "../wire/python.ts";

const noPython = whyNoPython("msgpack", "websockets", "numpy", "torch");
const scenario = await loadScenario("tabletop-push");
const starts = drawPanel(scenario, { count: 3 });

describe("a diffusers-style pipeline behind the example server", () => {
  if (noPython !== undefined) {
    it("runs closed-loop", (context) => context.skip(noPython));
    return;
  }
  let url = "";
  beforeAll(async () => {
    const { address, stop } = await startPython(join(EXAMPLES, "diffusers_server.py"), ["--port", "0"]);
    url = address;
    return stop;
  }, 60_000);

  async function open(): Promise<RemoteWorld> {
    const config = remoteWorldSchema.parse({ kind: "remote", url, connectWithinSec: 5 });
    const world = await RemoteWorld.open({ name: "diffusers", scenario, config });
    onTestFinished(() => world.close());
    return world;
  }

  async function roll(world: RemoteWorld, from: readonly Start[], steps: number): Promise<Images[]> {
    await world.reset(from);
    const shown = [world.images()];
    for (let step = 0; step < steps; step++) shown.push(await advance(world, from.length, step));
    return shown;
  }

  async function advance(world: RemoteWorld, lanes: number, step: number): Promise<Images> {
    const velocity = Float64Array.from({ length: 2 * lanes }, (_, i) => (i % 2 === 0 ? 0.3 : 0));
    const { faults } = await world.step({ lanes, step, columns: { velocity } });
    expect(faults).toEqual([]);
    return world.images();
  }

  const lane = (images: Images, of: number): Uint8Array => {
    const all = images["coarse"]!;
    const size = 3 * 32 * 64;
    return all.subarray(of * size, (of + 1) * size);
  };

  it("says honestly what it is, and repeats itself from the seeds, whatever lanes are beside", async () => {
    const world = await open();
    expect(world.spec.peer?.["title"]).toMatch(
      /random weights, (diffusers_scheduler|diffusers\.).*DDIMScheduler/,
    );
    expect(world.spec).toMatchObject({ stochastic: true, restorable: true, respondsToActions: true });
    const first = await roll(world, starts, 3);
    expect(await roll(world, starts, 3)).toEqual(first);
    const alone = await roll(world, [starts[1]!], 3);
    alone.forEach((images, step) => expect(lane(images, 0)).toEqual(lane(first[step]!, 1)));
  });

  it("goes back to a snapshot, and takes the same steps again", async () => {
    const world = await open();
    await roll(world, starts, 2);
    const snapshot = await world.save();
    const on = [await advance(world, 3, 2), await advance(world, 3, 3)];
    await world.restore(snapshot);
    expect([await advance(world, 3, 2), await advance(world, 3, 3)]).toEqual(on);
  });

  it("is read for what is observed: before it has learned anything it shows a still, more or less", async () => {
    const world = await open();
    await roll(world, starts, 3);
    const { observation } = await world.step({
      lanes: 3,
      step: 3,
      columns: { velocity: new Float64Array(6) },
    });
    starts.forEach(({ initial }, i) => {
      const [x, y] = initial["red_position"]!;
      const seen = observation.columns["red_position"]!.subarray(2 * i, 2 * i + 2);
      // The probe's own error on this image is 18 mm at most (docs/frames.md).
      expect(Math.hypot(seen[0]! - x!, seen[1]! - y!)).toBeLessThan(0.03);
    });
  });

  it("samples as DDIM does: a normal distribution is carried into the one that was learned", async () => {
    // For data of N(0, s²) the best guess of x₀ is known, and so is where the flow ends: s ÷ √(α s² + 1 − α) times where it began.
    const script = [
      "import torch; from diffusers_pipeline import make_scheduler",
      "s, scheduler = 0.3, make_scheduler(); scheduler.set_timesteps(500)",
      "start = torch.linspace(-2, 2, 9); x = start.clone()",
      "for t in scheduler.timesteps:",
      "    a = scheduler.alphas_cumprod[int(t)]",
      "    x = scheduler.step(a.sqrt() * s**2 / (a * s**2 + 1 - a) * x, t, x).prev_sample",
      "a = scheduler.alphas_cumprod[int(scheduler.timesteps[0])]",
      "print((x - start * s / (a * s**2 + 1 - a).sqrt()).abs().max().item())",
    ].join("\n");
    const { stdout } = await promisify(execFile)(PYTHON, ["-c", script], { cwd: EXAMPLES });
    expect(Number(stdout)).toBeLessThan(0.01);
  });
});
