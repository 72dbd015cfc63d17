import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import { RandomStream } from "../../src/core/random.ts";
import type { Start } from "../../src/core/trace.ts";
import { SceneCamera } from "../../src/world/camera/scene-camera.ts";
import { LatentModelWorld } from "../../src/world/latent.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import {
  discActions,
  discCard,
  discCommand,
  discGraphs,
  discScenario,
  discStarts,
} from "./fixtures/latent-scenario.ts";
import { writeCard } from "./fixtures/tiny-scenario.ts";

async function open(card: unknown = discCard()): Promise<LatentModelWorld> {
  return LatentModelWorld.open({ name: "disc", scenario: discScenario, cardPath: await writeCard(card) });
}

const contracts: Record<string, unknown> = {
  "latent, running free": discCard(),
  "latent, encoded anew every third step": discCard({ reencodeEvery: 3 }),
  "latent, corrected at every step": discCard({ graphs: discGraphs("correct"), reencodeEvery: 1 }),
};
for (const [name, card] of Object.entries(contracts)) {
  describeWorldContract(name, async () => ({ world: await open(card), starts: discStarts(5) }));
}

const STEPS = 6;

/** Where the graphs' own arithmetic puts the disc: the way it is pushed, and a millimetre of noise a step. */
function place(start: Start, lane: number, step: number): [x: number, y: number] {
  const noise = new RandomStream(start.seed, "world noise", "step eps");
  const at = [...start.initial["position"]!] as [number, number];
  for (let k = 0; k < step; k++) {
    discCommand(k, lane).forEach((command, i) => {
      const applied = Math.min(1, Math.max(-1, command));
      at[i]! += 0.05 * applied * start.parameters["gain"]! + 0.001 * noise.normal(k, i);
    });
  }
  return at;
}

/** One picture of the disc as the scenario's camera draws it. */
function drawn(position: readonly number[]): Uint8Array {
  const [image] = discScenario.images!;
  const rgb = new Uint8Array(3 * 16 * 32);
  const columns = { position: Float64Array.from(position) };
  new SceneCamera(image!, discScenario.observation).draw(columns, 0, {}, rgb);
  return rgb;
}

/** Mean colour of a picture as the model sees it: −1 … 1, summed over red, green and blue. */
function brightness(rgb: Uint8Array): number {
  return rgb.reduce((sum, byte) => sum + byte / 127.5 - 1, 0) / (16 * 32);
}

async function roll(world: LatentModelWorld, starts: readonly Start[], steps: number): Promise<Batch> {
  let observation = await world.reset(starts);
  for (let step = 0; step < steps; step++) {
    ({ observation } = await world.step(discActions(starts.length, step)));
  }
  return observation;
}

