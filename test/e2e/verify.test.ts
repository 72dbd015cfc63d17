import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { simgate, temporaryFolder } from "./simgate.ts";

const SMALL = [
  "--starts",
  "6",
  "--policy",
  "lqr,random",
  "--without",
  "stressors,boundary",
  "--workers",
  "2",
];

describe("simgate verify and simgate compare", { timeout: 300_000 }, () => {
  it("tell by their exit code whether evidence holds, and whether it can be compared", async () => {
    const folder = await temporaryFolder();
    const at = (name: string): string => join(folder, name);
    const made = await simgate([
      "exam",
      "cartpole",
      "--world",
      "optimist",
      ...SMALL,
      "--out",
      at("optimist"),
    ]);
    const id = /^evidence id: ([0-9a-f]{64})$/m.exec(made.stdout)![1]!;
    expect(await readFile(at("optimist/postmortem.md"), "utf8")).toMatch(/^# Postmortem: optimist/);

    const holds = await simgate(["verify", at("optimist"), "--id", id.slice(0, 16), "--rerun", "3"]);
    expect(holds.stdout).toMatch(/^HOLDS {2}exam in /);
    expect(holds.stdout).toContain(`id ${id}`);
    expect(holds.stdout).toMatch(/✓ rerun: 3 of 24 rollouts run again/);
    expect(holds.code).toBe(0);

    await cp(at("optimist"), at("changed"), { recursive: true });
    await writeFile(at("changed/table.csv"), "policy\n");
    const broken = await simgate(["verify", at("changed")]);
    expect(broken.stdout).toContain("    table.csv: is not the file that was written");
    expect(broken.code).toBe(1);
    const json = await simgate(["verify", at("changed"), "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ of: "exam", holds: false });
    expect(json.code).toBe(1);

    const nowhere = await simgate(["verify", at("nowhere")]);
    expect(nowhere.stderr).toContain("there is no simgate evidence here");
    expect(nowhere.code).toBe(2);

    await simgate(["exam", "cartpole", "--world", "linear", ...SMALL, "--out", at("linear")]);
    const compared = await simgate(["compare", at("optimist"), at("linear"), "--out", at("compare.html")]);
    expect(compared.code).toBe(0);
    expect(compared.stdout).toMatch(/optimist − linear/);
    expect(await readFile(at("compare.html"), "utf8")).toContain("<!doctype html>");
    const manifest = await readFile(at("changed/manifest.json"), "utf8");
    await writeFile(
      at("changed/manifest.json"),
      manifest.replace('"horizonSteps": 500', '"horizonSteps": 400'),
    );
    const refused = await simgate(["compare", at("optimist"), at("changed")]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /contract\.scenario\.horizonSteps: the two exams are not of the same contract/,
    );
  });
});
