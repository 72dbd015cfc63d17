import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { OnnxWorld } from "../../src/world/onnx.ts";
import {
  cards,
  expected,
  scenario,
  tinyCard,
  tinyInput,
  tinyOutput,
  writeCard,
} from "./fixtures/tiny-scenario.ts";

async function refusal(card: unknown): Promise<string> {
  const cardPath = await writeCard(card);
  const error = await OnnxWorld.open({ name: "tiny", scenario, cardPath }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "input" });
  const { message } = error as Error;
  return message.replaceAll(cardPath, "CARD");
}

describe("opening an ONNX world refuses bad input, with the line of the card and what to do:", () => {
  it("a card that does not exist", async () => {
    await expect(
      OnnxWorld.open({ name: "tiny", scenario, cardPath: "nowhere/x.world.yaml" }),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining("the world card does not exist") as string,
    });
  });

  it("a model that does not exist", async () => {
    const message = await refusal({ ...cards.affine, model: "gone.onnx" });
    expect(message).toMatch(/^CARD:6:3 model: the model does not exist\n.*gone\.onnx/);
  });

  it("a model that is not the one hashed: both hashes, and how to update", async () => {
    const message = await refusal({ ...cards.affine, sha256: "ab".repeat(32) });
    expect(message).toMatch(/^CARD:7:3 sha256: affine\.onnx is not the model this card describes/);
    expect(message).toContain(`expected: sha256 ${"ab".repeat(32)}`);
    expect(message).toContain(`got:      sha256 ${expected.sha256["affine"]}`);
    expect(message).toContain(`set sha256: ${expected.sha256["affine"]}`);
  });

  it("a file that is not ONNX", async () => {
    const path = await writeCard("this is no graph");
    const { createHash } = await import("node:crypto");
    const sha256 = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    const message = await refusal({ ...cards.affine, model: path, sha256 });
    expect(message).toContain("onnxruntime cannot load this model");
  });

  it("several mistakes at once, all listed, each with the nearest known key", async () => {
    const message = await refusal({
      ...cards.affine,
      controlPeriodSec: undefined,
      controlPeriodsec: 0.02,
      outputs: [tinyOutput({ mode: "deltas" })],
    });
    expect(message).toContain("the world card has 3 problems");
    expect(message).toMatch(/CARD:\d+:\d+ controlPeriodSec: missing; expected a number/);
    expect(message).toMatch(/CARD:\d+:\d+ controlPeriodsec: unknown key; did you mean "controlPeriodSec"\?/);
    expect(message).toMatch(/CARD:\d+:\d+ outputs\[0\]\.mode: deltas: did you mean "delta"\?/);
  });

  it("an input tensor that the graph does not have: its tensors are listed", async () => {
    const message = await refusal({ ...cards.affine, inputs: [tinyInput({ tensor: "obs" })] });
    expect(message).toMatch(/^CARD:\d+:\d+ inputs\[0\]\.tensor: the graph has no input "obs"/);
    expect(message).toContain("expected: x float32 [batch, 7]");
  });

  it("an output tensor that the graph does not have", async () => {
    const message = await refusal({ ...cards.affine, outputs: [tinyOutput({ tensor: "dx" })] });
    expect(message).toMatch(/outputs\[0\]\.tensor: the graph has no output "dx"/);
    expect(message).toContain('did you mean "dy"?');
  });

  it("an input of another shape", async () => {
    const fewer = tinyInput({ features: [{ channel: "position" }], mean: undefined, std: undefined });
    const message = await refusal({ ...cards.affine, inputs: [fewer] });
    expect(message).toMatch(/inputs\[0\]\.tensor: input "x" has another shape than the card implies/);
    expect(message).toContain("expected: [batch, 1] or [batch, 1, 1]\n  got:      [batch, 7]");
  });

  it("an output of another shape", async () => {
    const message = await refusal({ ...cards.affine, ensemble: { axis: 0, members: 5 } });
    expect(message).toContain("no predicted output has the ensemble axis");
    const four = await refusal(tinyCard("ensemble", { ensemble: { axis: 0, members: 4 } }));
    expect(four).toContain("expected: [4, batch, 4] or [batch, 4]\n  got:      [3, batch, 4]");
  });

  it("an input of integers", async () => {
    const message = await refusal(tinyCard("integers"));
    expect(message).toMatch(/inputs\[0\]\.tensor: input "x" has an element type simgate cannot fill/);
    expect(message).toContain("got:      int64");
  });

  it("a graph input that nothing fills, or that two fill", async () => {
    expect(await refusal(tinyCard("noisy"))).toMatch(/add eps to inputs, state or noise/);
    const twice = await refusal({ ...cards.noisy, inputs: [tinyInput(), tinyInput()] });
    expect(twice).toMatch(
      /inputs\[1\]\.tensor: graph input "x" is filled twice[^]*first at CARD:\d+:\d+ inputs\[0\]/,
    );
  });

  it("a card made for another control period", async () => {
    const message = await refusal({ ...cards.affine, controlPeriodSec: 0.05 });
    expect(message).toMatch(/controlPeriodSec: the model was trained for another control period/);
    expect(message).toContain("expected: 0.02 s, as scenario tiny\n  got:      0.05 s");
  });

  it("channels, actions, parameters and objects that the scenario does not have", async () => {
    const withFeature = (feature: unknown) =>
      refusal({ ...cards.affine, inputs: [tinyInput({ features: [feature] })] });
    expect(await withFeature({ channel: "posision" })).toMatch(/did you mean "position"\?/);
    expect(await withFeature({ channel: "joint_vel[hing]" })).toMatch(/did you mean "hinge"\?/);
    expect(await withFeature({ action: "froce" })).toMatch(/no action channel "froce"[^]*"force"/);
    expect(await withFeature({ parameter: "weight" })).toMatch(/no parameter "weight"[^]*known: mass/);
    expect(await refusal({ ...cards.affine, objects: ["cup"] })).toMatch(/the scenario has no object "cup"/);
  });

  it("a channel predicted twice, or not at all", async () => {
    const twice = tinyOutput({ channels: ["position", "angle", "joint_vel[slide]", "joint_vel[0]"] });
    expect(await refusal({ ...cards.affine, outputs: [twice] })).toMatch(
      /outputs\[0\]\.channels\[3\]: channel "joint_vel\[slide\]" is predicted twice/,
    );
    const none = tinyOutput({ channels: ["position", "joint_vel[hinge]"] });
    expect(await refusal({ ...cards.affine, outputs: [none] })).toMatch(
      /outputs: the model does not predict every observation channel[^]*nothing for angle, joint_vel\[slide\]/,
    );
  });

  it("normalisation of another length", async () => {
    const message = await refusal({ ...cards.affine, inputs: [tinyInput({ mean: [0, 1] })] });
    expect(message).toMatch(
      /inputs\[0\]\.mean: mean needs one number for each value\n {2}expected: 7 numbers\n {2}got: {6}2/,
    );
  });
});

it("a card read from YAML keeps its comments out of the way and its lines in the errors", async () => {
  const path = await writeCard("# a card\nschema: simgate/world-card@1\nname: x\nname: y\n");
  await writeFile(path, await readFile(path));
  await expect(OnnxWorld.open({ name: "tiny", scenario, cardPath: path })).rejects.toThrow(
    `${path}:4:1: duplicate key "name"`,
  );
});
