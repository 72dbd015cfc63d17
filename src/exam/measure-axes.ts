import type { ExamResult } from "../report/result.ts";
import { controllability } from "./axes/controllability.ts";
import { resetReproducibility } from "./axes/reset-reproducibility.ts";
import { taskValidity } from "./axes/task-validity.ts";
import { temporalConsistency } from "./axes/temporal-consistency.ts";
import type { ExamRun, Finding } from "./axis.ts";
import { unscored } from "./measure.ts";
import type { Axes } from "./verdict.ts";
import type { TaskValidity } from "../metrics/task-validity.ts";

/** The five axes of the gate, and what each found besides its score. */
export interface AxesFound {
  readonly axes: Axes;
  readonly validity: TaskValidity;
  readonly details: Pick<
    ExamResult,
    "controllability" | "temporalConsistency" | "persistence" | "reproducibility"
  >;
}

/** Scores all axes of one run: of the exam itself, of one stressor, of one planted defect. */
export async function measureAxes(run: ExamRun): Promise<AxesFound> {
  const validity = await taskValidity.measure(run);
  const control = await controllability.measure(run);
  const consistency = await temporalConsistency.measure(run);
  const persistence = notYetMeasured(run);
  const reproducibility = await resetReproducibility.measure(run);
  return {
    axes: {
      controllability: control.axis,
      temporalConsistency: consistency.axis,
      objectPersistence: persistence.axis,
      resetReproducibility: reproducibility.axis,
      taskValidity: validity.axis,
    },
    validity: validity.details,
    details: {
      controllability: control.details,
      temporalConsistency: consistency.details,
      persistence: persistence.details,
      reproducibility: reproducibility.details,
    },
  };
}

function notYetMeasured({ contract }: ExamRun): Finding<{ undefined: string }> {
  const reason = "the scenario declares no objects";
  return contract.scenario.objects.length === 0
    ? { axis: unscored("not-applicable", reason), details: { undefined: reason } }
    : {
        axis: unscored("undefined", "not measured by this version of simgate"),
        details: { undefined: "not measured by this version of simgate" },
      };
}
