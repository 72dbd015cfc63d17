import {
  AXIS_TITLES,
  type AxisName,
  type AxisResult,
  CHECK_TITLES,
  type CheckName,
  type Claim,
  type Verdict,
} from "../report/result.ts";

export type Axes = Readonly<Record<AxisName, AxisResult>>;

export type Checks = Readonly<Record<CheckName, AxisResult>>;

/** What each claim needs beyond the one before it (the table of claims in the README). */
const CLAIM_NEEDS: readonly { readonly claim: Claim; readonly needs: readonly (AxisName | CheckName)[] }[] = [
  { claim: "C0", needs: [] },
  { claim: "C1", needs: ["objectPersistence", "temporalConsistency"] },
  { claim: "C2", needs: ["controllability", "resetReproducibility"] },
  { claim: "C3", needs: ["taskValidity", "policyTransfer", "optimism"] },
  { claim: "C4", needs: ["decisionBoundary"] },
];

/**
 * The measured axis that uses up most of what its threshold allows: (1 − score) ÷ (1 − threshold), above 1 where it
 * fails. Null where none has a score.
 */
export function weakestAxis(axes: Axes): AxisName | null {
  let weakest: AxisName | null = null;
  let most = -Infinity;
  for (const [name, { score, threshold }] of Object.entries(axes) as [AxisName, AxisResult][]) {
    if (score === null || threshold === null) continue;
    const used = score === 1 ? 0 : (1 - score) / (1 - threshold);
    if (used <= most) continue;
    most = used;
    weakest = name;
  }
  return weakest;
}

/**
 * The gate on the weakest axis, the strongest claim the evidence carries and the first one refused.
 * @param ran false if no rollout of the candidate gave an outcome.
 */
export function verdictOf(
  axes: Axes,
  checks: Checks,
  ran: boolean,
  sentence: (status: Verdict["status"]) => string,
): Verdict {
  const weakest = weakestAxis(axes);
  const statuses = Object.values(axes).map(({ status }) => status);
  const status: Verdict["status"] = statuses.includes("fail")
    ? "fail"
    : weakest === null || statuses.includes("insufficient") || !ran
      ? "insufficient"
      : "pass";
  return {
    status,
    ...claimOf({ ...axes, ...checks }, ran),
    weakestAxis: weakest,
    sentence: sentence(status),
  };
}

function claimOf(found: Axes & Checks, ran: boolean): Pick<Verdict, "claim" | "refused"> {
  if (!ran)
    return { claim: null, refused: { claim: "C0", reason: "no rollout of the candidate gave an outcome" } };
  const titles = { ...AXIS_TITLES, ...CHECK_TITLES };
  let granted: Claim | null = null;
  for (const { claim, needs } of CLAIM_NEEDS) {
    const lacking = needs.find((name) => !["pass", "not-applicable"].includes(found[name].status));
    if (lacking !== undefined) {
      const reason = `${titles[lacking].toLowerCase()}: ${found[lacking].reason}`;
      return { claim: granted, refused: { claim, reason } };
    }
    granted = claim;
  }
  return { claim: granted, refused: null };
}
