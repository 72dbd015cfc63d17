import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { initCard } from "../../src/api/init-card.ts";
import { loadPolicyCard } from "../../src/policy/policy-card.ts";
import { loadDiffusionCard } from "../../src/world/diffusion/card.ts";
import { GRAPHS, loadLatentCard } from "../../src/world/latent/card.ts";
import { loadWorldCard } from "../../src/world/onnx/card.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const WORLDS = join(ROOT, "test/world/fixtures");
const PICTURE_MODELS = join(ROOT, "scenarios/tabletop-push/models");
/** sin and cos of the pole, two velocities, the force, length and mass of the pole: what the fixtures take. */
const SEVEN = 7;

describe("init card", { timeout: 60_000 }, () => {
  it("takes names, shapes and the hash from the graph, and guesses the features by their number", async () => {
    const out = join(await temporaryFolder(), "gru.world.yaml");
    const model = join(ROOT, "scenarios/cartpole/policies/network.onnx");
    const policyOut = out.replace("world", "policy");
    const { decide, problem } = await initCard({ models: [model], scenario: "cartpole", out: policyOut });
    expect(problem).toBeUndefined();
    const { card } = await loadPolicyCard(policyOut);
    expect(card.inputs[0]!.features).toMatchObject([
      { channel: "cart_position" },
      { channel: "pole_angle" },
      { channel: "cart_velocity" },
      { channel: "pole_velocity" },
    ]);
    expect(card.outputs).toMatchObject([{ actions: ["force"] }]);
    expect(decide.map(({ text }) => text).join("\n")).toContain("guessed by size");
  });

  it("recognises an ensemble axis, predicted variance, recurrent state and noise", async () => {
    const folder = await temporaryFolder();
    const cardOf = async (name: string) => {
      const out = join(folder, `${name}.world.yaml`);
      const { problem } = await initCard({
        models: [join(WORLDS, `${name}.onnx`)],
        scenario: "cartpole",
        out,
      });
      return { ...(await loadWorldCard(out)).card, problem };
    };
    const ensemble = await cardOf("ensemble");
    expect(ensemble.ensemble).toEqual({ axis: 0, members: 3, combine: "mean" });
    expect(ensemble.outputs.map(({ tensor, mode }) => [tensor, mode])).toEqual([
      ["dy", "delta"],
      ["logvar", "log-variance"],
    ]);
    const recurrent = await cardOf("recurrent");
    expect(recurrent.state).toEqual([{ input: "h", output: "h_next", shape: [2, -1, 8] }]);
    expect(recurrent.outputs.map(({ tensor }) => tensor)).toEqual(["dy"]);
    const noisy = await cardOf("noisy");
    expect(noisy.noise).toEqual([{ input: "eps", shape: [-1, 2] }]);
    const window = await cardOf("window");
    expect(window.inputs).toMatchObject([{ tensor: "x", history: 3 }]);
    // Seven values fit observation, force and both parameters: another order than the one these were made with, which
    // nothing but its author can know.
    for (const { problem, inputs } of [ensemble, recurrent, noisy, window]) {
      expect(problem).toBeUndefined();
      expect(inputs[0]!.features).toHaveLength(SEVEN);
    }
  });

  it("makes a diffusion world of a graph that cleans a picture, and tells its tensors apart", async () => {
    const out = join(await temporaryFolder(), "mine.world.yaml");
    const { problem } = await initCard({
      models: [join(PICTURE_MODELS, "diffusion.onnx")],
      scenario: "tabletop-push",
      out,
    });
    expect(problem).toBeUndefined();
    const { card } = await loadDiffusionCard(out);
    expect(card).toMatchObject({
      image: { channel: "coarse", layout: "nchw" },
      denoiser: { noisy: "noisy", level: "level", output: "painted" },
      context: { tensor: "frames", steps: [6, 5, 4, 3, 2, 1] },
      inputs: [
        { tensor: "actions", history: 32, features: [{ action: "velocity" }] },
        { tensor: "parameters", features: [{ parameter: "friction" }, { parameter: "puck_mass" }] },
      ],
    });
  });

  it("makes a latent world of three graphs in any order, with what goes from one to the other as its state", async () => {
    const out = join(await temporaryFolder(), "mine.world.yaml");
    const models = ["painter.onnx", "forgetful-step.onnx", "forgetful-encode.onnx"];
    await initCard({
      models: models.map((file) => join(PICTURE_MODELS, file)),
      scenario: "tabletop-push",
      out,
    });
    const { card } = await loadLatentCard(out);
    const bundled = await loadLatentCard(join(PICTURE_MODELS, "forgetful.world.yaml"));
    const byInput = (a: { input: string }, b: { input: string }): number => (a.input < b.input ? -1 : 1);
    expect([...card.state].sort(byInput)).toEqual([...bundled.card.state].sort(byInput));
    for (const graph of GRAPHS) expect(card.graphs[graph].sha256).toBe(bundled.card.graphs[graph].sha256);
    expect(card.graphs.encode).toMatchObject({ picture: "pictures", pictures: 2 });
    expect(card.graphs.step.inputs).toMatchObject([{ features: [{ action: "velocity" }] }]);
    expect(card.graphs.decode.outputs).toMatchObject([{ tensor: "pusher", mode: "absolute" }]);
  });

  it("tells a policy's pictures and its state from its channels", async () => {
    const out = join(await temporaryFolder(), "sees.policy.yaml");
    const models = [join(ROOT, "test/policy/fixtures/sees.onnx")];
    const { problem } = await initCard({ models, scenario: "tabletop-push", out });
    expect(problem).toBeUndefined();
    const { card } = await loadPolicyCard(out);
    expect(card).toMatchObject({
      inputs: [],
      pictures: [{ tensor: "frames", channel: "coarse", layout: "nchw", history: 2 }],
      state: [{ input: "h", output: "h_next", shape: [-1, 1] }],
      outputs: [{ tensor: "u", actions: ["velocity"] }],
    });
  });

  it("refuses models of which no card can be made, and lists what they take and give", async () => {
    const models = ["painter.onnx", "dreamer-step.onnx"].map((file) => join(PICTURE_MODELS, file));
    const out = join(await temporaryFolder(), "mine.world.yaml");
    await expect(initCard({ models, scenario: "tabletop-push", out })).rejects.toThrow(
      /do not make one card[\s\S]*painter\.onnx: places/,
    );
  });

  it("writes the card also where the sizes do not fit, and says why they do not", async () => {
    const out = join(await temporaryFolder(), "two.policy.yaml");
    const { problem } = await initCard({
      models: [join(ROOT, "test/policy/fixtures/two-values.onnx")],
      scenario: "cartpole",
      out,
    });
    expect(problem).toMatch(/two\.policy\.yaml:\d+:\d+/);
    const text = await readFile(out, "utf8");
    expect(text).toContain("# ← decide: which features these are: the graph wants 3 values");
  });

  it("refuses a name that does not say what the card is for, and to write over a card", async () => {
    const folder = await temporaryFolder();
    const model = join(WORLDS, "affine.onnx");
    const options = { models: [model], scenario: "cartpole" };
    await expect(initCard({ ...options, out: join(folder, "card.yaml") })).rejects.toThrow("*.world.yaml");
    const out = join(folder, "a.world.yaml");
    await initCard({ ...options, out });
    await expect(initCard({ ...options, out })).rejects.toThrow("not overwritten");
  });
});
