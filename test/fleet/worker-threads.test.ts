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

  it("give of hybrids what this thread gives, and who made which steps", async () => {
    const hybrids = await Promise.all(
      [
        ["tabletop-push", "ensemble-on-collision", "fast"],
        ["double-pendulum", "residual", "lqr-both"],
      ].map(async ([name, world, policy]): Promise<RolloutJob> => {
        const scenario = await loadScenario(name!);
        return {
          ...jobs[0]!,
          scenario,
          world: await worldRef(scenario, world!),
          drive: { kind: "policy", policy: policyRef(scenario, policy!) },
          starts: drawPanel(scenario, { count: 6 }),
        };
      }),
    );
    const here = await resultsOf(new InProcessRunner(), hybrids);
    expect(await resultsOf(threads, hybrids)).toEqual(here);
    expect(here[0]!.traces.flatMap(({ handOvers = [] }) => handOvers).length).toBeGreaterThan(5);
  });

  it("hand bad input back as bad input", async () => {
    const broken: RolloutJob = {
      ...jobs[0]!,
      world: { ...jobs[0]!.world, config: { kind: "mujoco", model: "/nowhere/model.xml", set: [] } },
    };
    await expect(resultsOf(threads, [broken])).rejects.toMatchObject({ code: "input" });
  });

  it("stop when told to, at any moment, and give nothing back of what they had not finished", async () => {
    const here = await resultsOf(new InProcessRunner(), jobs.slice(0, 2));
    for (const afterMs of [0, 20, 60, 150, 300]) {
      for (const runner of [threads, new InProcessRunner()]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), afterMs);
        const long = jobs.slice(0, 2).map((job) => ({ ...job, horizonSteps: 60 }));
        await runner
          .run(long, {
            signal: controller.signal,
            onDone: (index, result) =>
              expect(result.aborted ? [] : here[index]!.traces).toEqual(result.traces),
          })
          .catch((thrown: unknown) => expect(thrown).toMatchObject({ code: "aborted" }));
      }
    }
  });
});
