"""The data recipe: one pool of MuJoCo episodes from which every world learns.

Three in four episodes follow one of the scenario's policies, its commands scaled and disturbed by correlated noise;
the others wander: they run at one puck or the other with a lot of noise, so that fingers meet pucks from every side.
"""

from dataclasses import dataclass

import numpy as np

import policies
from physics import Physics
from scenario import ACTIONS, LIMITS, MANIFEST, STEPS, AT, ended, succeeded, uniform_starts

WANDERING = 0.25
SCALE_RANGE = (0.7, 1.3)
NOISE_RANGE = (0.0, 0.12)  # m/s, added to policies
WANDER_NOISE_RANGE = (0.1, 0.4)  # m/s
NOISE_CORRELATION = 0.9  # from one control step to the next
RETARGET = 1 / 40  # chance a step that a wanderer turns to the other puck


@dataclass
class Episodes:
    observed: np.ndarray  # (steps + 1, lanes, WIDTH), as the observer saw it
    true: np.ndarray  # the same, but hidden pucks where they are
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
    wanders = rng.random(lanes) < WANDERING
    chosen = rng.integers(0, len(acts), lanes)
    scale = rng.uniform(*SCALE_RANGE, (lanes, 1))
    noise = np.where(wanders, rng.uniform(*WANDER_NOISE_RANGE, lanes), rng.uniform(*NOISE_RANGE, lanes))[:, None]
    gain = rng.uniform(0.5, 4, (lanes, 1))
    target = rng.integers(0, 2, lanes)
    disturbance = np.zeros((lanes, ACTIONS))

    def act(observation, step, _):
        nonlocal disturbance, target
        white = rng.standard_normal((lanes, ACTIONS))
        disturbance = NOISE_CORRELATION * disturbance + np.sqrt(1 - NOISE_CORRELATION**2) * white
        target = np.where(rng.random(lanes) < RETARGET, 1 - target, target)
        followed = np.stack([a(observation, step, rng) for a in acts])[chosen, np.arange(lanes)] * scale
        pucks = np.stack([observation[:, AT["red_position"]], observation[:, AT["blue_position"]]])
        towards = gain * (pucks[target, np.arange(lanes)] - observation[:, AT["pusher_position"]])
        wandering = np.clip(towards, -0.25, 0.25)
        return np.where(wanders[:, None], wandering, followed) + noise * disturbance

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
