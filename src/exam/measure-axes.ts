import type { AxisName, ExamResult } from "../report/result.ts";
import { controllability } from "./axes/controllability.ts";
import { objectPersistence } from "./axes/object-persistence.ts";
import { resetReproducibility } from "./axes/reset-reproducibility.ts";
import { taskValidity } from "./axes/task-validity.ts";
import { temporalConsistency } from "./axes/temporal-consistency.ts";
import type { Axis, ExamRun, Finding } from "./axis.ts";
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

/** Axes that need not be measured because a run cannot differ in them, with the reason. */
export type Untouched = Readonly<Partial<Record<Exclude<AxisName, "taskValidity">, string>>>;

/** Scores all axes of one run: of the exam itself, of one stressor, of one planted defect. */
export async function measureAxes(run: ExamRun, untouched: Untouched = {}): Promise<AxesFound> {
  const measure = async <Details>(axis: Axis<Details>): Promise<Finding<Details | { undefined: string }>> => {
    const reason = untouched[axis.name as keyof Untouched];
    return reason === undefined
      ? axis.measure(run)
      : { axis: unscored("not-applicable", reason), details: { undefined: reason } };
  };
  const validity = await taskValidity.measure(run);
  const control = await measure(controllability);
  const consistency = await measure(temporalConsistency);
  const persistence = await measure(objectPersistence);
  const reproducibility = await measure(resetReproducibility);
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
