import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyRef, worldRef } from "../../src/compose.ts";
import type { JobResult, RolloutJob } from "../../src/fleet/job.ts";
import { InProcessRunner } from "../../src/fleet/in-process.ts";
import type { Runner } from "../../src/fleet/runner.ts";
import { WorkerThreadsRunner } from "../../src/fleet/worker-threads.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";

describe("worker threads", () => {
  let jobs: RolloutJob[];
  const threads = new WorkerThreadsRunner(2);
  afterAll(() => threads.close());

  beforeAll(async () => {
    const scenario = await loadScenario("cartpole");
    const panel = drawPanel(scenario, { count: 12 });
    const worlds = [await worldRef(scenario, "mujoco"), await worldRef(scenario, "ensemble")];
    jobs = worlds.flatMap((world) =>
      ["lqr", "random"].map((policy): RolloutJob => ({
        scenario,
        world,
        drive: { kind: "policy", policy: policyRef(scenario, policy) },
        starts: panel,
        horizonSteps: 60,
        stepDeadlineMs: 30_000,
      })),
    );
  });

  async function resultsOf(runner: Runner, of = jobs): Promise<JobResult[]> {
    const results: JobResult[] = [];
    await runner.run(of, { onDone: (index, result) => void (results[index] = result) });
    return results;
  }

  it("give the bytes that this thread gives, and again when they are reused", async () => {
    const here = await resultsOf(new InProcessRunner());
    expect(await resultsOf(threads)).toEqual(here);
    expect(await resultsOf(threads)).toEqual(here);
  });

  it("hand bad input back as bad input", async () => {
    const broken: RolloutJob = {
      ...jobs[0]!,
      world: { ...jobs[0]!.world, config: { kind: "mujoco", model: "/nowhere/model.xml", set: [] } },
    };
    await expect(resultsOf(threads, [broken])).rejects.toMatchObject({ code: "input" });
  });

  it("stop when told to, with what they have marked as unfinished", async () => {
    const controller = new AbortController();
    const results: JobResult[] = [];
    const running = threads.run(
      [
        {
          ...jobs[0]!,
          horizonSteps: 500_000,
          scenario: { ...jobs[0]!.scenario, success: { formula: "always true" } },
        },
      ],
      { signal: controller.signal, onDone: (_, result) => void results.push(result) },
    );
    setTimeout(() => controller.abort(), 300);
    await running.catch(() => undefined);
    expect(results.every(({ aborted }) => aborted)).toBe(true);
  });
});
