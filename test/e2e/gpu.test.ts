import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { readTraces } from "../../src/record/read-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

/** Debian's Chromium brings a GPU made of software, which Vulkan's loader takes for one. */
const SWIFTSHADER = "/usr/lib/chromium/libvk_swiftshader.so";
const LOADER = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";

describe("a model on a GPU", { timeout: 120_000 }, () => {
  beforeEach(({ skip }) => {
    const missing = [SWIFTSHADER, LOADER].filter((file) => !existsSync(file));
    skip(
      missing.length > 0,
      `no GPU made of software: ${missing.join(", ")} (apt-get install chromium libvulkan1)`,
    );
  });

  it("predicts what it predicts on the CPU, but for the last bits", async () => {
    const { folder, card, env } = await gpu();
    const states = [];
    for (const world of [card, "ensemble"]) {
      const file = join(folder, "out.mcap");
      const ran = await simgate(
        [
          "run",
          "cartpole",
          "--world",
          world,
          "--policy",
          "lqr",
          "--start",
          "pole_angle=0.2",
          "--record",
          file,
        ],
        { env },
      );
      expect(ran).toMatchObject({ code: 0 });
      const [trace] = await readTraces(file, await loadScenario("cartpole"));
      states.push(trace!.observation["pole_angle"]!);
    }
    const [onGpu, onCpu] = states as [Float64Array, Float64Array];
    expect(onGpu.length).toBe(onCpu.length);
    expect(Math.max(...onGpu.map((angle, i) => Math.abs(angle - onCpu[i]!)))).toBeLessThan(1e-4);
    expect(onGpu).not.toEqual(onCpu);
  });

  it("is asked by one thread alone, whoever wants it rolled out", async () => {
    const { card, env } = await gpu();
    const dist = resolve(import.meta.dirname, "../../dist");
    const script = `
      const { loadScenario } = await import("${dist}/scenario/load.js");
      const { drawPanel } = await import("${dist}/scenario/panel.js");
      const { policyRef, worldRef } = await import("${dist}/compose.js");
      const { openRunner } = await import("${dist}/fleet/open-runner.js");
      const scenario = await loadScenario("cartpole");
      const common = {
        ...{ scenario, world: await worldRef(scenario, "${card}"), starts: drawPanel(scenario, { count: 2 }) },
        ...{ drive: { kind: "policy", policy: policyRef(scenario, "lqr") }, horizonSteps: 20, stepDeadlineMs: 30000 },
      };
      const runner = openRunner(2);
      const angles = [];
      await runner.run([common, { ...common, worker: "other" }, { ...common, repeat: 1 }], {
        onDone: (i, { traces }) => void (angles[i] = traces.map((trace) => trace.observation.pole_angle.join())),
      });
      await runner.close();
      console.log(new Set(angles.map(String)).size, angles[0].length);`;
    const ran = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    expect(ran.stdout).toBe("1 2\n");
  });

  it("is refused where there is none", async () => {
    const { card, env } = await gpu();
    const { code, stderr } = await simgate(["run", "cartpole", "--world", card, "--policy", "lqr"], {
      env: { ...env, VK_DRIVER_FILES: "/none", VK_ICD_FILENAMES: "/none" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("onnxruntime cannot load this model on webgpu");
    expect(stderr).toContain("with device: cpu in its card the model runs anywhere");
  });
});

/** The card of a bundled world with `device: webgpu`, and the variables that show a process the GPU. */
async function gpu() {
  const folder = await temporaryFolder();
  const models = resolve(import.meta.dirname, "../../scenarios/cartpole/models");
  const card = join(folder, "gpu.world.yaml");
  const text = await readFile(join(models, "ensemble.world.yaml"), "utf8");
  await writeFile(card, `device: webgpu\n${text.replace("model: ", `model: ${models}/`)}`);
  const driver = join(folder, "driver.json");
  const ICD = { library_path: SWIFTSHADER, api_version: "1.0.5" };
  await writeFile(driver, JSON.stringify({ file_format_version: "1.0.0", ICD }));
  return { folder, card, env: { ...process.env, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver } };
}
