import type { AxisName, AxisResult, CheckName } from "../report/result.ts";
import { decisionBoundaryScore } from "./axes/decision-boundary.ts";
import { optimismScore } from "./axes/optimism.ts";
import { policyTransfer } from "./axes/policy-transfer.ts";
import type { ExamRun } from "./axis.ts";
import { measureAxes } from "./measure-axes.ts";

/** Every scored property of one run, axes and checks, without what an exam looks at besides to explain it. */
export async function measureProperties(run: ExamRun): Promise<Record<AxisName | CheckName, AxisResult>> {
  const { axes } = await measureAxes(run);
  return {
    ...axes,
    policyTransfer: (await policyTransfer.measure(run)).axis,
    optimism: await optimismScore(run),
    decisionBoundary: decisionBoundaryScore(run),
  };
}
