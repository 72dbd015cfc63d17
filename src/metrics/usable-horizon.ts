/** Three answers to "how long may it be believed": as a signal, as a promise for one rollout, as a judge of outcomes. */
export { validPredictionTime, type ValidPredictionOptions } from "./valid-prediction-time.ts";
export { conformalHorizon, type ConformalHorizonOptions } from "./conformal-horizon.ts";
export {
  decisionHorizon,
  type DecisionCheckpoint,
  type DecisionHorizon,
  type DecisionHorizonOptions,
} from "./decision-horizon.ts";
export type { DefinedHorizon, Horizon, HorizonOptions } from "./horizon.ts";
