import { composeContract } from "../../src/api/contract.ts";
import { writeExamEvidence } from "../../src/api/exam-evidence.ts";
import { digestFiles } from "../../src/api/files.ts";
import { taskValidity } from "../../src/exam/axes/task-validity.ts";
import type { Episode } from "../../src/exam/exam.ts";
import { outcomeMap } from "../../src/exam/outcome-map.ts";
import { type Pair, rollOutPairs } from "../../src/exam/pairs.ts";
import { overallOf, policyResults } from "../../src/exam/policy-results.ts";
import { tellingPairs } from "../../src/exam/telling-traces.ts";
import { Fleet } from "../../src/fleet/fleet.ts";
import { openRunner } from "../../src/fleet/open-runner.ts";
import { divergence } from "../../src/metrics/divergence.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { examFixture } from "../report/exam-fixture.ts";

/**
 * Evidence of real rollouts of the cart-pole, without the parts of an exam that take long: what is counted from the
 * rollouts is, the rest of the result is a fixture's.
 */
export async function smallEvidence(
  out: string,
  { world, starts = 12, seed }: { readonly world: string; readonly starts?: number; readonly seed?: number },
): Promise<void> {
  const contract = await composeContract({
    scenario: "cartpole",
    world,
    policies: ["lqr", "random"],
    starts,
    ...(seed === undefined ? {} : { seed }),
  });
  const { scenario, truth, candidate, baseline, panel } = contract;
  const files = await digestFiles({ ...contract, worlds: [truth, candidate, baseline!] });
  const fingerprint = files.fingerprint.bind(files);
  const judge = createJudge(scenario);
  const rollouts = new Fleet({ scenario, runner: openRunner(1), fingerprint });
  const pairs = await rollOutPairs(contract, rollouts, judge);
  const { axis, details } = await taskValidity.measure({ contract, judge, pairs, rollouts });
  const telling = tellingPairs(pairs);
  const links = new Map(telling.map(({ pair, link }) => [pair, link.path]));
  const fixture = examFixture();
  const episodeOf = (pair: Pair): Episode => {
    const steps = Math.min(pair.truth.steps, pair.candidate.steps);
    const { observation, controlPeriodSec } = scenario;
    const [a, b] = [pair.truth.observation, pair.candidate.observation];
    const { first } = divergence(observation, a, b, steps, controlPeriodSec);
    return {
      pair,
      firstDivergenceSec: first?.timeSec ?? null,
      firstDivergenceChannel: first?.channel ?? null,
    };
  };
  await writeExamEvidence(out, {
    contract,
    outcome: {
      result: {
        ...fixture,
        scenario: { name: scenario.name, title: scenario.title, sha256: scenario.sha256 },
        contract: {
          ...fixture.contract,
          formula: scenario.success.formula,
          controlPeriodSec: scenario.controlPeriodSec,
          panel: { ...fixture.contract.panel, count: panel.length },
        },
        truth: { name: truth.name, kind: truth.config.kind },
        candidate: { name: candidate.name, kind: candidate.config.kind },
        axes: { ...fixture.axes, taskValidity: axis },
        policies: policyResults(contract, pairs, details),
        overall: overallOf(details),
        outcomeMap: outcomeMap(contract, pairs, (pair) => links.get(pair)),
        traces: telling.map(({ link }) => link),
      },
      episodes: pairs.map(episodeOf),
      telling,
    },
    files: files.files,
    command: ["simgate", "exam", "cartpole", "--world", world],
    startedAt: new Date(0),
    workers: 1,
    rollouts: { rollouts: 2 * pairs.length, resumed: 0 },
  });
}
