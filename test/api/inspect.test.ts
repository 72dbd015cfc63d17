import { appendFile, cp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { inspect } from "../../src/api/inspect.ts";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { runOne } from "../../src/api/run.ts";
import { inspectionText } from "../../src/cli/inspect-text.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { servePolicy } from "../../src/serve/policy-server.ts";
import { serveWorld } from "../../src/serve/world-server.ts";
import { smallEvidence } from "./small-evidence.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CARTPOLE = join(ROOT, "scenarios/cartpole");

describe("inspect", { timeout: 60_000 }, () => {
  it("asks a server what it is, and holds it against a scenario", async () => {
    const scenario = await loadScenario("cartpole");
    const at = { host: "127.0.0.1", port: 0 };
    const world = await serveWorld({ ...at, openWorld: () => openWorld(scenario, "mujoco") });
    const policy = await servePolicy({ ...at, openPolicy: () => openPolicy(scenario, "lqr") });
    onTestFinished(async () => {
      await Promise.all([world.close(), policy.close()]);
    });
    const found = await inspect({ path: world.url, scenario: "cartpole" });
    expect(found).toMatchObject({ kind: "world-server", scenario: "cartpole", problems: [] });
    expect(inspectionText(found)).toMatch(
      /observation: cart_position m, pole_angle rad, .*\n.*action: force N/,
    );
    expect((await inspect({ path: world.url, scenario: "tabletop-push" })).problems).toEqual([
      expect.stringContaining("another control period"),
    ]);
    expect(await inspect({ path: policy.url, scenario: "cartpole" })).toMatchObject({
      kind: "policy-server",
      problems: [],
      facts: [expect.stringMatching(/speaks openpi/)],
    });
    await expect(inspect({ path: "tcp://127.0.0.1:9" })).rejects.toMatchObject({ code: "runtime" });
  });

  it("lists the tensors of a graph, and those it cannot fill", async () => {
    expect(await inspect({ path: join(ROOT, "test/world/fixtures/recurrent.onnx") })).toMatchObject({
      kind: "onnx",
      inputs: [
        { name: "x", type: "float32", shape: ["batch", 7] },
        { name: "h", type: "float32", shape: [2, "batch", 8] },
      ],
      problems: [],
    });
    const { problems } = await inspect({ path: join(ROOT, "test/world/fixtures/integers.onnx") });
    expect(problems).toEqual([expect.stringContaining("int64")]);
  });

  it("checks a card against its graph, and against a scenario", async () => {
    const path = join(CARTPOLE, "models/ensemble.world.yaml");
    expect(await inspect({ path, scenario: "cartpole" })).toMatchObject({
      kind: "world-card",
      name: "ensemble",
      scenario: "cartpole",
      problems: [],
    });
    const { problems } = await inspect({ path, scenario: "double-pendulum" });
    expect(problems).toEqual([expect.stringContaining("another control period")]);

    const folder = await temporaryFolder();
    await cp(join(CARTPOLE, "models"), folder, { recursive: true });
    const text = await readFile(join(folder, "ensemble.world.yaml"), "utf8");
    await writeFile(join(folder, "e.world.yaml"), text.replace("tensor: x", "tensor: y"));
    const renamed = await inspect({ path: join(folder, "e.world.yaml") });
    expect(renamed.problems).toEqual([
      expect.stringContaining('the graph has no input "y"'),
      expect.stringContaining("does not say what goes into x float32"),
    ]);
  });

  it("feeds a policy its pictures and its state, too, with and without a scenario", async () => {
    const policies = join(ROOT, "scenarios/tabletop-push/policies");
    for (const name of ["from-pictures", "from-latents"]) {
      const path = join(policies, `${name}.policy.yaml`);
      expect(await inspect({ path })).toMatchObject({ kind: "policy-card", name, problems: [] });
      expect(await inspect({ path, scenario: "tabletop-push" })).toMatchObject({ problems: [] });
    }
  });

  it("opens all that a scenario names, and says what does not open", async () => {
    const whole = await inspect({ path: "cartpole" });
    expect(whole).toMatchObject({ kind: "scenario", name: "cartpole", truth: "mujoco", problems: [] });

    const folder = await temporaryFolder();
    await cp(CARTPOLE, folder, { recursive: true });
    await rm(join(folder, "models/gru.onnx"));
    await rm(join(folder, "policies/network.policy.yaml"));
    const partial = await inspect({ path: folder });
    expect(partial.kind === "scenario" && partial.worlds.find(({ name }) => name === "gru")).toMatchObject({
      problem: expect.stringContaining("the model does not exist") as string,
    });
    expect(partial.problems.join("\n")).toContain("policies.network.card: there is no such file");
  });

  it("counts what is in a recording, and checks it against a scenario", async () => {
    const folder = await temporaryFolder();
    const record = join(folder, "trial.mcap");
    await runOne({ scenario: "cartpole", policy: "timid", start: "pole_angle=0", record });
    const inspection = await inspect({ path: record, scenario: "cartpole" });
    expect(inspection).toMatchObject({
      kind: "recording",
      profile: "ros2",
      closed: true,
      durationSec: 10,
      steps: 500,
      worlds: [{ world: "mujoco", policy: "timid", outcome: "success" }],
      problems: [],
    });
    const joints =
      inspection.kind === "recording" && inspection.topics.find((t) => t.topic === "/joint_states");
    expect(joints).toMatchObject({ type: "sensor_msgs/msg/JointState", messages: 501 });
    expect(joints && joints.rateHz).toBeCloseTo(50, 6);
    const { problems } = await inspect({ path: record, scenario: "double-pendulum" });
    expect(problems).toHaveLength(1);
  });

  it("reads a bag whose writer was killed before it wrote metadata.yaml", async () => {
    const folder = await temporaryFolder();
    const record = join(folder, "run");
    await runOne({ scenario: "cartpole", world: "linear", policy: "lqr", start: "#0", record });
    await rm(join(record, "metadata.yaml"));
    expect(await inspect({ path: record })).toMatchObject({ kind: "recording", closed: true });
  });

  it("finds the file of an evidence folder that was changed, is missing, or was added", async () => {
    const out = join(await temporaryFolder(), "evidence");
    await smallEvidence(out, { world: "linear", starts: 4 });
    expect(await inspect({ path: out })).toMatchObject({ kind: "evidence", of: "exam", problems: [] });
    await appendFile(join(out, "table.csv"), "\n");
    await rm(join(out, "junit.xml"));
    await writeFile(join(out, "notes.txt"), "mine");
    const { problems } = await inspect({ path: out });
    expect(problems).toEqual([
      "junit.xml is missing",
      "table.csv is not the file that was written: its sha256 differs",
      "notes.txt does not belong to the evidence",
    ]);
  });

  it("looks into a linear model and an import map", async () => {
    const linear = await inspect({ path: join(CARTPOLE, "models/linear.json"), scenario: "cartpole" });
    expect(linear).toMatchObject({ kind: "linear-model", problems: [] });
    const map = await inspect({ path: join(ROOT, "examples/bring-your-own/map.yaml") });
    expect(map).toMatchObject({ kind: "import-map", problems: [] });
  });

  it("says what it takes when given something else", async () => {
    await expect(inspect({ path: join(ROOT, "package.json") })).rejects.toThrow("nothing that simgate knows");
    await expect(inspect({ path: "cartpol" })).rejects.toThrow('did you mean "cartpole"?');
  });
});
