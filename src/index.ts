/**
 * simgate as a library: everything the command line does as one call, and the parts it is made of.
 *
 * Whatever is wrong with what was asked is a {@link SimgateError} whose `code` says whose it is.
 */

// One call a command.
export { exam, type ExamOptions, type ExamReport } from "./api/exam.ts";
export { calibrate, type CalibrateOptions, type CalibrationReport } from "./api/calibrate.ts";
export { compare, type CompareOptions } from "./api/compare.ts";
export { verify, type Verification, type VerifyOptions } from "./api/verify.ts";
export { replay, type ReplayOptions, type ReplayReport } from "./api/replay.ts";
export { runOne, type RunOptions, type RunReport } from "./api/run.ts";
export { fit, type FitOptions, type FitReport } from "./api/fit.ts";
export { importLog, type ImportedLog, type ImportOptions } from "./api/import-log.ts";
export { inspect, type Inspection, type InspectOptions } from "./api/inspect.ts";
export { initScenario, type InitScenarioOptions, type Scaffold } from "./api/init-scenario.ts";
export { type CardScaffold, initCard, type InitCardOptions } from "./api/init-card.ts";
export { boundaryStats, type BoundaryStats, type BoundaryStatsOptions } from "./api/stats-boundary.ts";
export { stlMargins, type StlMargins } from "./api/stats-stl.ts";
export { transferStats, type TransferStatsOptions } from "./api/stats-transfer.ts";
export type { Transfer, TransferTable } from "./report/result.ts";

// The scenario: the frozen task contract, its starts, its verdict on a trace.
export { bundledScenarios, loadScenario, type LoadOptions } from "./scenario/load.ts";
export { dimensionValue, drawPanel, type PanelOverrides, startWith } from "./scenario/panel.ts";
export { createJudge, type Judge } from "./scenario/judge.ts";
export type { ActionChannel, ObservationChannel, Scenario } from "./scenario/scenario.ts";

// Worlds and policies, and the two seams that anything of your own may implement.
export { openPolicy, openWorld } from "./api/open.ts";
export {
  isRestorable,
  type RestorableWorld,
  type Snapshot,
  type Transition,
  type World,
  type WorldSpec,
} from "./world/world.ts";
export type { ActionChunk, Policy, PolicySpec } from "./policy/policy.ts";

// Rollouts: many lanes in lockstep.
export { closedLoop } from "./rollout/closed-loop.ts";
export { openLoop, type RecordedActions } from "./rollout/open-loop.ts";
export type { Rollout, RolloutOptions } from "./rollout/lockstep.ts";

// What travels between them.
export { type Batch, type ChannelKind, type ChannelSpec, columnOf, emptyBatch } from "./core/channels.ts";
export type {
  EndReason,
  FaultKind,
  LaneFault,
  Outcome,
  Start,
  StartContext,
  Step,
  Trace,
  TraceSink,
} from "./core/trace.ts";

// Any world, moved to a thread of its own.
export { openInWorker } from "./world/in-worker.ts";

// Recordings.
export { BatchRecorder, type BatchRecorderOptions } from "./record/batch-recorder.ts";
export { McapRecorder, type RecorderOptions } from "./record/mcap-recorder.ts";
export { readTraces, type ReadTracesOptions, type TraceContract } from "./record/read-traces.ts";

// Results and errors.
export type { Comparison } from "./report/comparison.ts";
export type { ExamResult, Verdict } from "./report/result.ts";
export type { ReplayResult } from "./report/replay-result.ts";
export { type ErrorCode, type ErrorDetails, SimgateError } from "./core/errors.ts";
