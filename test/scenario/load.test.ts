import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../src/scenario/load.ts";
import { loadReach, reachProblem } from "./manifests.ts";

const file = fileURLToPath(new URL("./fixtures/reach/scenario.yaml", import.meta.url));

describe("a scenario", () => {
  it("is resolved: sizes counted, defaults filled in, paths absolute, bytes hashed", async () => {
    const scenario = await loadScenario(file);
    expect(scenario.file).toBe(file);
    expect(scenario.sha256).toBe(
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    );
    expect(scenario.horizonSteps).toBe(80);
    expect(scenario.observation.map(({ name, size }) => [name, size])).toEqual([
      ["joint_pos", 2],
      ["joint_vel", 2],
      ["tip", 3],
      ["cup", 4],
      ["torque_used", 2],
    ]);
    expect(scenario.observation[0]!.initial).toEqual([0.5, 0.5]);
    expect(scenario.action[0]!.tolerance).toBeCloseTo(0.1, 15);
    expect(scenario.dimensions[0]).toEqual({
      key: "joint_pos[elbow]",
      unit: "rad",
      range: [-1, 1],
      target: { kind: "channel", channel: "joint_pos", component: 1 },
    });
    expect(scenario.dimensions[1]!.target).toEqual({ kind: "parameter", parameter: "payload" });
    expect(scenario.map).toEqual(["joint_pos[elbow]", "payload"]);
    expect(scenario.worlds["physics"]).toMatchObject({ model: file.replace("scenario.yaml", "reach.xml") });
    expect(scenario.thresholds.taskValidity).toBe(0.8);
  });

  it("is found by the path of its folder too, and is plain data", async () => {
    const byFolder = await loadScenario(file.replace(/scenario\.yaml$/, ""));
    expect(structuredClone(byFolder)).toEqual(await loadScenario(file));
    expect(JSON.parse(JSON.stringify(byFolder))).toEqual(byFolder);
  });

  it("that does not exist is answered with the bundled ones, or with the file looked at", async () => {
    await expect(loadScenario("cartpol")).rejects.toThrow(/there is no scenario "cartpol"[^]*"cartpole"/);
    await expect(loadScenario("./no-such-folder")).rejects.toThrow(
      /no-such-folder.scenario\.yaml: .*cannot be read/,
    );
  });
});

