import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aboutWorlds } from "../../src/api/about-worlds.ts";
import { examFindings } from "../../src/api/exam-findings.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { smallEvidence } from "./small-evidence.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MODELS = join(import.meta.dirname, "../../scenarios/cartpole/models");
const sha256 = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(join(MODELS, file)))
    .digest("hex");

describe("what a bridge says of the world it hosts", { timeout: 60_000 }, () => {
  it("names the bytes of model and card", async () => {
    const about = await aboutWorlds(await loadScenario("cartpole"), ["ensemble", "linear"], undefined);
    expect(about.get("ensemble")).toEqual({
      model_sha256: await sha256("ensemble.onnx"),
      card_sha256: await sha256("ensemble.world.yaml"),
    });
    expect(about.get("linear")).toEqual({ model_sha256: await sha256("linear.json") });
  });

  it("claims what an exam granted to these very bytes, and nothing for others", async () => {
    const out = join(await temporaryFolder(), "evidence");
    await smallEvidence(out, { world: "linear", starts: 4 });
    const scenario = await loadScenario("cartpole");
    const { verdict, horizon } = JSON.parse(await readFile(join(out, "result.json"), "utf8")) as {
      verdict: { claim: string | null };
      horizon: { validPredictionTimeSec: number; conformalSec: number | null };
    };
    const sec = Math.min(horizon.validPredictionTimeSec, horizon.conformalSec ?? Infinity);
    const findings = await examFindings(out, scenario);
    const about = await aboutWorlds(scenario, ["linear", "ensemble"], findings);
    expect(about.get("linear")).toMatchObject({
      claim: verdict.claim ?? "none",
      usable_horizon_sec: `${sec}`,
    });
    expect(about.get("ensemble")).not.toHaveProperty("claim");
    const retrained = { ...findings, worldSha256: ["0".repeat(64)] };
    expect((await aboutWorlds(scenario, ["linear"], retrained)).get("linear")).not.toHaveProperty("claim");
    await expect(examFindings(out, { ...scenario, sha256: "1" })).rejects.toThrow(/another scenario/);
  });
});
