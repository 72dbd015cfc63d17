"""The data recipe: one pool of MuJoCo episodes, from which every world takes its share.

The first half are demonstrations: the deployed controller (the scenario's `lqr`) from ordinary starts, the box shrunk
to half around upright and rest, nothing added. The second half explore: state feedback with gains of its own in every
episode, from the whole box, with correlated noise on the force all the time, so that few of them ever settle.
"""

from dataclasses import dataclass

import numpy as np

import policies
from physics import Physics
from rollout import roll
from scenario import succeeded, uniform_starts

ORDINARY = 0.5
GAIN_RANGES = np.array([[0, 4], [10, 70], [0, 6], [2, 18]])  # N per m, rad, m/s, rad/s: the order of CHANNELS
NOISE_RANGE_N = (8, 25)
NOISE_CORRELATION = 0.9  # from one control step to the next


@dataclass
class Episodes:
    observations: np.ndarray  # (steps + 1, lanes, 4)
    forces: np.ndarray  # (steps, lanes), as applied
    parameters: np.ndarray  # (lanes, 2)
    length: np.ndarray  # (lanes,), steps lived

    def select(self, lanes):
        return Episodes(self.observations[:, lanes], self.forces[:, lanes], self.parameters[lanes], self.length[lanes])

    def transitions(self):
        """Observation, force, parameters, next observation: one row a lived step."""
        step, lane = np.nonzero(np.arange(len(self.forces))[:, None] < self.length)
        return (
            self.observations[step, lane],
            self.forces[step, lane],
            self.parameters[lane],
            self.observations[step + 1, lane],
        )

    def windows(self, count, steps, seed):
        """Stretches of lived steps from random episodes: observations (steps + 1, count, 4), forces, parameters."""
        rng = np.random.default_rng(seed)
        lane = rng.choice(np.flatnonzero(self.length >= steps), count)
        first = rng.integers(0, self.length[lane] - steps + 1)
        at = first + np.arange(steps + 1)[:, None]
        return self.observations[at, lane], self.forces[at[:-1], lane], self.parameters[lane]


def collectors(lanes, seed):
    """The controllers that collect the pool, as one policy."""
    rng = np.random.default_rng(seed)
    low, high = GAIN_RANGES.T
    gains = low + rng.random((lanes, 4)) * (high - low)
    noise = rng.uniform(*NOISE_RANGE_N, lanes)
    demonstrates = np.arange(lanes) < lanes // 2
    deployed = policies.build("lqr")
    disturbance = np.zeros(lanes)

    def act(observation, step, _):
        nonlocal disturbance
        white = rng.standard_normal(lanes)
        disturbance = NOISE_CORRELATION * disturbance + np.sqrt(1 - NOISE_CORRELATION**2) * white
        exploring = (observation * gains).sum(1) + noise * disturbance
        return np.where(demonstrates, deployed(observation, step, rng), exploring)

    return act


def draw_pool(count, seed):
    initial, parameters = uniform_starts(count, seed)
    initial[: count // 2] *= ORDINARY
    observations, forces, length = roll(Physics(), collectors(count, seed), initial, parameters, seed)
    return Episodes(observations, forces, parameters, length)


def successful(pool):
    return pool.select(succeeded(pool.observations))


def explored(pool):
    return pool.select(np.arange(len(pool.length)) >= len(pool.length) // 2)
