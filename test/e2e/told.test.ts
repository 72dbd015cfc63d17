import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { resultSchema, type StressorResult } from "../../src/report/result.ts";
import { serveTold } from "../policy/told-server.ts";
import { EXAMPLES, startPython, whyNoPython } from "../wire/python.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

const SCENARIOS = resolve(EXAMPLES, "../../scenarios");
const noPython = whyNoPython("msgpack", "websockets", "numpy");

/** The example's manifest, in a folder of its own, for a server at that address. */
async function toldAt(url: string): Promise<string> {
  const text = await readFile(join(EXAMPLES, "told.yaml"), "utf8");
  const file = join(await temporaryFolder(), "told.yaml");
  await writeFile(file, text.replaceAll("../../scenarios", SCENARIOS).replace("ws://127.0.0.1:8000", url));
  return file;
}

/** `result.json` as its bytes, and what it says of the stressors. */
async function examine(url: string, ...more: readonly string[]): Promise<[string, StressorResult[]]> {
  const out = join(await temporaryFolder(), "out");
  const args = ["--world", "ensemble", "--starts", "8", "--without", "boundary,attribution", "--out", out];
  const { code, stderr } = await simgate(["exam", await toldAt(url), ...args, ...more]);
  expect(stderr).not.toMatch(/error|bug/i);
  expect([0, 1, 3]).toContain(code);
  const text = await readFile(join(out, "result.json"), "utf8");
  const { stressors } = resultSchema.parse(JSON.parse(text));
  if ("undefined" in stressors) throw new Error(stressors.undefined);
  return [text, stressors.stressors];
}

function verdicts(stressors: readonly StressorResult[]): unknown {
  return stressors.map(({ name, changed, wordings, policies }) => ({ name, changed, wordings, policies }));
}

describe("an exam of a policy that is told its goal in words", { timeout: 300_000 }, () => {
  let server: Awaited<ReturnType<typeof serveTold>>;
  beforeAll(async () => {
    server = await serveTold();
  });
  afterAll(() => server.close());

  it("says which wordings it does not understand, in truth as in the candidate; whatever the number of workers", async () => {
    const [one, stressors] = await examine(server.url, "--workers", "1");
    const [two] = await examine(server.url, "--workers", "2");
    expect(two).toBe(one);
    const [reworded, misspelt] = stressors;
    const rates = reworded!.wordings!.map(({ wording, truth, candidate }) => [
      wording,
      truth.rate,
      candidate.rate,
    ]);
    expect(rates.slice(1)).toEqual([
      ["keep the pole upright", 1, 1],
      ["hold the stick vertical", 0, 0],
      ["do not let it fall", 0, 0],
    ]);
    // Balanced for 1.5 s, then let go.
    expect(misspelt!.wordings![1]).toMatchObject({ truth: { rate: 0 }, candidate: { rate: 0 } });
    expect(misspelt!.wordings![0]!.truth.rate).toBeGreaterThan(0.5);
    for (const { policies, changed } of stressors) {
      expect(changed).toMatchObject({ truth: { n: 8 }, candidate: { n: 8 } });
      // Told nothing in words, it ends as in the exam itself.
      expect(policies[1]).toEqual({ ...misspelt!.policies[1], policy: "lqr" });
    }
  });

  it("finds the same with the example's server in Python", async (context) => {
    if (noPython !== undefined) return context.skip(noPython);
    const { address, stop } = await startPython(join(EXAMPLES, "policy_server.py"), ["--port", "0"]);
    onTestFinished(stop);
    const [, theirs] = await examine(address);
    const [, ours] = await examine(server.url);
    expect(verdicts(theirs)).toEqual(verdicts(ours));
  });

  it("says that a policy which is told nothing goes on as ever, and prints that the stressor changes nothing", async () => {
    const file = await toldAt("ws://127.0.0.1:9");
    const args = [
      "--world",
      "ensemble",
      "--policy",
      "lqr",
      "--starts",
      "4",
      "--without",
      "boundary,attribution",
    ];
    const { stdout } = await simgate(["exam", file, ...args, "--out", join(await temporaryFolder(), "out")]);
    expect(stdout).toContain(
      "stressors that change nothing here: reworded, misspelt (no policy of this exam is told its goal in words",
    );
    expect(stdout).not.toContain("no axis that passes fails under");
  });
});
