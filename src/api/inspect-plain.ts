import { readImportMap } from "../record/import-map.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { LinearWorld } from "../world/linear.ts";
import { readLinearModel } from "../world/linear-model.ts";
import { problemOf } from "./inspect-problem.ts";

/** A file of simgate's own that is only checked. */
export interface PlainInspection {
  readonly kind: "linear-model" | "import-map";
  readonly file: string;
  /** What it holds, a line each. */
  readonly facts: readonly string[];
  readonly problems: readonly string[];
}

export async function inspectLinearModel(
  path: string,
  scenario: Scenario | undefined,
): Promise<PlainInspection> {
  const { value } = await readLinearModel(path);
  const { fittedOn, ridge, controlPeriodSec, features, outputs } = value;
  const problem =
    scenario === undefined
      ? undefined
      : await problemOf(async () => {
          await (await LinearWorld.open({ name: "linear", scenario, modelPath: path })).close();
        });
  return {
    kind: "linear-model",
    file: path,
    facts: [
      `linear world for scenario ${value.scenario}, control period ${controlPeriodSec} s`,
      `${features.length} features → ${outputs.map(({ channel }) => channel).join(", ")}; ridge ${ridge}`,
      `fitted on ${fittedOn.transitions} transitions of ${fittedOn.traces} traces: ${fittedOn.description}`,
    ],
    problems: problem === undefined ? [] : [problem],
  };
}

export async function inspectImportMap(path: string): Promise<PlainInspection> {
  const { value } = await readImportMap(path);
  return {
    kind: "import-map",
    file: path,
    facts: [
      ...(value.title === undefined ? [] : [value.title]),
      `time: ${value.time.column} (${value.time.unit})`,
      ...Object.entries(value.observation).map(
        ([name, { columns, unit }]) => `observation ${name}: ${columns.length} columns, ${unit}`,
      ),
      ...Object.entries(value.action).map(
        ([name, { applied }]) => `action ${name}: ${applied.columns.length} columns, ${applied.unit}`,
      ),
    ],
    problems: [],
  };
}
