import type { Start } from "../../core/trace.ts";
import type { StartDimension } from "../../scenario/scenario.ts";
import type { DefectModel, DefectSite } from "./defect-model.ts";
import { percent } from "./draws.ts";

/** Share of the horizon in which what is shown slides from the start that was asked for to where the world really is. */
const SLIDE = 0.1;

/** A world whose success region is truth's, drawn out from its easiest start: what just fails in truth succeeds. */
export const optimisticBoundary: DefectModel = {
  ...displacedBoundary(1),
  kind: "optimistic-boundary",
  does: describeDisplacement("nearer to", "easier"),
};

/** The same drawn in: what just succeeds in truth fails. */
export const pessimisticBoundary: DefectModel = {
  ...displacedBoundary(-1),
  kind: "pessimistic-boundary",
  does: describeDisplacement("farther from", "harder"),
};

function describeDisplacement(where: string, easier: string): string {
  return (
    `every episode is a little ${easier} than it looks: it begins, in channels and parameters, ${where} the easiest start ` +
    `of the panel than it was asked to, and what is shown slides there within ${percent(SLIDE)} of the horizon. ` +
    "Clear outcomes stay; the boundary between success and failure moves"
  );
}

/** @param direction 1: starts move towards the easiest, −1: away from it. */
function displacedBoundary(direction: 1 | -1): Omit<DefectModel, "kind" | "does"> {
  return {
    magnitude: { low: 0.1, middle: 0.25, high: 0.5 },
    describe: (share) => `by ${percent(share)} of the distance to it`,
    meantFor: ["taskValidity", direction === 1 ? "optimism" : "policyTransfer", "decisionBoundary"],
    notApplicable: ({ scenario }) =>
      scenario.dimensions.length === 0
        ? "all starts are the same: there is no boundary between them"
        : undefined,
    plant(site, share) {
      const slideSteps = Math.max(1, Math.round(SLIDE * site.scenario.horizonSteps));
      return {
        begin(start) {
          // What is taken up in the middle has no boundary between it and its beginning.
          if (start.context !== undefined) return {};
          const { moved, shifts } = move(start, site, direction * share);
          return {
            start: moved,
            show(observation, step) {
              if (step >= slideSteps) return;
              const left = 1 - step / slideSteps;
              for (const { channel, component, by } of shifts) observation[channel]![component]! -= left * by;
            },
          };
        },
      };
    },
  };
}

interface Shift {
  readonly channel: string;
  readonly component: number;
  readonly by: number;
}

/** The start a share of the way towards the one it is scaled about, and how far each component of a channel went. */
function move(
  start: Start,
  { scenario, about }: DefectSite,
  share: number,
): { readonly moved: Start; readonly shifts: readonly Shift[] } {
  const initial: Record<string, number[]> = {};
  for (const [name, values] of Object.entries(start.initial)) initial[name] = [...values];
  const parameters: Record<string, number> = { ...start.parameters };
  const shifts: Shift[] = [];
  for (const { key, range, target } of scenario.dimensions) {
    const centre = about?.[key] ?? (range[0] + range[1]) / 2;
    if (target.kind === "parameter") {
      const value = parameters[target.parameter]!;
      parameters[target.parameter] = withinLimits(scenario, target, value + share * (centre - value), value);
      continue;
    }
    const { channel, component } = target;
    const values = initial[channel];
    if (values === undefined) continue;
    const by = share * (centre - values[component]!);
    values[component]! += by;
    shifts.push({ channel, component, by });
  }
  return { moved: { ...start, initial, parameters }, shifts };
}

/** A parameter has no meaning beyond its limits; without any it is not moved to the other side of 0. */
function withinLimits(
  { parameters }: DefectSite["scenario"],
  { parameter }: Extract<StartDimension["target"], { kind: "parameter" }>,
  value: number,
  before: number,
): number {
  const limits = parameters.find(({ name }) => name === parameter)?.limits;
  if (limits !== undefined) return Math.min(Math.max(value, limits[0]), limits[1]);
  return Math.sign(value) === Math.sign(before) ? value : before;
}
