import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { exam } from "../src/api/exam.ts";
import { OPTIONAL_PARTS } from "../src/exam/contract.ts";

/**
 * What an exam costs at three sizes (starts × policies), all of it and the gate alone, and whether it grows in
 * proportion: `npx jiti bench/exam.ts [--scenario s] [--world w] [--workers n]` (after `npm run build`, which the worker
 * threads need). One line of JSON an exam: wall time, processor time of all threads, peak memory of the process so far;
 * then one a kind with the processor time that each further pair of rollouts costs, from the first size to the second
 * and from the second to the third: about equal if it grows linearly.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "cartpole" },
    world: { type: "string", default: "ensemble" },
    policies: { type: "string", default: "lqr,network,hand-tuned,laggard,timid" },
    workers: { type: "string", default: String(availableParallelism()) },
    sizes: { type: "string", default: "64,128,256" },
  },
});
const policies = values.policies.split(",");
const SIZES = values.sizes.split(",").map(Number);
const KINDS = { everything: [], "gate alone": OPTIONAL_PARTS } as const;

const figure = (value: number): number => Number(value.toPrecision(3));

// Loads what is loaded once, so that the first size does not pay for it.
await exam({
  scenario: values.scenario,
  world: values.world,
  policies: policies.slice(0, 1),
  starts: 4,
  workers: Number(values.workers),
  without: OPTIONAL_PARTS,
});

for (const [kind, without] of Object.entries(KINDS)) {
  const spent: { pairs: number; processorSec: number }[] = [];
  for (const starts of SIZES) {
    const [before, from] = [process.cpuUsage(), performance.now()];
    const workers = Number(values.workers);
    const { result } = await exam({
      scenario: values.scenario,
      world: values.world,
      policies,
      starts,
      workers,
      without,
    });
    const { user, system } = process.cpuUsage(before);
    const processorSec = (user + system) / 1e6;
    const pairs = starts * policies.length;
    spent.push({ pairs, processorSec });
    console.log(
      JSON.stringify({
        exam: kind,
        starts,
        policies: policies.length,
        workers,
        wallSec: figure((performance.now() - from) / 1000),
        processorSec: figure(processorSec),
        peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
        verdict: result.verdict.status,
      }),
    );
  }
  const perPairMs = spent.slice(1).map(({ pairs, processorSec }, i) => {
    const smaller = spent[i]!;
    return figure((1000 * (processorSec - smaller.processorSec)) / (pairs - smaller.pairs));
  });
  console.log(JSON.stringify({ exam: kind, processorMsPerFurtherPair: perPairMs }));
}
