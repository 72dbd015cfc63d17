import { isDefined } from "../metrics/estimate.ts";
import { successRates, type WorldSuccess } from "../metrics/success-rate.ts";
import type { OutcomeAgreement, TaskValidity } from "../metrics/task-validity.ts";
import type { Overall, PolicyRepeatability, PolicyResult, SuccessCount } from "../report/result.ts";
import { outcomesOf } from "./axes/task-validity.ts";
import type { Contract } from "./contract.ts";
import { measureOf, pairOf } from "./measure.ts";
import type { Pair } from "./pairs.ts";

/** Each policy's successes in both worlds and how the candidate's verdicts compare with truth's. */
export function policyResults(
  { policies, scenario }: Contract,
  pairs: readonly Pair[],
  { policies: agreements }: TaskValidity,
  repeatability: ReadonlyMap<string, PolicyRepeatability> = new Map(),
): PolicyResult[] {
  const rates = successRates(pairs.map(outcomesOf), scenario.thresholds.confidence);
  return policies.map(({ name, config }) => {
    const { truth, candidate } = rates.find(({ policy }) => policy === name)!;
    const agreement = agreements.find(({ policy }) => policy === name)!;
    const repeated = repeatability.get(name);
    return {
      policy: name,
      kind: config.kind,
      truth: successOf(truth),
      candidate: successOf(candidate),
      ...wrongDecisions(agreement),
      ...(repeated === undefined ? {} : { repeatability: repeated }),
    };
  });
}

/** The same for all policies together. */
export function overallOf(agreement: OutcomeAgreement): Overall {
  return {
    ...wrongDecisions(agreement),
    agreement: measureOf(agreement.agreement),
    mcc: measureOf(agreement.matthews),
    kappa: measureOf(agreement.kappa),
  };
}

function wrongDecisions(
  agreement: OutcomeAgreement,
): Pick<Overall, "confusion" | "falsePassRate" | "falseDiscoveryRate" | "falseFailRate"> {
  const { truePass: tp, falsePass: fp, falseFail: fn, trueFail: tn } = agreement.confusion;
  return {
    confusion: { tp, fp, fn, tn },
    falsePassRate: measureOf(agreement.falsePass),
    falseDiscoveryRate: measureOf(agreement.falseDiscovery),
    falseFailRate: measureOf(agreement.falseFail),
  };
}

export function successOf({ successes, trials, faults, rate }: WorldSuccess): SuccessCount {
  const defined = isDefined(rate);
  return {
    successes,
    trials,
    rate: defined ? rate.value : null,
    interval: defined ? pairOf(rate.interval) : null,
    faults,
  };
}
