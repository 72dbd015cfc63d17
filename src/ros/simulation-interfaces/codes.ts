/** Numbers of the `simulation_interfaces` package that 1.x and 2.x share. */

export const RESULT = {
  featureUnsupported: 0,
  ok: 1,
  notFound: 2,
  incorrectState: 3,
  operationFailed: 4,
  /** Of SetSimulationState. */
  alreadyInTargetState: 101,
  stateTransitionError: 102,
  incorrectTransition: 103,
  /** Of SetEntityState. */
  invalidPose: 101,
  /** Of LoadWorld. */
  unsupportedFormat: 101,
  noResource: 102,
} as const;

export const STATE = { stopped: 0, playing: 1, paused: 2, quitting: 3 } as const;

export const RESET_SCOPE = { default: 0, time: 1, state: 2, spawned: 4, all: 255 } as const;

export const FEATURE = {
  namedPoses: 2,
  entityBounds: 5,
  entityBoundsBox: 6,
  entityCategories: 8,
  entityStateGetting: 10,
  entityStateSetting: 11,
  entityInfoGetting: 12,
  simulationReset: 20,
  simulationResetTime: 21,
  simulationResetState: 22,
  simulationStateGetting: 24,
  simulationStateSetting: 25,
  simulationStatePause: 26,
  stepSimulationSingle: 31,
  stepSimulationMultiple: 32,
  stepSimulationAction: 33,
  worldLoading: 40,
  worldInfoGetting: 44,
  availableWorlds: 45,
} as const;

export const CATEGORY = { object: 0, robot: 1, human: 2, "dynamic-object": 4, "static-object": 5 } as const;
