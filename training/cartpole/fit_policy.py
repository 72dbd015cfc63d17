"""The `network` policy: imitation with DAgger (Ross, Gordon & Bagnell 2011) of a teacher that knows the plant.

The teacher is an LQR computed for each episode's own pole length and cart mass; the student sees the observation alone.
"""

import numpy as np
import torch
from torch import nn

from normalisation import Scale
from physics import Physics
from policies import clip, lqr_gain
from rollout import roll
from scenario import CHANNELS, LIMITS, MANIFEST, uniform_starts

ROUNDS, EPISODES, UPDATES, BATCH, HIDDEN, LEARNING_RATE = 4, 200, 1000, 1024, 32, 3e-3


def fit_policy(seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    config = MANIFEST["policies"]["lqr"]
    weights = [config["state"][c] for c in CHANNELS]
    network = nn.Sequential(
        nn.Linear(4, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1)
    )
    seen, answers, inputs = [], [], None
    for round_ in range(ROUNDS):
        initial, parameters = uniform_starts(EPISODES, (seed, round_))
        gains = np.stack([lqr_gain(p, weights, config["effort"]["force"]) for p in parameters])

        def teacher(observation, *_):
            return clip(-(observation * gains).sum(1))

        def student(observation, *_):
            with torch.no_grad():
                return network(torch.from_numpy(inputs.apply(observation))).numpy()[:, 0] * LIMITS[1]

        observations, _, length = roll(Physics(), teacher if round_ == 0 else student, initial, parameters, seed)
        step, lane = np.nonzero(np.arange(len(observations))[:, None] <= length)
        seen.append(observations[step, lane])
        answers.append(clip(-(observations[step, lane] * gains[lane]).sum(1)))
        inputs = inputs or Scale.of(seen[0])
        x = torch.from_numpy(inputs.apply(np.concatenate(seen)))
        y = torch.tensor(np.concatenate(answers) / LIMITS[1], dtype=torch.float32)[:, None]
        train(network, x, y, rng)
    return network, inputs, len(x)


def train(network, x, y, rng):
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, UPDATES)
    for _ in range(UPDATES):
        rows = torch.from_numpy(rng.integers(0, len(x), BATCH))
        loss = ((network(x[rows]) - y[rows]) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
