import type { OutcomeMap } from "../report/result.ts";
import { dimensionValue } from "../scenario/panel.ts";
import type { Scenario, StartDimension } from "../scenario/scenario.ts";
import type { Contract } from "./contract.ts";
import type { Pair } from "./pairs.ts";

/** Where in the plane of two start dimensions each policy succeeds, in truth and in the candidate. */
export function outcomeMap(
  { scenario, panel }: Contract,
  pairs: readonly Pair[],
  traceOf: (pair: Pair) => string | undefined,
): OutcomeMap | null {
  const [x, y] = mapDimensions(scenario);
  if (x === undefined || y === undefined) return null;
  const starts = new Map(panel.map((start) => [start.index, start]));
  const policies = [...new Set(pairs.map(({ policy }) => policy))];
  return {
    x: axisOf(x),
    y: axisOf(y),
    policies: policies.map((policy) => ({
      policy,
      points: pairs
        .filter((pair) => pair.policy === policy)
        .map((pair) => {
          const start = starts.get(pair.start)!;
          const trace = traceOf(pair);
          return {
            x: dimensionValue(start, x),
            y: dimensionValue(start, y),
            start: pair.start,
            truthMargin: pair.truthOutcome.margin,
            candidateMargin: pair.candidateOutcome.margin,
            truthOutcome: pair.truthOutcome.kind,
            candidateOutcome: pair.candidateOutcome.kind,
            ...(trace === undefined ? {} : { trace }),
          };
        }),
    })),
  };
}

/** The two the scenario names, or the first two of its box. */
function mapDimensions({
  map,
  dimensions,
}: Scenario): readonly [StartDimension | undefined, StartDimension | undefined] {
  if (map === undefined) return [dimensions[0], dimensions[1]];
  return [dimensions.find(({ key }) => key === map[0]), dimensions.find(({ key }) => key === map[1])];
}

function axisOf({ key, unit, range }: StartDimension): OutcomeMap["x"] {
  return { key, label: key.replaceAll("_", " "), unit, range: [range[0], range[1]] };
}
