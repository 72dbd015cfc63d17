import { describe, expect, it } from "vitest";
import { reachProblem } from "./manifests.ts";

const shift = (by: string) => reachProblem(["parameters: { payload: 1 }", `parameters: { payload: ${by} }`]);

describe("the stressors of a manifest", () => {
  it("may shift a parameter as far as every start of the box stays inside its limits", async () => {
    // payload: limits [0.1, 3], starts at 0.5 … 2
    expect(await shift("1")).toBe("nothing is wrong");
    expect(await shift("-0.4")).toBe("nothing is wrong");
  });

  it("may not shift any start beyond a limit, and are told how far it would go", async () => {
    const above = await shift("1.5");
    expect(above).toMatch(/stressors\.heavy\.parameters\.payload: "payload" is shifted beyond its limits/);
    expect(above).toContain("expected: values in [0.1, 3] kg; without the shift starts have 0.5 … 2");
    expect(above).toContain("got:      2 … 3.5 with 1.5 added");
    expect(await shift("-0.5")).toContain("0 … 1.5 with -0.5 added");
  });

  it("name channels and parameters that exist", async () => {
    expect(await reachProblem(["std: { torque: 0.1 }", "std: { torqe: 0.1 }"])).toMatch(
      /no channel "torqe"[^]*"torque"/,
    );
  });

  it("say something in other words before the horizon, and in at least one", async () => {
    const heavy = "{ kind: parameter-shift, parameters: { payload: 1 } }";
    const drift = (more: string) => reachProblem([heavy, `{ kind: prompt-drift, wordings: [rest]${more} }`]);
    expect(await drift("")).toBe("nothing is wrong");
    expect(await drift(", fromSec: 1000")).toMatch(
      /stressors\.heavy\.fromSec: the other words are said after the horizon[^]*less than [\d.]+ s[^]*1000 s/,
    );
    expect(await drift(", of: robot")).toMatch(/stressors\.heavy\.of/);
    expect(await reachProblem([heavy, "{ kind: prompt-drift, wordings: [] }"])).toMatch(/wordings/);
  });

  it("are told which constant is the goal of a remote policy, if it is not the prompt", async () => {
    const still =
      '{ kind: scripted, action: { "torque[shoulder]": "-2 * joint_pos[shoulder] + 0.1 * sin(t)" } }';
    const told = (more: string) =>
      reachProblem([
        still,
        `{ kind: remote, url: "ws://127.0.0.1:8000", constants: { task: rest, rate: 3 }${more} }`,
      ]);
    expect(await told("")).toBe("nothing is wrong");
    expect(await told(", promptKey: task")).toBe("nothing is wrong");
    expect(await told(", promptKey: taks")).toMatch(/promptKey: no text is sent as "taks"[^]*"task"/);
    expect(await told(", promptKey: rate")).toMatch(/promptKey: no text is sent as "rate"/);
  });

  it("cannot be seen where the scenario shows no pictures", async () => {
    const heavy = "{ kind: parameter-shift, parameters: { payload: 1 } }";
    expect(await reachProblem([heavy, "{ kind: lighting, brightness: 0.5 }"])).toMatch(
      /stressors\.heavy\.kind: the scenario shows no pictures[^]*images:/,
    );
  });
});
