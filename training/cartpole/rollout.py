"""Closed loop: any world with reset and step, any policy, many lanes."""

import numpy as np

from policies import clip
from scenario import STEPS, ended, succeeded


def roll(world, act, initial, parameters, seed):
    """Observations (steps + 1, lanes, 4), applied forces (steps, lanes), steps lived by each lane. Ended lanes hold."""
    rng = np.random.default_rng(seed)
    observation = world.reset(initial, parameters)
    observations, forces = [observation], []
    active = ~ended(observation)
    length = np.zeros(len(initial), int)
    for step in range(STEPS):
        force = clip(act(observation, step, rng))
        observation = np.where(active[:, None], world.step(observation, force, active), observation)
        observations.append(observation)
        forces.append(force)
        length += active
        active &= ~ended(observation)
    return np.stack(observations), np.stack(forces), length


def outcomes(world, act, starts, seed):
    return succeeded(roll(world, act, *starts, seed)[0])
