/** The known faults that the exam of the exam plants in a perfect world. */
export const DEFECTS = [
  "action-blind",
  "delayed-actions",
  "wrong-gain",
  "swapped-actions",
  "vanishing-object",
  "swapped-identity",
  "spawned-object",
  "teleport-to-success",
  "soft-contact",
  "slow-drift",
  "jump",
  "frozen-channel",
  "leaking-reset",
  "ignored-seed",
  "noise",
  "missing-dynamics",
  "colour-shift",
  "optimistic-boundary",
  "pessimistic-boundary",
] as const;
export const SEVERITIES = ["low", "middle", "high"] as const;

export type DefectKind = (typeof DEFECTS)[number];
export type Severity = (typeof SEVERITIES)[number];

/** Which fault, and how bad. Plain data: it travels to workers and decides the key of a rollout. */
export interface Defect {
  readonly kind: DefectKind;
  readonly severity: Severity;
  /**
   * The start about which a displaced boundary is scaled, by dimension of the box: the easiest one known. Default: the
   * middle of the box. Other defects do not look at it.
   */
  readonly about?: Readonly<Record<string, number>>;
}

/** The scored properties of an exam that a defect may be meant for. */
export type ScoredProperty =
  | "controllability"
  | "temporalConsistency"
  | "objectPersistence"
  | "resetReproducibility"
  | "taskValidity"
  | "policyTransfer"
  | "optimism"
  | "decisionBoundary";