describe("a latent world", () => {
  it("steps in its own state, with noise drawn from the seed of the lane", async () => {
    const world = await open();
    const starts = discStarts();
    await roll(world, starts, STEPS);
    const { columns } = world.latent();
    starts.forEach((start, lane) => {
      const [x, y] = place(start, lane, STEPS);
      expect(columns["z"]![2 * lane]).toBeCloseTo(x, 5);
      expect(columns["z"]![2 * lane + 1]).toBeCloseTo(y, 5);
    });
    await world.close();
  });

  it("shows the camera's picture first and then its own, and is observed through them", async () => {
    const world = await open();
    const starts = discStarts();
    await world.reset(starts);
    const size = 3 * 16 * 32;
    expect(world.images()["above"]!.subarray(0, size)).toEqual(drawn(starts[0]!.initial["position"]!));
    const { columns } = await roll(world, starts, STEPS);
    const shown = world.images()["above"]!;
    starts.forEach((start, lane) => {
      const [x, y] = place(start, lane, STEPS);
      const wanted = drawn([x, y]);
      // The graph does not count in 256ths as the camera does.
      wanted.forEach((byte, i) => expect(Math.abs(shown[lane * size + i]! - byte)).toBeLessThanOrEqual(2));
      expect(columns["position"]![2 * lane]).toBeCloseTo(x, 2);
      expect(columns["position"]![2 * lane + 1]).toBeCloseTo(y, 2);
    });
    await world.close();
  });

  it("takes over the channels and the uncertainty that the model tells beside its pictures", async () => {
    const world = await open();
    const [start] = discStarts(1);
    await world.reset([start!]);
    const { observation, uncertainty } = await world.step(discActions(1, 0));
    // Both pictures are the first one: less half of itself, faded once.
    const warmth = 0.9 * 0.5 * brightness(drawn(start!.initial["position"]!));
    expect(observation.columns["warmth"]![0]).toBeCloseTo(warmth, 5);
    expect(uncertainty!.columns["warmth"]![0]).toBeCloseTo(Math.exp(-1), 6);
    expect(uncertainty!.columns["position"]).toBeUndefined();
    await world.close();
  });

  it("encodes anew from its own picture where the card says so", async () => {
    const world = await open(discCard({ reencodeEvery: 3 }));
    const starts = discStarts();
    const { columns } = await roll(world, starts, 3);
    // What is told to encode is what was read from the picture.
    expect(world.latent().columns["z"]!.map(Math.fround)).toEqual(columns["position"]!.map(Math.fround));
    await world.close();
  });

  it("begins inside a recording with as many pictures as encode sees", async () => {
    const world = await open();
    const [start] = discStarts(1);
    await world.reset([{ ...start!, context: pastOf([-0.6, 0], [-0.5, 0.05]) }]);
    const seen = brightness(drawn(start!.initial["position"]!)) - 0.5 * brightness(drawn([-0.5, 0.05]));
    const m = world.latent().columns["m"]!;
    expect(m.reduce((sum, one) => sum + one)).toBeCloseTo(seen, 5);
    await world.close();
  });

  it("is run over what was recorded where encode corrects a state", async () => {
    const world = await open(discCard({ graphs: discGraphs("correct") }));
    const [start] = discStarts(1);
    await world.reset([{ ...start!, context: pastOf([-0.6, 0], [-0.5, 0.05]) }]);
    const noise = new RandomStream(start!.seed, "world noise", "step eps");
    const [first, second, last] = [-0.6, -0.5, start!.initial["position"]![0]!];
    // Half-way to what is seen, then a step with the recorded command (0.2 m/s).
    let z = 0.5 * first + 0.01 + 0.001 * noise.normal(-2, 0);
    z = z + 0.5 * (second - z) + 0.01 + 0.001 * noise.normal(-1, 0);
    z = z + 0.5 * (last - z);
    expect(world.latent().columns["z"]![0]).toBeCloseTo(z, 6);
    await world.close();
  });

  it("goes on from a state that is put in", async () => {
    const world = await open();
    await world.reset(discStarts(1));
    const { columns } = world.latent();
    world.setLatent({ lanes: 1, step: 0, columns: { ...columns, z: Float64Array.of(0.3, -0.1) } });
    const { observation } = await world.step(discActions(1, 0));
    const [vx, vy] = discCommand(0, 0);
    expect(observation.columns["position"]![0]).toBeCloseTo(0.3 + 0.05 * vx, 2);
    expect(observation.columns["position"]![1]).toBeCloseTo(-0.1 + 0.05 * vy, 2);
    expect(() => world.setLatent({ lanes: 1, step: 0, columns: { z: columns["z"]! } })).toThrow(/needs "m"/);
    await world.close();
  });

  it("shows the same pictures again after it went back", async () => {
    const world = await open(discCard({ reencodeEvery: 2 }));
    const starts = discStarts();
    await roll(world, starts, 3);
    const saved = await world.save();
    const then = world.images()["above"]!;
    const ahead = async (): Promise<Uint8Array> => {
      for (let step = 3; step < STEPS; step++) await world.step(discActions(starts.length, step));
      return world.images()["above"]!;
    };
    const once = await ahead();
    await world.restore(saved);
    expect(world.images()["above"]).toEqual(then);
    expect(await ahead()).toEqual(once);
    await world.close();
  });

  it("faults the lane whose picture is none, and no other", async () => {
    const world = await open();
    const starts = discStarts();
    await world.reset(starts);
    const { columns } = world.latent();
    columns["m"]!.fill(NaN, 3, 6);
    columns["z"]!.fill(NaN, 2, 4);
    world.setLatent({ lanes: 3, step: 0, columns });
    const { faults } = await world.step(discActions(3, 0));
    expect(faults).toMatchObject([{ lane: 1, step: 0, kind: "not-finite" }]);
    await world.close();
  });
});

/** Two recorded steps, the disc pushed to the right at 0.2 m/s. */
function pastOf(...places: readonly (readonly [number, number])[]): NonNullable<Start["context"]> {
  return {
    steps: places.length,
    observation: {
      position: places.flat(),
      warmth: places.map(() => 0),
    },
    action: { velocity: places.flatMap(() => [0.2, 0]) },
  };
}
