import { messageOf } from "../../core/errors.ts";
import type { ActionGoal, ActionOutcome, RosMessage } from "../node.ts";
import type { Refusal, Simulator, SimulatorState } from "../simulator.ts";
import { FEATURE, RESET_SCOPE, RESULT, STATE } from "./codes.ts";
import { attempt, failure, OK, type Offer } from "./offer.ts";

export function controlOffers(simulator: Simulator): Offer[] {
  return [
    {
      name: "get_simulation_state",
      type: "GetSimulationState",
      features: [FEATURE.simulationStateGetting],
      answer: () => ({ state: { state: STATE[simulator.state] }, ...OK }),
    },
    {
      name: "set_simulation_state",
      type: "SetSimulationState",
      features: [FEATURE.simulationStateSetting, FEATURE.simulationStatePause],
      answer: (request) => setState(simulator, request),
    },
    {
      name: "reset_simulation",
      type: "ResetSimulation",
      features: [FEATURE.simulationReset, FEATURE.simulationResetTime, FEATURE.simulationResetState],
      answer: (request) => reset(simulator, Number(request["scope"])),
    },
    {
      name: "step_simulation",
      type: "StepSimulation",
      features: [FEATURE.stepSimulationSingle, FEATURE.stepSimulationMultiple],
      answer: (request) =>
        attempt(async () => {
          await simulator.step(Number(request["steps"]));
          return OK;
        }),
    },
  ];
}

async function setState(simulator: Simulator, request: RosMessage): Promise<RosMessage> {
  const asked = Number((request["state"] as RosMessage)["state"]);
  const target = (Object.keys(STATE) as SimulatorState[]).find((name) => STATE[name] === asked);
  if (target === undefined) return failure(RESULT.incorrectTransition, `state ${asked} cannot be asked for`);
  return attempt(async () => {
    const refused = await simulator.setState(target);
    return refused === undefined ? OK : failure(REFUSALS[refused.why], refused.text);
  });
}

const REFUSALS: Readonly<Record<Refusal, number>> = {
  "already-there": RESULT.alreadyInTargetState,
  incorrect: RESULT.incorrectTransition,
  failed: RESULT.stateTransitionError,
};

/**
 * The default scope is ALL, and so is 255. Time goes back to zero only where a client names SCOPE_TIME among single
 * scopes: a clock that jumps back upsets every node that listens to it.
 */
async function reset(simulator: Simulator, scope: number): Promise<RosMessage> {
  const all = scope === RESET_SCOPE.default || scope === RESET_SCOPE.all;
  const time = !all && (scope & RESET_SCOPE.time) !== 0;
  if (!all && (scope & RESET_SCOPE.state) === 0) {
    return time
      ? failure(RESULT.featureUnsupported, "time is reset together with the state: scope 3")
      : failure(RESULT.featureUnsupported, `nothing to reset in scope ${scope}: nothing can be spawned here`);
  }
  return attempt(async () => {
    await simulator.reset({ clockToZero: time });
    return OK;
  });
}

/** @see https://github.com/ros-simulation/simulation_interfaces SimulateSteps.action */
export async function simulateSteps(
  simulator: Simulator,
  { goal, signal, feedback }: ActionGoal,
): Promise<ActionOutcome> {
  const steps = Number(goal["steps"]);
  try {
    const taken = await simulator.step(
      steps,
      (completed) =>
        feedback({ completed_steps: BigInt(completed), remaining_steps: BigInt(steps - completed) }),
      signal,
    );
    return { status: taken < steps ? "canceled" : "succeeded", result: OK };
  } catch (thrown) {
    return { status: "aborted", result: failure(RESULT.operationFailed, messageOf(thrown)) };
  }
}
