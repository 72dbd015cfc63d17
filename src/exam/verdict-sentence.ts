import { AXIS_TITLES, type AxisName, type AxisResult, type Verdict } from "../report/result.ts";
import type { Contract } from "./contract.ts";
import type { Axes } from "./verdict.ts";

/** Why, in one or two plain sentences for somebody who has never heard of an axis. Names every axis that fails. */
export function verdictSentence(
  status: Verdict["status"],
  { candidate, truth }: Pick<Contract, "candidate" | "truth">,
  axes: Axes,
): string {
  const validity = axes.taskValidity;
  const compared = `Compared with ${truth.name}, ${candidate.name} ${validity.reason}`;
  const unscored = `Task validity could not be scored: ${validity.reason}`;
  if (status === "fail") {
    const others = named(axes, "fail")
      .filter(([name]) => name !== "taskValidity")
      .sort(furthestBelow);
    const [worst, ...rest] = others;
    if (validity.status === "fail" || worst === undefined) {
      return `${compared}: its verdicts on a policy cannot be trusted.${alsoFails(others)}`;
    }
    const why = `${titleOf(worst)}: ${worst[1].reason}`;
    return validity.score === null
      ? `Compared with ${truth.name}, ${candidate.name} fails ${why}.${alsoFails(rest)} ${unscored}.`
      : `${compared}; but it fails ${why}.${alsoFails(rest)}`;
  }
  if (validity.score === null) return `${unscored}.`;
  if (status === "pass") return `${compared}: policy verdicts reached in it agree with truth.`;
  const open = named(axes, "insufficient").map(titleOf);
  return `${compared}: the evidence does not decide${open.length === 0 ? "" : ` on ${list(open)}`}.`;
}

type Named = [AxisName, AxisResult];

function named(axes: Axes, status: AxisResult["status"]): Named[] {
  return (Object.entries(axes) as Named[]).filter(([, axis]) => axis.status === status);
}

function furthestBelow([, a]: Named, [, b]: Named): number {
  return a.score! - a.threshold! - (b.score! - b.threshold!);
}

function alsoFails(others: readonly Named[]): string {
  return others.length === 0 ? "" : ` It also fails ${list(others.map(titleOf))}.`;
}

function titleOf([name]: Named): string {
  return AXIS_TITLES[name].toLowerCase();
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
