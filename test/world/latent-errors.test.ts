import { describe, expect, it } from "vitest";
import { LatentModelWorld } from "../../src/world/latent.ts";
import { discCard, discGraphs, discScenario } from "./fixtures/latent-scenario.ts";
import { writeCard } from "./fixtures/tiny-scenario.ts";

async function refusal(card: unknown, scenario = discScenario): Promise<string> {
  const cardPath = await writeCard(card);
  const error = await LatentModelWorld.open({ name: "disc", scenario, cardPath }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "input" });
  return (error as Error).message.replaceAll(cardPath, "CARD");
}

const state = (changes: Record<string, unknown>): unknown[] => {
  const [z, m, g] = discCard()["state"] as Record<string, unknown>[];
  return [{ ...z, ...changes }, m, g];
};

describe("opening a latent world refuses bad input, with the line of the card and what to do:", () => {
  const cases: [string, unknown, RegExp][] = [
    [
      "an image channel that the scenario does not have",
      discCard({ image: { channel: "abov" } }),
      /CARD:\d+:\d+ image\.channel: scenario disc has no image channel "abov"[^]*did you mean "above"/,
    ],
    [
      "a range that is none",
      discCard({ image: { channel: "above", range: [1, 1] } }),
      /image\.range: the second number is the value of full brightness/,
    ],
    [
      "a graph that is not the one hashed",
      discCard({ graphs: discGraphs("encode", { step: { sha256: "ab".repeat(32) } }) }),
      /CARD:\d+:\d+ graphs\.step\.sha256: latent-step\.onnx is not the model this card describes/,
    ],
    [
      "pictures that are not as many as the graph sees",
      discCard({ graphs: discGraphs("encode", { encode: { pictures: 3 } }) }),
      /graphs\.encode\.picture: input "pictures" has another shape[^]*\[batch, 3, 3, 16, 32\] or \[batch, 9, 16, 32\]/,
    ],
    [
      "colours on the wrong axis",
      discCard({ image: { channel: "above", layout: "nhwc" } }),
      /another shape than the card implies[^]*expected: \[batch, 2, 16, 32, 3\]\n/,
    ],
    [
      "an action before there is one",
      discCard({
        graphs: discGraphs("encode", {
          encode: {
            inputs: [{ tensor: "told", features: [{ action: "velocity" }, { parameter: "gain" }] }],
          },
        }),
      }),
      /graphs\.encode\.inputs\[0\]\.features: encode comes before the action[^]*goes into step/,
    ],
    [
      "an input that nothing fills",
      discCard({ graphs: discGraphs("encode", { step: { noise: [] } }) }),
      /graphs\.step: the card does not say what goes into every input of step[^]*eps/,
    ],
    [
      "a state that encode does not give",
      discCard({ state: state({ output: "zz" }) }),
      /state\[0\]\.output: encode gives no state "zz"[^]*z_next, m_next, g_next/,
    ],
    [
      "a state of another size",
      discCard({ state: state({ shape: [-1, 4] }) }),
      /state\[0\]\.output: output "z_next" has another shape[^]*\[batch, 4\]/,
    ],
    [
      "an object that the scenario does not have",
      discCard({ objects: ["puck"] }),
      /objects\[0\]: the scenario has no object "puck"/,
    ],
    ["a key that is none", discCard({ reencodeEvry: 3 }), /reencodeEvry: unknown key[^]*reencodeEvery/],
  ];
  it.each(cases)("%s", async (_, card, message) => {
    expect(await refusal(card)).toMatch(message);
  });

  it("a scenario without pictures", async () => {
    const { images: _, ...blind } = discScenario;
    expect(await refusal(discCard(), blind)).toMatch(/no image channel "above"[^]*declare it under images:/);
  });

  it("a channel that neither the picture shows nor the model tells", async () => {
    const graphs = discGraphs("encode", { decode: { outputs: [] } });
    expect(await refusal(discCard({ graphs }))).toMatch(/image above does not show all[^]*not shown: warmth/);
  });
});
