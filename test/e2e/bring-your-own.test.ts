import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { simgate, temporaryFolder } from "./simgate.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The first block of the walk-through that begins like this. */
function block(text: string, language: string, begins: string): string {
  const from = text.indexOf(`\`\`\`${language}\n${begins}`);
  expect(from, `docs/bring-your-own.md has a block that begins with ${begins}`).toBeGreaterThan(0);
  const body = text.slice(from + language.length + 4);
  return body.slice(0, body.indexOf("```"));
}

/** A log as the example's robot writes it: an arm let go at 30 degrees, swinging at 5.7 rad/s with some damping. */
function swing(): string {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const t = i / 100;
    const angle = 30 * Math.exp(-0.7 * t) * Math.cos(5.7 * t);
    const speed = -30 * Math.exp(-0.7 * t) * (0.7 * Math.cos(5.7 * t) + 5.7 * Math.sin(5.7 * t));
    return `${10 * i},${angle},${speed},0`;
  });
  return `stamp_ms,angle_deg,speed_dps,torque_nm\n${rows.join("\n")}\n`;
}

describe("the walk-through of docs/bring-your-own.md", { timeout: 120_000 }, () => {
  it("goes from an MJCF and a log to a verdict, with the files printed there", async () => {
    const folder = join(await temporaryFolder(), "arm");
    await cp(join(ROOT, "examples/bring-your-own"), folder, { recursive: true });
    const docs = await readFile(join(ROOT, "docs/bring-your-own.md"), "utf8");
    const run = async (command: string, code = 0): Promise<string> => {
      const ran = await simgate(command.split(" "), { cwd: folder });
      expect(ran, command).toMatchObject({ code });
      return ran.stdout;
    };

    expect(await run("init scenario pendulum.xml --out .")).toContain("written: scenario.yaml");
    await run("run scenario.yaml --policy zero");
    await writeFile(join(folder, "scenario.yaml"), block(docs, "yaml", "schema: simgate/scenario@1"));
    const margin = block(docs, "", "$ simgate inspect scenario.yaml").split("--policy hold\n")[1]!;
    expect(await run("run scenario.yaml --policy hold")).toBe(`${margin.split("\n")[0]!}\n`);

    // The map of the page is the one of the example, but for its comment.
    const map = await readFile(join(folder, "map.yaml"), "utf8");
    expect(map).toContain(block(docs, "yaml", "schema: simgate/import-map@1"));
    await writeFile(join(folder, "log.csv"), swing());
    const imported = await run(
      "import log.csv --map map.yaml --scenario scenario.yaml --out log.mcap --json",
    );
    expect(JSON.parse(imported)).toMatchObject({ recordings: [{ rows: 400, durationSec: 3.99 }] });
    expect(await run("inspect log.mcap --scenario scenario.yaml")).toContain("nothing wrong with it");

    const fitted = await run("fit scenario.yaml --log log.mcap --out models/linear.json --json");
    expect(JSON.parse(fitted)).toMatchObject({ fittedOn: { transitions: 199 } });
    const manifest = await readFile(join(folder, "scenario.yaml"), "utf8");
    const linear = "  linear: { kind: linear, model: models/linear.json }\n";
    await writeFile(join(folder, "scenario.yaml"), manifest.replace("\npolicies:", `${linear}\npolicies:`));
    const replayed = await run("replay log.mcap --scenario scenario.yaml --world linear --workers 1");
    expect(replayed).toContain("windows of 1 s from 1 recordings of pendulum");

    const exam = await simgate(
      ["exam", "scenario.yaml", "--world", "linear", "--starts", "24", "--workers", "1", "--out", "evidence"],
      { cwd: folder },
    );
    // Fitted on one swing without a command, it knows nothing of the motor: no exam lets that pass.
    expect(exam.code, exam.stderr).toBe(1);
    expect(await run("inspect evidence")).toContain("nothing wrong with it");
  });
});
