import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import type { Start } from "../../src/core/trace.ts";
import { SceneCamera } from "../../src/world/camera/scene-camera.ts";
import { DiffusionWorld } from "../../src/world/diffusion.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { diffusionCard, picturedScenario } from "./fixtures/diffusion-scenario.ts";
import { discActions, discCommand, discStarts } from "./fixtures/latent-scenario.ts";
import { writeCard } from "./fixtures/tiny-scenario.ts";

async function open(card: unknown = diffusionCard("shift")): Promise<DiffusionWorld> {
  const cardPath = await writeCard(card);
  return DiffusionWorld.open({ name: "disc", scenario: picturedScenario, cardPath });
}

const contracts: Record<string, unknown> = {
  "diffusion, one step of Euler": diffusionCard("shift"),
  "diffusion, three steps of DDIM": diffusionCard("shift", {
    sampler: { kind: "ddim", steps: 3, schedule: "cosine", predicts: "sample" },
  }),
  "diffusion, noise on the context": diffusionCard("shift", {
    context: { tensor: "frames", steps: [2, 1], noise: { std: 0.02 } },
  }),
};
for (const [name, card] of Object.entries(contracts)) {
  describeWorldContract(name, async () => ({ world: await open(card), starts: discStarts(5) }));
}

const PIXELS = 16 * 32;

function drawn(position: readonly number[]): Uint8Array {
  const [image] = picturedScenario.images!;
  const rgb = new Uint8Array(3 * PIXELS);
  const columns = { position: Float64Array.from(position) };
  new SceneCamera(image!, picturedScenario.observation).draw(columns, 0, {}, rgb);
  return rgb;
}

/** A picture as a tensor of the range −1 … 1, colours first, and back. */
const toTensor = (rgb: Uint8Array): Float64Array =>
  Float64Array.from(
    { length: 3 * PIXELS },
    (_, i) => rgb[3 * (i % PIXELS) + Math.floor(i / PIXELS)]! / 127.5 - 1,
  );
const toByte = (value: number): number => Math.round(Math.min(255, Math.max(0, 127.5 * (value + 1))));

describe("what a diffusion world shows", () => {
  it("begins with what the scenario's camera draws", async () => {
    const world = await open();
    const starts = discStarts();
    await world.reset(starts);
    starts.forEach(({ initial }, lane) => {
      const shown = world.images()["above"]!.subarray(lane * 3 * PIXELS, (lane + 1) * 3 * PIXELS);
      expect(shown).toEqual(drawn(initial["position"]!));
    });
    await world.close();
  });

  it("follows the commands as its graph does, and is read off its pictures", async () => {
    const world = await open();
    const starts = discStarts();
    await world.reset(starts);
    const places = starts.map(({ initial }) => [...initial["position"]!]);
    for (let step = 0; step < 8; step++) {
      const { observation, faults } = await world.step(discActions(starts.length, step));
      expect(faults).toEqual([]);
      starts.forEach(({ seed, parameters }, lane) => {
        const noise = new RandomStream(seed, "world noise", "picture").normal(step, 0);
        const [x = 0, y = 0] = discCommand(step, lane).map((v) => Math.min(1, Math.max(-1, v)));
        const gain = parameters["gain"]!;
        places[lane]![0]! += 0.05 * (gain * x + 0.1 * Math.tanh(noise));
        places[lane]![1]! += 0.05 * gain * y;
        places[lane]!.forEach((wanted, i) => {
          const read = observation.columns["position"]![2 * lane + i]!;
          // A fifth of a pixel: the picture is blurred a little more at each step.
          expect(Math.abs(read - wanted), `step ${step}, lane ${lane}`).toBeLessThan(0.01);
        });
      });
    }
    await world.close();
  });

  it("is the sampled noise where the graph has nothing to say", async () => {
    // Velocity v = told picture; the red of step 3 back and so on are known: x(0) = noise − v.
    const world = await open(
      diffusionCard("told", {
        sampler: { kind: "flow", steps: 1 },
        guidance: { tensor: "switch", scale: 1.5 },
        context: { tensor: "frames", steps: [3, 1], noise: { std: 0.25, tensor: "dirt" } },
      }),
    );
    const [start] = discStarts(1) as [Start];
    await world.reset([start]);
    await world.step(discActions(1, 0));
    const shown = world.images()["above"]!;
    const noise = new RandomStream(start.seed, "world noise", "picture");
    const dirt = new RandomStream(start.seed, "world noise", "context");
    const red = toTensor(drawn(start.initial["position"]!));
    for (let i = 0; i < PIXELS; i++) {
      const velocity = [red[i]! + 0.25 * dirt.normal(0, i), 0.75, 0.25];
      velocity.forEach((v, colour) => {
        const wanted = toByte(noise.normal(0, colour * PIXELS + i) - v);
        expect(Math.abs(shown[3 * i + colour]! - wanted), `pixel ${i}`).toBeLessThanOrEqual(1);
      });
    }
    await world.close();
  });

  it("shows its model the pictures that the card asks for, also those from before the start", async () => {
    const world = await open(
      diffusionCard("told", {
        guidance: { tensor: "switch", scale: 1 },
        context: { tensor: "frames", steps: [3, 1], noise: { std: 1e-9, tensor: "dirt" } },
      }),
    );
    const past = [-0.3, -0.2, -0.1, 0].map((x) => [x, 0]);
    const context = { steps: 4, observation: { position: past.flat() }, action: { velocity: past.flat() } };
    const start = { ...discStarts(1)[0]!, initial: { position: [0.1, 0] }, context };
    await world.reset([start]);
    for (const place of [past[2]!, past[3]!, [0.1, 0]]) {
      await world.step(discActions(1, 0));
      const shown = world.images()["above"]!;
      const seen = drawn(place);
      for (let i = 0; i < PIXELS; i++) expect(shown[3 * i]).toBe(seen[3 * i]);
    }
    await world.close();
  });

  it("is a fault of the lane whose picture is none, and of no other", async () => {
    const world = await open();
    const starts = discStarts().map((start, i) => (i === 1 ? { ...start, parameters: { gain: 0 } } : start));
    await world.reset(starts);
    const { faults } = await world.step(discActions(3, 0));
    expect(faults).toEqual([{ lane: 1, step: 0, kind: "not-finite", reason: "a pixel is not a number" }]);
    expect(world.images()["above"]!.subarray(3 * PIXELS, 6 * PIXELS)).toEqual(
      drawn(starts[1]!.initial["position"]!),
    );
    await world.close();
  });
});

