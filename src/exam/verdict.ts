import { AXIS_TITLES, type AxisName, type AxisResult, type Claim, type Verdict } from "../report/result.ts";

export type Axes = Readonly<Record<AxisName, AxisResult>>;

/** What each claim needs beyond the one before it (the table of claims in the README). */
const CLAIM_NEEDS: readonly { readonly claim: Claim; readonly axes: readonly AxisName[] }[] = [
  { claim: "C0", axes: [] },
  { claim: "C1", axes: ["objectPersistence", "temporalConsistency"] },
  { claim: "C2", axes: ["controllability", "resetReproducibility"] },
  { claim: "C3", axes: ["taskValidity"] },
];

/** What C3 and C4 need besides axes, until there is a measure of it. */
const NOT_MEASURED: Readonly<Partial<Record<Claim, string>>> = {
  C3: "policy transfer (rank and success agreement) is not measured by this version",
  C4: "decision-boundary preservation is not measured by this version",
};

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
  return { status, ...claimOf(axes, ran), weakestAxis: weakest, sentence: sentence(status) };
}

function claimOf(axes: Axes, ran: boolean): Pick<Verdict, "claim" | "refused"> {
  if (!ran)
    return { claim: null, refused: { claim: "C0", reason: "no rollout of the candidate gave an outcome" } };
  let granted: Claim | null = null;
  for (const { claim, axes: needed } of CLAIM_NEEDS) {
    const lacking = needed.find((name) => !["pass", "not-applicable"].includes(axes[name].status));
    const reason =
      lacking === undefined
        ? NOT_MEASURED[claim]
        : `${AXIS_TITLES[lacking].toLowerCase()}: ${axes[lacking].reason}`;
    if (reason !== undefined) return { claim: granted, refused: { claim, reason } };
    granted = claim;
  }
  return { claim: granted, refused: { claim: "C4", reason: NOT_MEASURED.C4! } };
}
