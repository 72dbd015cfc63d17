import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Start, Trace } from "../../src/core/trace.ts";
import type { WorldRef } from "../../src/exam/contract.ts";
import type { RolloutRequest } from "../../src/exam/rollouts.ts";
import { Fleet } from "../../src/fleet/fleet.ts";
import { type JobResult, type RolloutJob } from "../../src/fleet/job.ts";
import type { Runner, RunOptions } from "../../src/fleet/runner.ts";
import { JobStore } from "../../src/fleet/store.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

const scenario = { sha256: "s" } as Scenario;
const world: WorldRef = {
  name: "w",
  config: { kind: "linear", model: "m" },
  stochastic: false,
  respondsToActions: true,
};

function request(starts: readonly Start[], more: Partial<RolloutRequest> = {}): RolloutRequest {
  return {
    world,
    drive: { kind: "actions", actions: starts.map(() => ({ steps: 1, columns: {} })) },
    starts,
    horizonSteps: 1,
    ...more,
  };
}

function starts(count: number): Start[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    initial: {},
    parameters: {},
    seed: BigInt(index),
  }));
}

/** Answers with traces that name their start; finishes jobs last first. */
class BackwardsRunner implements Runner {
  readonly workers = 2;
  readonly ran: RolloutJob[] = [];
  readonly #stopAfter: number;

  constructor(stopAfter = Infinity) {
    this.#stopAfter = stopAfter;
  }

  async run(jobs: readonly RolloutJob[], { onDone }: RunOptions): Promise<void> {
    for (const [index, job] of [...jobs.entries()].reverse()) {
      if (this.ran.length >= this.#stopAfter) return;
      this.ran.push(job);
      const traces = job.starts.map((start) => ({ start, steps: start.index }) as Trace);
      await onDone(index, { traces, aborted: false } satisfies JobResult);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe("the fleet", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "simgate-fleet-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const fleet = (runner: Runner, store?: JobStore, fingerprint = "files"): Fleet =>
    new Fleet({
      scenario,
      runner,
      fingerprint: () => fingerprint,
      ...(store === undefined ? {} : { store }),
    });

  it("cuts requests into jobs of a fixed size and gives traces back in the order of the starts", async () => {
    const runner = new BackwardsRunner();
    const [traces] = await fleet(runner).run([request(starts(10), { lanesPerJob: 4 })]);
    expect(runner.ran.map((job) => job.starts.length).sort()).toEqual([2, 4, 4]);
    expect(traces!.map((trace) => trace.start.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("rolls the same request out once, and a repeat of it again", async () => {
    const runner = new BackwardsRunner();
    const one = fleet(runner);
    await one.run([request(starts(2)), request(starts(2))]);
    await one.run([request(starts(2))]);
    expect(runner.ran).toHaveLength(1);
    await one.run([request(starts(2), { repeat: 1 })]);
    expect(runner.ran).toHaveLength(2);
  });

  it("goes on where a stopped run was: what is finished is not run again", async () => {
    const asked = request(starts(6), { lanesPerJob: 2 });
    const first = new BackwardsRunner(2);
    await expect(fleet(first, new JobStore(folder)).run([asked])).rejects.toMatchObject({
      code: "aborted",
      message: "stopped after 4 of 6 rollouts",
    });
    const second = new BackwardsRunner();
    const resumed = fleet(second, new JobStore(folder));
    const [traces] = await resumed.run([asked]);
    expect(second.ran).toHaveLength(1);
    expect(traces!.map((trace) => trace.start.seed)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
    expect(resumed.counts).toEqual({ rollouts: 6, resumed: 4 });
  });

  it("does not take over what was made from other files", async () => {
    await fleet(new BackwardsRunner(), new JobStore(folder), "old model").run([request(starts(2))]);
    const runner = new BackwardsRunner();
    await fleet(runner, new JobStore(folder), "new model").run([request(starts(2))]);
    expect(runner.ran).toHaveLength(1);
  });

  it("runs a job again whose kept file is damaged", async () => {
    await fleet(new BackwardsRunner(), new JobStore(folder)).run([request(starts(2))]);
    const [file] = await readdir(folder);
    await writeFile(join(folder, file!), "cut off");
    const runner = new BackwardsRunner();
    await fleet(runner, new JobStore(folder)).run([request(starts(2))]);
    expect(runner.ran).toHaveLength(1);
  });
});
