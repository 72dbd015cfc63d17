import type { Trace } from "../core/trace.ts";
import { gridSteps } from "../exam/growth-curves.ts";
import type { Judge } from "../scenario/judge.ts";
import type { MarginCurve } from "../viewer/session.ts";

/** Moments at which a margin is computed: each looks at the whole rollout. */
const MARGIN_POINTS = 101;

/** What the formula gives for what was seen until each of some moments. */
export function marginCurve(judge: Judge, role: string, trace: Trace): MarginCurve {
  const steps = [0, ...gridSteps(Math.max(1, trace.steps), MARGIN_POINTS - 1)].filter(
    (step) => step <= trace.steps,
  );
  return {
    role,
    timesSec: steps.map((step) => step * trace.controlPeriodSec),
    margins: steps.map((step) => finiteOrNull(judge.margin(trace, step))),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
