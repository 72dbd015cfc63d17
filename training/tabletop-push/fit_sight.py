"""What hides a puck depends on where it is, and on nothing else: a small classifier of places, for all the worlds."""

import numpy as np
import torch

from networks import Sight
from scenario import AT, PUCKS

UPDATES, BATCH, LEARNING_RATE = 3000, 2048, 5e-3


def fit_sight(pool, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    step, lane = pool.lived()
    places = np.concatenate([pool.true[step + 1, lane][:, AT[f"{p}_position"]] for p in PUCKS])
    visible = np.concatenate([pool.true[step + 1, lane][:, AT[f"{p}_visible"]] for p in PUCKS])
    # Most pucks lie where they began: one sample of a place a millimetre wide is enough.
    _, kept = np.unique(np.round(places, 3), axis=0, return_index=True)
    x, y = (torch.tensor(v[kept], dtype=torch.float32) for v in (places, visible))
    network = Sight()
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, UPDATES)
    for _ in range(UPDATES):
        rows = torch.from_numpy(rng.integers(0, len(x), BATCH))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(network(x[rows]), y[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        wrong = float(((network(x) > 0) != (y > 0.5)).float().mean())
    return network.requires_grad_(False), wrong
