import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resultSchema } from "../../src/report/result.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

/** Every file that must not depend on the machine, the clock or the number of workers. */
async function frozenBytes(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !["run.json", "manifest.json", "report.html"].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return new Map(
    await Promise.all(
      names
        .sort()
        .map(async (name) => [name, (await readFile(join(folder, name))).toString("base64")] as const),
    ),
  );
}

const SMALL = ["exam", "cartpole", "--starts", "40", "--policy", "lqr,hand-tuned,timid,random"];

describe("simgate exam", { timeout: 300_000 }, () => {
  it("gives the same bytes with one worker and with two", async () => {
    const folder = await temporaryFolder();
    for (const workers of ["1", "2"]) {
      const args = [...SMALL, "--world", "ensemble", "--workers", workers, "--out", join(folder, workers)];
      const { code, stderr } = await simgate(args);
      expect(stderr).not.toMatch(/error|bug/i);
      expect([0, 3]).toContain(code);
    }
    const one = await frozenBytes(join(folder, "1"));
    expect([...one.keys()]).toEqual(
      expect.arrayContaining(["episodes.parquet", "junit.xml", "result.json", "table.csv"]),
    );
    expect([...one.keys()].filter((name) => name.startsWith("traces")).length).toBeGreaterThanOrEqual(2);
    expect(await frozenBytes(join(folder, "2"))).toEqual(one);
  });

  it("catches the world that was trained on successes alone, by its false passes", async () => {
    const folder = await temporaryFolder();
    const { code, stdout } = await simgate([
      ...SMALL,
      "--world",
      "optimist",
      "--out",
      join(folder, "e"),
      "--json",
    ]);
    const result = resultSchema.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(result.verdict.status).toBe("fail");
    expect(result.axes).toMatchObject({
      controllability: { status: "fail" },
      temporalConsistency: { status: "pass" },
      taskValidity: { status: "fail" },
    });
    expect(result.overall.falsePassRate).toMatchObject({ value: expect.any(Number) as number });
    expect(result.overall.confusion.fp).toBeGreaterThan(5 * result.overall.confusion.fn);
  });

  it("keeps finished rollouts when it is stopped, and goes on from there to the same bytes", async () => {
    const folder = await temporaryFolder();
    const args = ["exam", "cartpole", "--starts", "300", "--policy", "lqr,random", "--world", "ensemble"];
    const out = join(folder, "stopped");
    const stopped = await simgate([...args, "--out", out], { signal: { name: "SIGINT", afterMs: 3000 } });
    // It may have been quicker than the signal.
    if (stopped.code !== 130) return;
    expect(stopped.stderr).toContain("finished rollouts are kept");
    expect(existsSync(join(out, "result.json"))).toBe(false);
    const resumed = await simgate([...args, "--out", out]);
    expect([0, 1, 3]).toContain(resumed.code);
    await simgate([...args, "--out", join(folder, "undisturbed")]);
    expect(await frozenBytes(out)).toEqual(await frozenBytes(join(folder, "undisturbed")));
    expect(existsSync(`${out}.unfinished`)).toBe(false);
  });

  it("refuses to write over somebody else's folder", async () => {
    const folder = await temporaryFolder();
    const { code, stderr } = await simgate([...SMALL, "--world", "ensemble", "--out", "."], {
      cwd: join(folder, ".."),
    });
    expect(code).toBe(2);
    expect(stderr).toContain("holds something else than simgate evidence");
  });
});
