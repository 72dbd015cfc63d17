import type { MapPolicy } from "./map-data.ts";

/** How a start ends in both worlds. `wrong-pass`: the candidate succeeds where truth fails. */
export type OutcomeKind = "pass" | "fail" | "wrong-pass" | "wrong-fail" | "fault";

export function kindAt({ truthMargins, candidateMargins }: MapPolicy, index: number): OutcomeKind {
  const [truth, candidate] = [truthMargins[index] ?? null, candidateMargins[index] ?? null];
  if (truth === null || candidate === null) return "fault";
  if (truth > 0 === candidate > 0) return truth > 0 ? "pass" : "fail";
  return candidate > 0 ? "wrong-pass" : "wrong-fail";
}

/** A disagreement of the two worlds. */
export function isFlip(kind: OutcomeKind): boolean {
  return kind === "wrong-pass" || kind === "wrong-fail";
}

export const KIND_NAMES: Readonly<Record<OutcomeKind, string>> = {
  pass: "both succeed",
  fail: "both fail",
  "wrong-pass": "wrong pass: only the candidate succeeds",
  "wrong-fail": "wrong fail: only truth succeeds",
  fault: "no outcome",
};

/** Marks of about 10 px around 0 0; each has its own shape. */
export const KIND_SHAPES: Readonly<Record<OutcomeKind, string>> = {
  pass: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
  fail: "M-3.4-3.4L3.4 3.4M3.4-3.4L-3.4 3.4",
  "wrong-pass": "M0-6.2L6 4.6H-6z",
  "wrong-fail": "M0-6L6 0L0 6L-6 0z",
  fault: "M-4-4h8v8h-8z",
};
