import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Batch } from "../../src/core/channels.ts";
import { OnnxPolicy } from "../../src/policy/onnx.ts";
import { withChunks } from "../../src/policy/with-chunks.ts";
import { describePolicyContract } from "../contracts/policy-contract.ts";
import { arm, cart } from "./cart.ts";

const fixture = (name: string): URL => new URL(`./fixtures/${name}.onnx`, import.meta.url);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simgate-policy-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Card = Record<string, unknown>;

/** u = tanh(½ sin(angle) − ¼ cos(angle) + velocity), scaled: see `model` below for the graphs. */
const tanhCard: Card = {
  inputs: [
    {
      tensor: "x",
      features: [
        { channel: "angle", transform: "sin" },
        { channel: "angle", transform: "cos" },
        { channel: "velocity" },
      ],
    },
  ],
  outputs: [{ tensor: "u", actions: ["force"] }],
};
const chunkCard: Card = {
  chunkLength: 3,
  inputs: [{ tensor: "x", features: [{ channel: "position" }, { channel: "angle" }] }],
  outputs: [{ tensor: "u", actions: ["force"] }],
};
const historyCard: Card = {
  inputs: [{ tensor: "x", history: 3, features: [{ channel: "position" }] }],
  outputs: [{ tensor: "u", actions: ["force"] }],
};

/** Writes a card beside a copy of one of the graphs made with onnx.helper: tanh, two-values, chunk, history, fixed-batch. */
async function writeCard(graph: string, over: Card = {}): Promise<string> {
  const model = `${graph}.onnx`;
  await copyFile(fixture(graph), join(folder, model));
  const sha256 = createHash("sha256")
    .update(await readFile(fixture(graph)))
    .digest("hex");
  const head = {
    schema: "simgate/policy-card@1",
    name: "net",
    title: "Net",
    license: "Apache-2.0",
    model,
    sha256,
  };
  const cardPath = join(
    folder,
    `${createHash("sha256")
      .update(JSON.stringify([graph, over]))
      .digest("hex")}.policy.yaml`,
  );
  await writeFile(cardPath, stringify({ ...head, controlPeriodSec: 0.02, ...over }));
  return cardPath;
}

async function open(
  graph: string,
  card: Card,
  scenario: typeof cart | typeof arm = cart,
): Promise<OnnxPolicy> {
  return OnnxPolicy.open({ name: "net", scenario, cardPath: await writeCard(graph, card) });
}

function cartBatch(rows: readonly [position: number, angle: number, velocity: number][], step = 0): Batch {
  const column = (i: 0 | 1 | 2): Float64Array => Float64Array.from(rows, (row) => row[i]);
  return {
    lanes: rows.length,
    step,
    columns: {
      position: column(0),
      angle: column(1),
      velocity: column(2),
      rate: new Float64Array(rows.length),
    },
  };
}

describePolicyContract("onnx", () => open("tanh", tanhCard), { laneTolerance: 1e-6 });
describePolicyContract("onnx, a chunk of actions a call", () => open("chunk", chunkCard), {
  laneTolerance: 1e-6,
});
describePolicyContract("onnx, with history", () => open("history", historyCard), { laneTolerance: 1e-5 });
describePolicyContract("onnx, exported for two lanes", () => open("fixed-batch", tanhCard), {
  laneTolerance: 1e-6,
});
describePolicyContract(
  "onnx, chunks executed",
  async () => withChunks(await open("chunk", chunkCard), { length: 3, execute: 2 }),
  {
    laneTolerance: 1e-6,
  },
);

