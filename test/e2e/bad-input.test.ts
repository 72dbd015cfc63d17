import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simgate, type Ran } from "./simgate.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const TIMEOUT = { timeout: 120_000 };

/** A copy of the cart-pole scenario to spoil. */
let folder: string;
let manifest: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simgate-bad-"));
  await cp(join(ROOT, "scenarios/cartpole"), folder, { recursive: true });
  manifest = await readFile(join(folder, "scenario.yaml"), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (command: string): Promise<Ran> => simgate(command.split(" "), { cwd: folder });

/** Runs a command that must be refused as bad input; what it says. */
async function refused(command: string): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  expect(stderr).not.toContain("a bug in simgate");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

/** The manifest with one thing changed, beside it; its name. */
async function spoilt(name: string, change: (text: string) => string): Promise<string> {
  const changed = change(manifest);
  expect(changed, "the change must find its place").not.toBe(manifest);
  await writeFile(join(folder, name), changed);
  return name;
}

const lineOf = (text: string, what: string): number => text.slice(0, text.indexOf(what)).split("\n").length;
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

describe("a manifest that is wrong is refused with its line, its key and what to do", TIMEOUT, () => {
  it("an unknown key, with the one that was meant", async () => {
    const file = await spoilt("key.yaml", (text) => text.replace("tolerance: 0.05", "tolerence: 0.05"));
    const said = await refused(`run ${file} --policy lqr`);
    const at = `key.yaml:${lineOf(manifest, "tolerance: 0.05")}:5 observation.pole_angle.tolerence`;
    expect(said).toContain(`${at}: unknown key; did you mean "tolerance"?`);
  });

  it("a unit that is not SI", async () => {
    const file = await spoilt("unit.yaml", (text) => text.replace("unit: m/s", "unit: km/hour"));
    const said = await refused(`run ${file} --policy lqr`);
    expect(said).toContain('unit "km/hour" is not a coherent SI unit');
    expect(said).toContain('expected: "m/s"');
  });

  it("a file that is not there", async () => {
    const file = await spoilt("file.yaml", (text) =>
      text.replace("model: cartpole.xml", "model: cartpool.xml"),
    );
    const said = await refused(`run ${file} --policy timid`);
    expect(said).toMatch(/file\.yaml:\d+:\d+ worlds\.mujoco\.model: there is no such file/);
  });

  it("a formula with a channel that the scenario does not have", async () => {
    const file = await spoilt("formula.yaml", (text) =>
      text.replace("abs(pole_angle) < 60 deg)", "abs(pole_angel) < 60 deg)"),
    );
    const said = await refused(`run ${file} --policy timid`);
    expect(said).toContain("success.formula");
    expect(said).toContain('did you mean "pole_angle"?');
  });

  it("a panel without a start", async () => {
    const file = await spoilt("panel.yaml", (text) =>
      text.replace(/panel: \{ method: sobol.*\}/, "panel: { method: list, starts: [] }"),
    );
    expect(await refused(`exam ${file} --world ensemble`)).toContain("the panel is empty");
  });
});

/** A card for a graph of the world tests, which fits the scenario until it is changed; its name. */
async function worldCard(name: string, model: string, change: (text: string) => string): Promise<string> {
  const bytes = await readFile(join(ROOT, "test/world/fixtures", model));
  await writeFile(join(folder, model), bytes);
  const text = `schema: simgate/world-card@1
name: ${name}
title: a card to spoil
license: Apache-2.0
model: ${model}
sha256: ${sha256(bytes)}
controlPeriodSec: 0.02
inputs:
  - tensor: x
    features: [{ channel: pole_angle, transform: sin }, { channel: pole_angle, transform: cos },
      { channel: cart_velocity }, { channel: pole_velocity }, { action: force },
      { parameter: pole_length }, { parameter: cart_mass }]
outputs:
  - { tensor: dy, mode: delta, channels: [cart_position, pole_angle, cart_velocity, pole_velocity] }
`;
  await writeFile(join(folder, `${name}.world.yaml`), change(text));
  return `${name}.world.yaml`;
}

describe("a model card that does not fit is refused at its line", TIMEOUT, () => {
  const refusedWorld = (card: string): Promise<string> =>
    refused(`run scenario.yaml --policy timid --world ${card}`);

  it("a tensor name the graph does not have", async () => {
    const card = await worldCard("name", "affine.onnx", (text) => text.replace("tensor: x", "tensor: input"));
    const said = await refusedWorld(card);
    expect(said).toContain('name.world.yaml:9:5 inputs[0].tensor: the graph has no input "input"');
    expect(said).toContain("expected: x float32 [batch, 7]");
  });

  it("another shape than the graph's", async () => {
    const card = await worldCard("shape", "affine.onnx", (text) =>
      text.replace(", { parameter: cart_mass }", ""),
    );
    const said = await refusedWorld(card);
    expect(said).toContain('input "x" has another shape than the card implies');
    expect(said).toContain("expected: [batch, 6]");
    expect(said).toContain("got:      [batch, 7]");
  });

  it("another element type than simgate can fill", async () => {
    const said = await refusedWorld(await worldCard("type", "integers.onnx", (text) => text));
    expect(said).toContain("expected: float32 or float64");
    expect(said).toContain("got:      int64");
  });

  it("another model than the one it was written for", async () => {
    const card = await worldCard("hash", "affine.onnx", (text) =>
      text.replace(/sha256: .{4}/, "sha256: 0000"),
    );
    const said = await refused(`inspect ${card}`);
    expect(said).toMatch(/hash\.world\.yaml:6:1 sha256: affine\.onnx is not the model this card describes/);
    expect(said).toContain("got:      sha256 ");
  });

  it("a policy that gives more actions than the scenario has", async () => {
    const model = await readFile(join(ROOT, "test/policy/fixtures/two-values.onnx"));
    await writeFile(join(folder, "two.onnx"), model);
    await writeFile(
      join(folder, "two.policy.yaml"),
      `schema: simgate/policy-card@1
name: two
title: gives two values
license: Apache-2.0
model: two.onnx
sha256: ${sha256(model)}
controlPeriodSec: 0.02
inputs:
  - { tensor: x, features: [{ channel: cart_position }, { channel: pole_angle }, { channel: cart_velocity }] }
outputs:
  - { tensor: u, actions: [force] }
`,
    );
    const said = await refused("run scenario.yaml --policy two.policy.yaml");
    expect(said).toContain(
      'scenario cartpole, action "force": the policy gives 2 values, the contract says 1',
    );
  });
});

const MAP = `schema: simgate/import-map@1
time: { column: t }
observation:
  cart_position: { columns: [x], unit: m }
action:
  force: { applied: { columns: [f], unit: N } }
`;

describe("a log that cannot be used is refused, and what a damaged one lost is said", TIMEOUT, () => {
  it("a value that is not a number, with its line", async () => {
    await writeFile(join(folder, "map.yaml"), MAP);
    await writeFile(join(folder, "log.csv"), "t,x,f\n0,0,0\n0.02,NaN,0\n0.04,0,0\n");
    const said = await refused("import log.csv --map map.yaml --scenario cartpole --out nan.mcap");
    expect(said).toContain('log.csv:3: column "x" is not a finite number');
    expect(said).toContain("notFinite: drop");
  });

  it("a log without the topic of a channel", async () => {
    await writeFile(join(folder, "map.yaml"), MAP);
    await writeFile(join(folder, "short.csv"), "t,x,f\n0,0,0\n0.02,0,0\n0.04,0,0\n");
    expect((await run("import short.csv --map map.yaml --out short.mcap")).code).toBe(0);
    const said = await refused("replay short.mcap --scenario scenario.yaml --world ensemble");
    expect(said).toContain("no messages of channels pole_angle, cart_velocity, pole_velocity");
    expect(said).toContain("/cart_position (std_msgs/msg/Float64MultiArray)");
  });

  it("a truncated recording", async () => {
    expect((await run("run scenario.yaml --policy lqr --record cut.mcap")).code).toBe(0);
    const { length } = await readFile(join(folder, "cut.mcap"));
    await truncate(join(folder, "cut.mcap"), Math.round(0.5 * length));

    const inspected = await run("inspect cut.mcap --scenario scenario.yaml");
    expect(inspected.code).toBe(2);
    expect(inspected.stdout).toMatch(/an incomplete chunk from .* its first \d+ messages were recovered/);
    expect(inspected.stdout).toContain("the writer never closed the file, or its end is missing");

    const replayed = await run("replay cut.mcap --scenario scenario.yaml --world ensemble --workers 1");
    expect(replayed.code).toBe(0);
    expect(replayed.stderr).toMatch(/cut\.mcap, byte \d+: an incomplete chunk/);
    expect(replayed.stdout).toMatch(/windows of 1 s from 1 recordings/);

    await truncate(join(folder, "cut.mcap"), 3);
    expect(await refused("inspect cut.mcap")).toContain("this is not an MCAP file");
  });
});