describe("a bad manifest", () => {
  it("with an unknown key points at it and suggests the nearest known one", async () => {
    expect(await reachProblem(["periodSec: 0.05", "periodSecs: 0.05"])).toMatch(
      /scenario\.yaml:4:\d+ control\.periodSecs: unknown key; did you mean "periodSec"/,
    );
    expect(await reachProblem(["tolerance: 0.02,", "tolerance: 0.02, tolerence: 1,"])).toMatch(
      /scenario\.yaml:8:\d+ observation\.tip\.tolerence: unknown key; did you mean "tolerance"/,
    );
    expect(await reachProblem(["model: reach.xml", "model: reach.xml, sets: []"])).toMatch(
      /did you mean "set"/,
    );
  });

  it("with a key written twice points at the second", async () => {
    expect(await reachProblem(["truth: physics", "truth: physics\ntruth: physics"])).toMatch(
      /scenario\.yaml:41:1.*duplicate key "truth"/,
    );
  });

  it("with a unit that is not SI names the one to write", async () => {
    expect(await reachProblem(["joint_vel: { unit: rad/s", "joint_vel: { unit: deg/s"])).toMatch(
      /scenario\.yaml:7:\d+ observation\.joint_vel\.unit: unit "deg\/s" is not a coherent SI unit\n +expected: "rad\/s"/,
    );
    expect(await reachProblem(["torque: { unit: N m", "torque: { unit: Nm"])).toMatch(
      /action\.torque\.unit: "Nm" is not a unit/,
    );
  });

  it("with a unit that does not fit the formula or a derived channel names both", async () => {
    expect(await reachProblem(["reach < 0.5 m", "reach < 0.5 rad"])).toMatch(
      /scenario\.yaml:29:\d+ success\.formula: "reach < 0\.5 rad" compares m with rad/,
    );
    expect(await reachProblem(["reach: { unit: m,", "reach: { unit: m/s,"])).toMatch(
      /derived\.reach\.expression: "norm\(tip\)" has the wrong unit\n +expected: m\/s\n +got: +m/,
    );
  });

  it("with a file that is missing says which key and where it was looked for", async () => {
    const problem = await reachProblem(["model: reach.xml", "model: models/other.xml"]);
    expect(problem).toMatch(
      /scenario\.yaml:42:\d+ worlds\.physics\.model: there is no such file\n +got: +models.other\.xml/,
    );
  });

  it("with a formula of an unknown channel suggests the nearest", async () => {
    expect(await reachProblem(["abs(joint_vel[elbow])", "abs(joint_val[elbow])"])).toMatch(
      /scenario\.yaml:29:\d+ success\.formula: there is no channel or parameter "joint_val"[^]*did you mean "joint_vel"/,
    );
  });

  it.each([
    ["{ method: list, starts: [] }", /scenario\.yaml:27:\d+ starts\.panel\.starts: the panel is empty/],
    [
      "{ method: grid, counts: { payloud: 3 } }",
      /starts\.panel\.counts\.payloud: .*not a dimension[^]*did you mean "payload"/,
    ],
    ["{ method: sobol, count: 0 }", /starts\.panel\.count: .*got 0/],
    [
      "{ method: list, starts: [{ payload: 9 }] }",
      /starts\[0\]\.payload: "payload" is outside the start box/,
    ],
    ["{ method: sobel, count: 3 }", /starts\.panel\.method: sobel: did you mean "sobol"/],
  ])("with the panel %s is refused", async (panel, message) => {
    expect(await reachProblem(["{ method: sobol, count: 16, seed: 7 }", panel])).toMatch(message);
  });

  it("with several problems lists them all", async () => {
    const problem = await reachProblem(
      ["joint_pos[elbow]: [-1, 1]", "joint_pos[elbw]: [1, -1]"],
      ["labels: [x, y, z]", "labels: [x, y]"],
      ["truth: physics", "truth: phisics"],
      ["position: tip", "position: tap"],
    );
    expect(problem).toMatch(/scenario\.yaml has 6 problems/);
    expect(problem).toMatch(/scenario\.yaml:8:\d+ observation\.tip\.labels: .*\n +expected: 3 .*\n +got: +2/);
    expect(problem).toMatch(/starts\.box\.joint_pos\[elbw\]: a range is written \[lower, upper\]/);
    expect(problem).toMatch(/no component "elbw"[^]*did you mean "elbow"/);
    expect(problem).toMatch(/truth: there is no world "phisics"[^]*did you mean "physics"/);
    expect(problem).toMatch(/objects\.cup\.position: there is no channel "tap"[^]*did you mean "tip"/);
  });

  const cases: readonly (readonly [what: string, piece: string, by: string, message: RegExp])[] = [
    [
      "quaternion of three",
      "quaternion, shape: [4]",
      "quaternion, shape: [3]",
      /cup\.shape: a quaternion has four/,
    ],
    [
      "angle in metres",
      "joint_pos: { unit: rad",
      "joint_pos: { unit: m",
      /joint_pos\.unit: a channel of kind angle is in rad/,
    ],
    [
      "derivative of nothing",
      "derivativeOf: joint_pos",
      "derivativeOf: joint_poz",
      /derivativeOf: there is no channel "joint_poz"/,
    ],
    [
      "derivative in another unit",
      "derivativeOf: joint_pos",
      "derivativeOf: tip",
      /not the rate of "tip"|another shape/,
    ],
    ["initial of another size", "initial: 0.5", "initial: [0.5]", /initial has one value per component/],
    ["limits upside down", "limits: [-2, 2]", "limits: [2, -2]", /tip\.limits: a range is written/],
    [
      "box beyond limits",
      "payload: [0.5, 2]",
      "payload: [0.05, 2]",
      /goes beyond its limits\n +expected: inside \[0\.1, 3\]/,
    ],
    ["nominal beyond limits", "nominal: 1", "nominal: 4", /nominal value is outside the limits/],
    [
      "horizon between two steps",
      "horizonSec: 4",
      "horizonSec: 4.02",
      /not a whole number of control periods[^]*e\.g\. 4/,
    ],
    [
      "name of an operator",
      "reach: { unit: m, tolerance",
      "once: { unit: m, tolerance",
      /"once" has a meaning of its own/,
    ],
    ["name used twice", "energy: {", "payload: {", /"payload" is also declared under derived/],
    ["formula without time", "eventually[0,3] always[0,0.5] (", "(", /judges the first observation only/],
    ["formula beyond the horizon", "eventually[0,3]", "eventually[0,5]", /looks beyond the horizon[^]*5 s/],
    ["formula into the past", "eventually[0,3]", "once[0,3]", /looks back from the first observation/],
    [
      "end in the future",
      "ends: reach",
      "ends: always reach",
      /success\.ends: "always" looks beyond the present/,
    ],
    [
      "unknown action in a script",
      '"torque[shoulder]": 2',
      '"torque[shouldr]": 2',
      /scripts\.swing\.steps\[0\]\.set.*no component "shouldr"/,
    ],
    [
      "command beyond the limits",
      '"torque[shoulder]": -2',
      '"torque[shoulder]": -9',
      /counterfactual.*beyond the action's limits/,
    ],
    [
      "unknown parameter in a stressor",
      "parameters: { payload: 1 }",
      "parameters: { paylod: 1 }",
      /no parameter "paylod"[^]*"payload"/,
    ],
    [
      "unknown channel in a policy",
      "sin(t)",
      "sin(u)",
      /policies\.still\.action.*no channel or parameter "u"/,
    ],
    [
      "unknown action in a policy",
      'action: { "torque[shoulder]"',
      'action: { "torgue[shoulder]"',
      /no channel "torgue"[^]*"torque"/,
    ],
    [
      "unknown parameter in an edit",
      "{payload / 2}",
      "{paylod / 2}",
      /parameters\.payload\.mujoco\[0\]\.value: .*"paylod"/,
    ],
    [
      "world of unknown kind",
      "kind: mujoco",
      "kind: mujuco",
      /worlds\.physics\.kind: mujuco: did you mean "mujoco"/,
    ],
    [
      "text where a number belongs",
      "tolerance: 0.1,",
      "tolerance: wide,",
      /tolerance: expected a number, got text "wide"/,
    ],
    ["missing key", "title: Reach", "# Reach", /title: missing; expected text/],
  ];
  it.each(cases)("%s is explained", async (_, piece, by, message) => {
    expect(await reachProblem([piece, by])).toMatch(message);
  });

  it("is accepted unchanged, so the cases above fail for their own reason only", async () => {
    expect(await reachProblem()).toBe("nothing is wrong");
    await expect(loadReach()).resolves.toBeDefined();
  });
});
