import { describe, expect, it } from "vitest";
import type { RolloutJob } from "../../src/fleet/job.ts";
import type { Runner, RunOptions } from "../../src/fleet/runner.ts";
import { withRoute } from "../../src/fleet/with-route.ts";

/** Remembers which jobs it was given, by their horizon. */
class Listing implements Runner {
  readonly workers = 3;
  readonly given: number[] = [];
  closed = 0;

  async run(jobs: readonly RolloutJob[], { onDone, onProgress }: RunOptions): Promise<void> {
    for (const [index, { horizonSteps }] of jobs.entries()) {
      this.given.push(horizonSteps);
      onProgress?.(index, 0.5);
      await onDone(index, { traces: [], aborted: false });
    }
  }
  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

const job = (horizonSteps: number, worker?: "other"): RolloutJob =>
  ({ horizonSteps, ...(worker === undefined ? {} : { worker }) }) as RolloutJob;

const takes = ({ worker }: RolloutJob): boolean => worker === "other";

describe("a runner with a route", () => {
  it("gives the jobs that the route takes to its runner, and tells of all by their place in the list", async () => {
    const [main, other] = [new Listing(), new Listing()];
    const runner = withRoute(main, { takes, open: () => other });
    const done: number[] = [];
    const half: number[] = [];
    await runner.run([job(10), job(20, "other"), job(30), job(40, "other")], {
      onDone: (index) => void done.push(index),
      onProgress: (index) => void half.push(index),
    });
    expect(main.given).toEqual([10, 30]);
    expect(other.given).toEqual([20, 40]);
    expect(done.sort()).toEqual([0, 1, 2, 3]);
    expect(half.sort()).toEqual([0, 1, 2, 3]);
    expect(runner.workers).toBe(3);
  });

  it("opens the other once, when it is first needed, and closes both", async () => {
    let opened = 0;
    const [main, other] = [new Listing(), new Listing()];
    const runner = withRoute(main, {
      takes,
      open: () => {
        opened++;
        return other;
      },
    });
    const options = { onDone: () => undefined };
    await runner.run([job(1)], options);
    expect(opened).toBe(0);
    await runner.run([job(2, "other")], options);
    await runner.run([job(3, "other")], options);
    expect(opened).toBe(1);
    await runner.close();
    expect([main.closed, other.closed]).toEqual([1, 1]);
  });
});
