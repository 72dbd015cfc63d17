import { InProcessRunner } from "./in-process.ts";
import type { RolloutJob } from "./job.ts";
import type { Runner } from "./runner.ts";
import { withRoute } from "./with-route.ts";
import { WorkerThreadsRunner } from "./worker-threads.ts";

/**
 * A runner for this many workers: threads, or this thread alone for one. Jobs that ask for another worker get a thread
 * that nothing else has run in; those with a world on ROS 2 stay in this thread, for rclnodejs runs in no other, and
 * come one after the other, for they share a simulator. So do those with a model on a GPU, which dies of two threads.
 */
export function openRunner(workers: number): Runner {
  const main = workers > 1 ? new WorkerThreadsRunner(workers) : new InProcessRunner();
  const other = withRoute(main, {
    takes: ({ worker }) => worker === "other",
    open: () => new WorkerThreadsRunner(1),
  });
  return withRoute(other, { takes: staysHere, open: () => new InProcessRunner() });
}

function staysHere({ world, beside, drive }: RolloutJob): boolean {
  const worlds = [world, beside];
  return (
    worlds.some((one) => one?.config.kind === "ros" || one?.onGpu === true) ||
    (drive.kind === "policy" && drive.policy.onGpu === true)
  );
}
