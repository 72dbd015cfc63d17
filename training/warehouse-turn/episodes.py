"""The data recipe: one pool of MuJoCo episodes from which every world learns.

Three in four episodes follow one of the scenario's policies, its commands scaled and disturbed by correlated noise;
the others wander: they drive and turn at random, so that the forklift brakes, backs and slips everywhere in the hall.
"""

from dataclasses import dataclass

import numpy as np

import policies
from physics import Physics
from scenario import ACTIONS, LIMITS, MANIFEST, STEPS, ended, succeeded, uniform_starts

WANDERING = 0.25
SCALE_RANGE = (0.7, 1.3)
NOISE_RANGE = (0.0, 0.15)  # m/s and rad/s, added to policies
WANDER_MEAN, WANDER_STD = np.array([0.35, 0.15]), np.array([0.6, 0.5])
NOISE_CORRELATION = 0.9  # from one control step to the next


@dataclass
class Episodes:
    observed: np.ndarray  # (steps + 1, lanes, WIDTH), as the forklift saw it
    true: np.ndarray  # the same, but a hidden person where they are
    actions: np.ndarray  # (steps, lanes, 2), as applied
    parameters: np.ndarray  # (lanes, 2)
    length: np.ndarray  # (lanes,), steps lived

    def lived(self):
        """Step and lane of every transition."""
        return np.nonzero(np.arange(len(self.actions))[:, None] < self.length)

    def windows(self, rng, count, steps):
        """First step and lane of random stretches of `steps` transitions."""
        lane = rng.choice(np.flatnonzero(self.length >= steps), count)
        return rng.integers(0, self.length[lane] - steps + 1), lane


def collectors(lanes, seed):
    """The controllers that collect the pool, as one policy."""
    rng = np.random.default_rng(seed)
    acts = [policies.build(name) for name in MANIFEST["policies"]]
    wanders = (rng.random(lanes) < WANDERING)[:, None]
    chosen = rng.integers(0, len(acts), lanes)
    scale = rng.uniform(*SCALE_RANGE, (lanes, 1))
    noise = rng.uniform(*NOISE_RANGE, (lanes, 1))
    disturbance = np.zeros((lanes, len(ACTIONS)))

    def act(observation, step, _):
        nonlocal disturbance
        white = rng.standard_normal(disturbance.shape)
        disturbance = NOISE_CORRELATION * disturbance + np.sqrt(1 - NOISE_CORRELATION**2) * white
        followed = np.stack([a(observation, step, rng) for a in acts])[chosen, np.arange(lanes)] * scale
        return np.where(wanders, WANDER_MEAN + WANDER_STD * disturbance, followed + noise * disturbance)

    return act


def draw_pool(count, seed):
    world, act = Physics(), collectors(count, seed)
    initial, parameters = uniform_starts(count, seed)
    observation = world.reset(initial, parameters)
    observed, true, actions = [observation], [world.true.copy()], []
    active, length = ~ended(observation), np.zeros(count, int)
    for step in range(STEPS):
        action = np.clip(act(observation, step, None), *LIMITS)
        observation = np.where(active[:, None], world.step(observation, action, active), observation)
        observed.append(observation)
        true.append(world.true.copy())
        actions.append(action)
        length += active
        active &= ~ended(observation)
    return Episodes(np.stack(observed), np.stack(true), np.stack(actions), parameters, length)


def successes(pool):
    return int(succeeded(pool.observed).sum())
