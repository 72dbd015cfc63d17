"""Closed loop: any world with reset and step, any policy, many lanes; `scenario` is the one of the training that runs."""

import numpy as np

from scenario import LIMITS, STEPS, ended, succeeded


def roll(world, act, initial, parameters, seed):
    """Observations (steps + 1, lanes, …), applied actions (steps, lanes, …), steps lived by each lane. Ended lanes hold."""
    rng = np.random.default_rng(seed)
    observation = world.reset(initial, parameters)
    observations, actions = [observation], []
    active = ~ended(observation)
    length = np.zeros(len(initial), int)
    for step in range(STEPS):
        action = np.clip(act(observation, step, rng), *LIMITS)
        observation = np.where(active[:, None], world.step(observation, action, active), observation)
        observations.append(observation)
        actions.append(action)
        length += active
        active &= ~ended(observation)
    return np.stack(observations), np.stack(actions), length


def outcomes(world, act, starts, seed):
    return succeeded(roll(world, act, *starts, seed)[0])