describe("a branch", () => {
  it("played again from a snapshot shows the same pictures", async () => {
    const world = await open(contracts["diffusion, noise on the context"]);
    const starts = discStarts();
    await world.reset(starts);
    for (let step = 0; step < 3; step++) await world.step(discActions(3, step));
    const snapshot = await world.save();
    const play = async (): Promise<Uint8Array[]> => {
      const shown = [world.images()["above"]!];
      for (let step = 3; step < 7; step++) {
        await world.step(discActions(3, step));
        shown.push(world.images()["above"]!);
      }
      return shown;
    };
    const first = await play();
    await world.restore(snapshot);
    expect(await play()).toEqual(first);
    await world.close();
  });
});

describe("a card that does not fit says where", () => {
  it.each([
    [
      "an unknown image channel",
      { image: { channel: "abov" } },
      /image\.channel.*no image channel "abov"[\s\S]*did you mean "above"/,
    ],
    [
      "an input that is not there",
      { denoiser: { noisy: "nois", level: "level", output: "denoised" } },
      /denoiser\.noisy.*no input "nois"[\s\S]*noisy/,
    ],
    [
      "another number of pictures",
      { context: { tensor: "frames", steps: [4, 3, 2, 1] } },
      /context\.tensor.*another shape[\s\S]*\[batch, 4, 3, 16, 32\]/,
    ],
    [
      "steps that are not in order",
      { context: { tensor: "frames", steps: [1, 3] } },
      /context\.steps.*oldest first/,
    ],
    [
      "an input that is fed twice",
      { guidance: { tensor: "level", scale: 2 } },
      /guidance\.tensor.*filled twice[\s\S]*first at/,
    ],
    ["another control period", { controlPeriodSec: 0.1 }, /controlPeriodSec.*another control period/],
    ["a sampler that is none", { sampler: { kind: "plms", steps: 3 } }, /sampler\.kind/],
    ["a key that is none", { sampler: { kind: "flow", steps: 3, shfit: 3 } }, /sampler.*shfit[\s\S]*shift/],
  ])("%s", async (_, changes, message) => {
    await expect(open(diffusionCard("shift", changes))).rejects.toThrow(message);
  });

  it("an input that nothing fills", async () => {
    await expect(open(diffusionCard("wrong"))).rejects.toThrow(/every input[\s\S]*weather/);
  });

  it("a scenario whose picture does not show all that is observed", async () => {
    const { discScenario } = await import("./fixtures/latent-scenario.ts");
    const cardPath = await writeCard(diffusionCard("shift"));
    const opening = DiffusionWorld.open({ name: "disc", scenario: discScenario, cardPath });
    await expect(opening).rejects.toThrow(/does not show all[\s\S]*warmth/);
  });
});
