import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { resultSchema, type StressorResult } from "../../src/report/result.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { serveTold } from "../policy/told-server.ts";
import { EXAMPLES, startPython, whyNoPython } from "../wire/python.ts";
import { serveWordy } from "../world/wordy-server.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

const SCENARIOS = resolve(EXAMPLES, "../../scenarios");
const WORDY = resolve(import.meta.dirname, "../world/fixtures/wordy.py");
const noPython = whyNoPython("msgpack", "websockets", "numpy");

/** The example's manifest, in a folder of its own, with pieces replaced. */
async function told(...pieces: readonly (readonly [string, string])[]): Promise<string> {
  const example = await readFile(join(EXAMPLES, "told.yaml"), "utf8");
  const text = pieces.reduce(
    (text, [piece, by]) => text.replace(piece, by),
    example.replaceAll("../../scenarios", SCENARIOS),
  );
  const file = join(await temporaryFolder(), "told.yaml");
  await writeFile(file, text);
  return file;
}

const toldAt = (url: string): Promise<string> => told(["ws://127.0.0.1:8000", url]);

/** The same with a world behind a server that is told what it shows, and other words for that. */
function wordyAt(url: string): Promise<string> {
  return told(
    ["  ensemble:", `  wordy: { kind: remote, url: "${url}", prompt: a cart with a pole }\n  ensemble:`],
    [
      "stressors:",
      "stressors:\n  scene: { kind: prompt-drift, of: world, wordings: [a cart and a stick, a trolley] }",
    ],
  );
}

/** `result.json` as its bytes, and what it says of the stressors. */
async function examine(file: string, ...more: readonly string[]): Promise<[string, StressorResult[]]> {
  const out = join(await temporaryFolder(), "out");
  const args = ["--starts", "8", "--without", "boundary,attribution", "--out", out];
  const { code, stderr } = await simgate(["exam", file, ...args, ...more]);
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
  let examined: ReturnType<typeof examine> | undefined;
  const ours = (): ReturnType<typeof examine> =>
    (examined ??= toldAt(server.url).then((file) => examine(file, "--world", "ensemble", "--workers", "1")));

  it("says which wordings it does not understand, in truth as in the candidate; whatever the number of workers", async () => {
    const [one, stressors] = await ours();
    const [two] = await examine(await toldAt(server.url), "--world", "ensemble", "--workers", "2");
    expect(two).toBe(one);
    const [reworded, misspelt] = stressors;
    const lqr = resultSchema.parse(JSON.parse(one)).policies.find(({ policy }) => policy === "lqr");
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
      expect(policies[1]!.truth.successes).toBe(lqr!.truth.successes);
      expect(policies[1]!.candidate.successes).toBe(lqr!.candidate.successes);
    }
  });

  it("finds the same with the example's server in Python", async (context) => {
    if (noPython !== undefined) return context.skip(noPython);
    const { address, stop } = await startPython(join(EXAMPLES, "policy_server.py"), ["--port", "0"]);
    onTestFinished(stop);
    const [, theirs] = await examine(await toldAt(address), "--world", "ensemble");
    expect(verdicts(theirs)).toEqual(verdicts((await ours())[1]));
  });

  it("says that a policy which is told nothing goes on as ever, and prints that the stressor changes nothing", async () => {
    const file = await told();
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

describe("an exam of a world that is told in words what it shows", { timeout: 300_000 }, () => {
  async function expectDeaf(file: string): Promise<void> {
    const [, stressors] = await examine(file, "--world", "wordy", "--policy", "lqr");
    const [scene, ...others] = stressors;
    expect(scene!.description).toContain("mujoco, told nothing in words, goes on as ever");
    expect(scene!.changed).toMatchObject({ truth: { value: 0, n: 8 } });
    const rates = scene!.wordings!.map(({ wording, truth, candidate }) => [
      wording,
      truth.successes === candidate.successes,
      candidate.rate,
    ]);
    const [own, known] = rates;
    expect([own![1], known![1]]).toEqual([true, true]);
    // Nothing that is commanded in "a trolley" has any effect, by scripts as by the policy.
    expect(rates[2]).toEqual(["a trolley", false, 0]);
    expect(scene!.axes.controllability.score).toBeLessThan(0.7);
    for (const { axes } of others) expect(axes.taskValidity.status).toBe("not-applicable");
  }

  it("says which wording makes it another world, while truth stays what it is", async () => {
    const server = await serveWordy(await loadScenario(await told()));
    onTestFinished(() => server.close());
    await expectDeaf(await wordyAt(server.url));
  });

  it("finds the same with the example's world server in Python", async (context) => {
    if (noPython !== undefined) return context.skip(noPython);
    const { address, stop } = await startPython(WORDY, ["--port", "0"]);
    onTestFinished(stop);
    await expectDeaf(await wordyAt(address));
  });
});
