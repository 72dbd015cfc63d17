"""One-step model: change of the observation over a control period, learned by five members from resampled data."""

import numpy as np
import torch

from networks import Ensemble
from normalisation import Scale, all_features

MEMBERS, HIDDEN, BATCH, LEARNING_RATE = 5, 64, 1024, 3e-3


def fit_ensemble(episodes, updates, seed):
    """`updates` is fixed, whatever the number of transitions, so that worlds differ by their data alone."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    observation, force, parameters, following = episodes.transitions()
    features, change = all_features(observation, force, parameters), following - observation
    inputs, outputs = Scale.of(features), Scale.of(change)
    x, y = torch.from_numpy(inputs.apply(features)), torch.from_numpy(outputs.apply(change))

    network = Ensemble(MEMBERS, x.shape[1], HIDDEN, y.shape[1])
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    bootstrap = rng.integers(0, len(x), (MEMBERS, len(x)))
    for _ in range(updates):
        column = rng.integers(0, len(x), BATCH)
        rows = torch.from_numpy(bootstrap[:, column])
        loss = ((network(x[rows]) - y[rows]) ** 2).mean((1, 2)).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network, inputs, outputs, len(x)
