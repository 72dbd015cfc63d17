import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readTraces } from "../../src/record/read-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

describe("simgate run", { timeout: 60_000 }, () => {
  it("says how the rollout ended and records it to the bit", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "out.mcap");
    const args = [
      "run",
      "cartpole",
      "--policy",
      "lqr",
      "--start",
      "pole_angle=0.2",
      "--record",
      file,
      "--json",
    ];
    const { code, stdout } = await simgate(args);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { outcome: string; margin: number; steps: number };
    expect(report).toMatchObject({ outcome: "success", steps: 500 });
    expect(report.margin).toBeGreaterThan(0);
    const [trace] = await readTraces(file, await loadScenario("cartpole"));
    expect(trace!.steps).toBe(500);
    expect(trace!.observation["pole_angle"]![0]).toBe(0.2);
  });

  it("minds nobody who reads its first line only", async () => {
    const main = join(import.meta.dirname, "../../dist/cli/main.js");
    const line = `"${process.execPath}" "${main}" replay --help | head -n 1`;
    const { stdout, stderr } = await promisify(execFile)("sh", ["-c", line]);
    expect(stdout).toMatch(/^Usage: simgate replay/);
    expect(stderr).toBe("");
  });

  it("takes a start of the panel, and says which there are when it is not one", async () => {
    const good = await simgate(["run", "cartpole", "--policy", "timid", "--start", "#3"]);
    expect(good.stdout).toMatch(/^(success|failure), margin/);
    const bad = await simgate(["run", "cartpole", "--policy", "timid", "--start", "#3000"]);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain("expected: #0 … #255");
  });

  it("names the dimension that was meant", async () => {
    const { code, stderr } = await simgate([
      "run",
      "cartpole",
      "--policy",
      "lqr",
      "--start",
      "pole_angel=0.2",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "pole_angle"?');
  });
});

describe("simgate stats stl", () => {
  it("prints the margins RTAMT gives", async () => {
    const folder = await temporaryFolder();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(join(folder, "t.csv"), "time,a,b\n0,100,20\n1,-1,-2\n2,-2,10\n3,5,4\n4,-1,-1\n");
    const { code, stdout } = await simgate(["stats", "stl", "a>=0 until b>=0", "t.csv", "--json"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ timesSec: [0, 1, 2, 3, 4], margins: [20, -1, 10, 4, -1] });
  });
});

describe("simgate", () => {
  it("answers --help with an example and the exit codes, and a wrong command with exit code 2", async () => {
    const help = await simgate(["--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("simgate exam cartpole --world ensemble");
    expect(help.stdout).toContain("Exit codes");
    expect((await simgate(["exma"])).code).toBe(2);
    expect((await simgate(["exam", "cartpole"])).code).toBe(2);
  });

  it("doctor finds what it needs", async () => {
    const { code, stdout } = await simgate(["doctor", "--json"]);
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; found: boolean; needed: boolean }[] };
    expect(checks.filter(({ needed, found }) => needed && !found)).toEqual([]);
  });
});