describe("ONNX policy", () => {
  it("composes and normalises observations, and scales actions", async () => {
    const policy = await open("tanh", {
      inputs: [{ ...(tanhCard.inputs as object[])[0], mean: [0, 0.5, 1], std: [1, 2, 4] }],
      outputs: [{ tensor: "u", actions: ["force"], mean: [0.25], std: [10] }],
    });
    expect(policy.spec.observation.map(({ name }) => name)).toEqual(["angle", "velocity"]);
    await policy.reset(2, [0n, 0n]);
    const { actions } = await policy.act(
      cartBatch([
        [0, 0.3, -0.2],
        [0, -2, 3],
      ]),
    );
    const expected = (angle: number, velocity: number): number =>
      10 * Math.tanh(0.5 * Math.sin(angle) - (0.25 * (Math.cos(angle) - 0.5)) / 2 + (velocity - 1) / 4) +
      0.25;
    expect(actions[0]!.columns.force![0]).toBeCloseTo(expected(0.3, -0.2), 5);
    expect(actions[0]!.columns.force![1]).toBeCloseTo(expected(-2, 3), 5);
    await policy.close();
  });

  it("gives a chunk in the order of time", async () => {
    const policy = await open("chunk", chunkCard);
    await policy.reset(2, [0n, 0n]);
    const { actions } = await policy.act(
      cartBatch(
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        4,
      ),
    );
    expect(actions.map(({ step, columns }) => [step, ...columns.force!])).toEqual([
      [4, 1, 10],
      [5, 2, 20],
      [6, 3, 30],
    ]);
    await policy.close();
  });

  it("shows the network its history, oldest first; before there is one, the first observation stands in", async () => {
    // The graph weighs the three steps 1, 10 and 100.
    const policy = await open("history", historyCard);
    await policy.reset(1, [0n]);
    const found: number[] = [];
    for (const [step, position] of [2, 3, 4, 5].entries()) {
      found.push((await policy.act(cartBatch([[position, 0, 0]], step))).actions[0]!.columns.force![0]!);
    }
    expect(found).toEqual([222, 322, 432, 543]);
    await policy.close();
  });

  it("refuses to look back over steps it was not shown", async () => {
    const policy = await open("history", historyCard);
    await policy.reset(1, [0n]);
    await policy.act(cartBatch([[1, 0, 0]], 0));
    await expect(policy.act(cartBatch([[1, 0, 0]], 2))).rejects.toThrow(
      /not shown all of them[^]*chunk.execute: 1/,
    );
    await policy.close();
  });

  it("commands one component of two and leaves the other at 0 when the card says so", async () => {
    const policy = await open(
      "two-values",
      {
        controlPeriodSec: 0.01,
        inputs: [
          {
            tensor: "x",
            features: [{ channel: "joint_pos" }, { channel: "joint_pos[elbow]", transform: "sin" }],
          },
        ],
        outputs: [{ tensor: "u", actions: ["torque[elbow]"], select: [1] }],
        idle: ["torque[shoulder]"],
      },
      arm,
    );
    await policy.reset(1, [0n]);
    const { actions } = await policy.act({
      lanes: 1,
      step: 0,
      columns: { joint_pos: Float64Array.of(0.5, 0.25) },
    });
    expect(actions[0]!.columns.torque![0]).toBe(0);
    expect(actions[0]!.columns.torque![1]).toBeCloseTo(2 * 0.5 + 4 * 0.25 + 6 * Math.sin(0.25), 5);
    await policy.close();
  });

  it.each<[string, string, Card, RegExp]>([
    [
      "more values than the contract has actions",
      "two-values",
      tanhCard,
      /policy\.yaml:\d+:\d+ outputs\[0\]: scenario cartpole, action "force": the policy gives 2 values, the contract says 1[^]*select: \[0\]/,
    ],
    [
      "a selection beyond the values",
      "two-values",
      { ...tanhCard, outputs: [{ tensor: "u", actions: ["force"], select: [2] }] },
      /select needs one value[^]*0 to 1[^]*\[2\]/,
    ],
    [
      "an action that the scenario lacks",
      "tanh",
      { ...tanhCard, outputs: [{ tensor: "u", actions: ["forse"] }] },
      /outputs\[0\].actions\[0\]: scenario cartpole has no action "forse"[^]*did you mean "force"/,
    ],
    [
      "an action given twice",
      "two-values",
      { ...tanhCard, outputs: [{ tensor: "u", actions: ["force", "force"] }] },
      /action "force" is given twice[^]*first at .*actions\[0\]/,
    ],
    [
      "an unknown channel",
      "tanh",
      { ...tanhCard, inputs: [{ tensor: "x", features: [{ channel: "angel" }] }] },
      /did you mean "angle"/,
    ],
    [
      "a parameter, which a policy cannot see",
      "tanh",
      { ...tanhCard, inputs: [{ tensor: "x", features: [{ parameter: "mass" }] }] },
      /a policy sees observation channels only/,
    ],
    [
      "an unknown tensor",
      "tanh",
      { ...tanhCard, outputs: [{ tensor: "v", actions: ["force"] }] },
      /no output "v"[^]*u float32 \[batch, 1\]/,
    ],
    [
      "too few features",
      "tanh",
      { ...tanhCard, inputs: [{ tensor: "x", features: [{ channel: "angle" }] }] },
      /input "x" has another shape[^]*\[batch, 1\][^]*\[batch, 3\]/,
    ],
    [
      "a chunk that the graph does not give",
      "tanh",
      { ...tanhCard, chunkLength: 4 },
      /another shape[^]*\[batch, 4, 1\]/,
    ],
    [
      "another control period",
      "tanh",
      { ...tanhCard, controlPeriodSec: 0.05 },
      /0.02 s, as scenario cartpole[^]*0.05 s/,
    ],
    ["a wrong hash", "tanh", { ...tanhCard, sha256: "0".repeat(64) }, /is not the model this card describes/],
    [
      "an unknown key",
      "tanh",
      { ...tanhCard, chunkLenght: 3 },
      /chunkLenght: unknown key; did you mean "chunkLength"/,
    ],
  ])("says what is wrong with %s", async (_, graph, card, message) => {
    await expect(open(graph, card)).rejects.toThrow(message);
    await expect(open(graph, card)).rejects.toMatchObject({ code: "input" });
  });

  it("asks for every action, or to be told that one is left alone", async () => {
    const card = {
      controlPeriodSec: 0.01,
      inputs: [{ tensor: "x", features: [{ channel: "joint_pos" }, { channel: "joint_pos[elbow]" }] }],
      outputs: [{ tensor: "u", actions: ["torque[elbow]"] }],
    };
    await expect(open("tanh", card, arm)).rejects.toThrow(
      /no value for "torque\[shoulder\]"[^]*idle: \["torque\[shoulder\]"\]/,
    );
  });
});
